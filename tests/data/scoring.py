"""Scores of readers on collections of messy files with known answers, which do not ship.

They are looked for in ``shared/data`` beside the project or above it. Pollock's measure is that of
its authors (HPI Potsdam, PVLDB 16(8), 2023): success, and precision, recall and F1 of header,
records and cells, ten in all; each file counts by how often its pollution was met in 3,712 real
files.
"""

import csv
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final, Literal, NamedTuple

ROOT: Final = Path(__file__).parents[2]
DATA: Final = next(
    (data for up in ROOT.parents if (data := up / "shared" / "data").is_dir()), ROOT / "none"
)

Table = Sequence[Sequence[str]]
"""The header, if there is one, and the rows."""
Read = Callable[[Path], Table]
Sniff = Callable[[Path], tuple[str, str | None]]

_NAMES: Final = {
    "comma": ",", "tab": "\t", "space": " ", "semicolon": ";", "vslash": "|", "colon": ":",
    "doublequote": '"', "singlequote": "'", "": None,
}  # fmt: skip
_WEIGHTS: Final = {
    "source": 1, "file_no_payload": 15, "file_no_trailing_newline": 184,
    "file_double_trailing_newline": 5, "file_no_header": 470, "file_header_multirow_N": 47,
    "file_preamble": 282, "file_multitable_same": 188 / 3, "file_multitable_more": 188 / 3,
    "file_multitable_less": 188 / 3, "file_header_only": 3, "file_one_data_row": 4,
    "file_record_delimiter_0xD": 7, "file_record_delimiter_0xA": 1691,
    "file_field_delimiter_0x9": 4, "file_field_delimiter_0x3B": 834,
    "file_field_delimiter_0x20": 4, "file_field_delimiter_0x2C_0x20": 101,
    "file_quotation_char_0x27": 11, "file_escape_char_0x5C": 1, "file_escape_char_0x00": 7,
    "row_less_sep_rowN_colN": 0.36775106, "row_more_sep_rowN_colN": 0.36775106,
    "row_field_delimiter_N_0x20": 0.14285714, "row_extra_quoteN_colN": 0.00925926,
}  # fmt: skip


def pollock(read: Read) -> tuple[float, float]:
    """Return the weighted and the simple score, 10 at most each."""
    files = sorted((DATA / "pollock" / "csv").iterdir())
    scores = {file.name: _pollock_file(file, read) for file in files}
    weights = {name: _weight(name) for name in scores}
    weighted = sum(scores[name] * weights[name] for name in scores) / sum(weights.values())
    return weighted, sum(scores.values()) / len(scores)


def _weight(name: str) -> float:
    stem = name.removesuffix(".csv")
    stem = re.sub(r"(multirow|quote|row|col|delimiter)(_?)\d+(?=_|$)", r"\1\2N", stem)
    return _WEIGHTS[stem]


def _pollock_file(file: Path, read: Read) -> float:
    clean = file.parent.parent / "clean" / file.name
    with clean.open(newline="", encoding="utf-8-sig") as lines:
        wanted = list(csv.reader(lines))
    try:
        got = read(file)
    except Exception:  # noqa: BLE001 - whatever a reader raises, it did not read the file
        return 0.0
    if not wanted:
        return 10.0
    header = _measures([c.strip() for c in wanted[0]], [c.strip() for c in got[0]] if got else [])
    records = _measures(_joined(wanted[1:]), _joined(got[1:]))
    cells = _measures([c for row in wanted for c in row], [c for row in got for c in row])
    return 1 + header + records + cells


def _joined(rows: Table) -> list[str]:
    return ["".join(cell.strip() for cell in row) for row in rows]


def _measures(wanted: list[str], got: list[str]) -> float:
    """Precision plus recall plus F1."""
    if not wanted:
        return 3.0
    both = (Counter(wanted) & Counter(got)).total()
    if not both:
        return 0.0
    precision, recall = both / len(wanted), both / len(got)
    return precision + recall + 2 * precision * recall / (precision + recall)


def w3c(sniff: Sniff) -> float:
    """Return the share of files whose delimiter and quote were both found.

    Every file has exactly one right answer and gets at most one, so precision is taken over the
    files that got one and recall over all; the score is their F1.
    """
    lines = (DATA / "csvsniffer-w3c" / "dialect_annotations.txt").read_text().splitlines()[2:]
    truth = {line.split("|")[0]: line.split("|")[2:4] for line in lines}
    files = {name: path for name in truth if (path := _w3c_file(name)).exists()}
    answered = right = 0
    for name, path in files.items():
        try:
            found = sniff(path)
        except Exception:  # noqa: BLE001 - whatever a reader raises, it found nothing
            continue
        answered += 1
        delimiter, quote = truth[name]
        right += found == (_NAMES[delimiter], _NAMES[quote])
    precision, recall = right / max(1, answered), right / len(files)
    return 2 * precision * recall / (precision + recall) if right else 0.0


def _w3c_file(name: str) -> Path:
    return DATA / "csvsniffer-w3c" / "files" / name


def spectrum(read: Read) -> int:
    """Return how many of 11 tables equal their JSON.

    The copies of the files here have lost the carriage returns inside quotes that the JSON has, so
    line ends are compared as one.
    """
    right = 0
    for file in sorted((DATA / "csv-spectrum" / "csvs").iterdir()):
        wanted = json.loads((DATA / "csv-spectrum" / "json" / f"{file.stem}.json").read_text())
        try:
            header, *rows = read(file)
        except Exception:  # noqa: BLE001 - whatever a reader raises, it did not read the file
            continue
        got = [dict(zip(header, row, strict=False)) for row in rows]
        right += _one_end(got) == _one_end(wanted)
    return right


Outcome = Literal["read", "named", "refused"]
"""A file is read, named as what it is (without rows, no table, of a format that is not read), or
refused as broken."""
Judge = Callable[[Path], Outcome]


class Opened(NamedTuple):
    """How many files of how many were opened, or refused, as they should be."""

    json_accepted: tuple[int, int]
    json_refused: tuple[int, int]
    parquet_opened: tuple[int, int]
    parquet_refused: tuple[int, int]
    profiler_opened: tuple[int, int]


def opened(judge: Judge) -> Opened:
    """Count over the collections of JSON, Parquet and mixed files."""
    json_files, parquet = DATA / "json-test-suite", DATA / "parquet-testing"
    good, bad = ("read", "named"), ("named", "refused")
    return Opened(
        _share(json_files.rglob("y_*.json"), judge, good),
        _share(json_files.rglob("n_*.json"), judge, bad),
        _share((parquet / "data").rglob("*.parquet"), judge, good),
        _share((parquet / "bad_data").rglob("*.parquet"), judge, bad),
        _share((DATA / "dataprofiler-files").rglob("*.*"), judge, good),
    )


def _share(files: Iterable[Path], judge: Judge, right: tuple[str, ...]) -> tuple[int, int]:
    found = [judge(path) in right for path in sorted(files) if path.is_file()]
    return sum(found), len(found)


def _one_end(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    return [{key: value.replace("\r\n", "\n") for key, value in row.items()} for row in rows]
