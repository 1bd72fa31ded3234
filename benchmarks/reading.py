"""Scores of reading messy files, ours beside others'; writes them into docs/reading.md.

The collections do not ship; `tests/data/scoring.py` says where they are looked for.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

from contenders import PYTHON
from environments import ensure_environment
from pages import write_between
from tables import ROOT

sys.path.insert(0, str(ROOT))

from agensium.core.errors import (
    AgensiumError,
    EmptyFile,
    LimitExceeded,
    NoRows,
    NotATable,
    UnsupportedFormat,
)
from agensium.data.dataset import Dataset
from agensium.data.reading import ReadParams
from agensium.data.text import sniff, text_rows
from tests.data import scoring

PEERS = ("DuckDB, default", "DuckDB, tolerant", "CleverCSV", "csv.Sniffer", "pandas, sep=None")
PAGE = ROOT / "docs" / "reading.md"
OPENERS = ("DuckDB", "pandas")
OPENED_HEAD = (
    "| reader | JSONTestSuite: accepted | refused | parquet-testing: good | bad refused | "
    "files of DataProfiler |\n|---|---|---|---|---|---|\n"
)
HEAD = (
    "| reader | Pollock weighted | simple | seconds | W3C dialects, F1 | csv-spectrum |\n"
    "|---|---|---|---|---|---|\n"
)


def read(path: Path) -> list[list[str]]:
    """Read a table with nothing said."""
    try:
        found = sniff(path, ReadParams())
    except EmptyFile:
        return []
    table = text_rows(path, found.plan, 10**9)
    header = [list(table.names)] if found.header_rows else []
    return header + [list(row) for row in table.rows]


def dialect(path: Path) -> tuple[str, str | None]:
    """Return our delimiter and quote."""
    plan = sniff(path, ReadParams()).plan
    return plan.delimiter, plan.quote


def ours() -> dict[str, float | None]:
    """Return our scores."""
    began = time.process_time()
    weighted, simple = scoring.pollock(read)
    seconds = time.process_time() - began
    return {
        "weighted": weighted,
        "simple": simple,
        "seconds": seconds,
        "w3c": scoring.w3c(dialect),
        "spectrum": scoring.spectrum(read),
    }


def judge(path: Path) -> scoring.Outcome:
    """Profile a file, and tell what became of it."""
    try:
        Dataset(path=path, name=path.name).scan(ReadParams(), pairs=False)
    except (EmptyFile, LimitExceeded, NoRows, NotATable, UnsupportedFormat):
        return "named"
    except AgensiumError:
        return "refused"
    return "read"


def peer_opened(name: str) -> scoring.Opened:
    """Return what another tool opens."""
    command = [str(PYTHON), str(ROOT / "benchmarks" / "reading_peers.py"), name, "--opened"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return scoring.Opened(*map(tuple, json.loads(done.stdout.splitlines()[-1])))


def opened_line(name: str, counts: scoring.Opened) -> str:
    """Return a row of the second table."""
    return f"| {name} | " + " | ".join(f"{good} of {all_}" for good, all_ in counts) + " |\n"


def peer(name: str) -> dict[str, float | None]:
    """Return another tool's scores."""
    command = [str(PYTHON), str(ROOT / "benchmarks" / "reading_peers.py"), name]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    scores: dict[str, float | None] = json.loads(done.stdout.splitlines()[-1])
    return scores


def line(name: str, scores: dict[str, float | None]) -> str:
    """Return a row of the table."""
    w3c = "–" if scores["w3c"] is None else f"{scores['w3c']:.3f}"
    return (
        f"| {name} | {scores['weighted']:.3f} | {scores['simple']:.3f} | "
        f"{scores['seconds']:.1f} | {w3c} | {scores['spectrum']} of 11 |\n"
    )


def main() -> None:
    """Measure everybody, print the table and put it into the page."""
    if not scoring.DATA.is_dir():
        sys.exit("The collections of messy files are not here; see tests/data/scoring.py.")
    ensure_environment()
    rows = [line("**Agensium**", ours())]
    rows += [line(name, peer(name)) for name in PEERS]
    table = HEAD + "".join(rows)
    rows = [opened_line("**Agensium**", scoring.opened(judge))]
    rows += [opened_line(name, peer_opened(name)) for name in OPENERS]
    table += "\n" + OPENED_HEAD + "".join(rows)
    sys.stdout.write(table)
    write_between(PAGE, "<!-- scores -->\n", "<!-- end of scores -->", table)


if __name__ == "__main__":
    main()
