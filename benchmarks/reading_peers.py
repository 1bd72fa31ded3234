"""Scores of other readers, in the benchmark's own environment: `reading_peers.py TOOL` prints JSON.

Each is used as its documentation says for a file of which nothing is known.
"""

import csv
import json
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.data import scoring

Table = list[list[str]]


def duckdb_default(path: Path) -> Table:
    """Read with DuckDB's sniffer as it is."""
    return _duckdb(path, "")


def duckdb_tolerant(path: Path) -> Table:
    """Read with DuckDB's sniffer and its tolerant settings."""
    return _duckdb(path, ", strict_mode=false, null_padding=true, ignore_errors=true")


def _duckdb(path: Path, options: str) -> Table:
    import duckdb

    connection = duckdb.connect()
    sniffed = f"SELECT HasHeader FROM sniff_csv(?{options})"  # noqa: S608 - options of this file
    found = connection.execute(sniffed, [str(path)])
    header = bool(found.fetchall()[0][0])
    reading = f"SELECT * FROM read_csv(?, all_varchar=true{options}, parallel=false)"  # noqa: S608 - as above
    result = connection.execute(reading, [str(path)])
    names = [[column[0] for column in result.description]] if header else []
    return names + [["" if cell is None else cell for cell in row] for row in result.fetchall()]


def duckdb_dialect(path: Path) -> tuple[str, str | None]:
    """Return DuckDB's delimiter and quote."""
    import duckdb

    query = "SELECT Delimiter, Quote FROM sniff_csv(?)"
    delimiter, quote = duckdb.connect().execute(query, [str(path)]).fetchall()[0]
    return delimiter, quote if quote and quote != "(empty)" else '"'


def clevercsv_read(path: Path) -> Table:
    """Read with CleverCSV's sniffer."""
    import clevercsv  # type: ignore[import-not-found]

    text = _text(path)
    dialect = clevercsv.Sniffer().sniff(text)
    return list(clevercsv.reader(text.splitlines(keepends=True), dialect))


def clevercsv_dialect(path: Path) -> tuple[str, str | None]:
    """Return CleverCSV's delimiter and quote; no quote counts as the usual one."""
    import clevercsv

    dialect = clevercsv.Sniffer().sniff(_text(path))
    return dialect.delimiter, dialect.quotechar or '"'


def sniffer_read(path: Path) -> Table:
    """Read with the standard library's sniffer."""
    text = _text(path)
    return list(csv.reader(text.splitlines(keepends=True), csv.Sniffer().sniff(text)))


def sniffer_dialect(path: Path) -> tuple[str, str | None]:
    """Return the standard library's delimiter and quote."""
    dialect = csv.Sniffer().sniff(_text(path))
    return dialect.delimiter, dialect.quotechar


def pandas_read(path: Path) -> Table:
    """Read with pandas, the separator left to it."""
    import pandas as pd  # type: ignore[import-untyped]

    frame = pd.read_csv(
        path, sep=None, engine="python", dtype=str, keep_default_na=False, on_bad_lines="skip",
        encoding_errors="replace",
    )  # fmt: skip
    return [list(map(str, frame.columns)), *frame.fillna("").astype(str).to_numpy().tolist()]


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8-sig", "replace")


def duckdb_opens(path: Path) -> scoring.Outcome:
    """Tell whether DuckDB reads all of a file, as what its name says."""
    import duckdb

    name = str(path).replace("'", "''")
    try:
        duckdb.connect().execute(f"SELECT count(COLUMNS(*)) FROM '{name}'").fetchall()  # noqa: S608
    except duckdb.Error:
        return "refused"
    return "read"


def pandas_opens(path: Path) -> scoring.Outcome:
    """Tell whether pandas reads a file, as what its name says."""
    import pandas as pd

    readers = {".json": pd.read_json, ".parquet": pd.read_parquet, ".parq": pd.read_parquet}
    try:
        readers.get(path.suffix, pd.read_csv)(path)
    except Exception:  # noqa: BLE001 - whatever it raises, it did not read the file
        return "refused"
    return "read"


OPENERS: dict[str, scoring.Judge] = {"DuckDB": duckdb_opens, "pandas": pandas_opens}
Dialect = Callable[[Path], tuple[str, str | None]]
TOOLS: dict[str, tuple[scoring.Read, Dialect | None]] = {
    "DuckDB, default": (duckdb_default, duckdb_dialect),
    "DuckDB, tolerant": (duckdb_tolerant, None),
    "CleverCSV": (clevercsv_read, clevercsv_dialect),
    "csv.Sniffer": (sniffer_read, sniffer_dialect),
    "pandas, sep=None": (pandas_read, None),
}


def main() -> None:
    """Print the scores of one tool."""
    for module in ("clevercsv", "duckdb", "pandas"):  # one that is missing has no score, not none
        import_module(module)
    if "--opened" in sys.argv:
        print(json.dumps(scoring.opened(OPENERS[sys.argv[1]])))
        return
    read, dialect = TOOLS[sys.argv[1]]
    began = time.process_time()
    weighted, simple = scoring.pollock(read)
    scores: dict[str, float | None] = {"weighted": weighted, "simple": simple}
    scores["seconds"] = time.process_time() - began
    scores["w3c"] = scoring.w3c(dialect) if dialect else None
    scores["spectrum"] = scoring.spectrum(read)
    print(json.dumps(scores))


if __name__ == "__main__":
    main()
