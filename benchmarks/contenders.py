"""Who is measured: the profiler through its command, other tools in an environment of their own."""

import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from environments import PEERS, Peer, ensure_peer
from measure import Run
from tables import BENCH_VENV, DATA, ROOT, BenchTable

AGENSIUM = ROOT / ".venv" / "bin" / "agensium"
PYTHON = BENCH_VENV / "bin" / "python"
SCRIPT = ROOT / "benchmarks" / "peers.py"
SUMMARIZE = "DuckDB SUMMARIZE"
FLOOR = "floor: read the bytes"
OURS = "Agensium"
OVER = "> "
"""What the reason begins with where a run was cut."""
OURS_WITH_PAIRS = "Agensium, with pairs, keys and dependencies"
MOST_PEER_ROWS = 1_000_000
TIMEOUT = 900
"""Seconds for one run."""
PEER_TIMEOUT = 300
"""Seconds for one run of a slow tool."""


@dataclass(frozen=True)
class Contender:
    """A tool that is measured.

    Attributes:
        name: as the docs show it.
        command: what to run for a table.
        check: says what is wrong with a run's output; None when it is as it should be.
        once: whether one run is enough, because it takes a minute or more.
        most_rows: larger tables are left out.
        timeout: seconds after which a run is cut.
        missing: why it cannot be measured on this machine, if it cannot.

    """

    name: str
    command: Callable[[BenchTable], list[str]]
    check: Callable[[BenchTable, Run], str | None]
    once: bool = False
    most_rows: int | None = None
    timeout: int = TIMEOUT
    missing: str | None = None

    def takes(self, table: BenchTable) -> bool:
        """Whether the table is small enough."""
        return self.most_rows is None or table.rows <= self.most_rows


def query_seconds(run: Run) -> float | None:
    """Return the time of the work alone, where the tool tells it on its last line."""
    last = run.output.rstrip().rpartition(b"\n")[2]
    try:
        return float(last)
    except ValueError:
        return None


def contenders(*, peers: bool) -> list[Contender]:
    """Return who is there: the profiler in its variants, the floors, DuckDB, Polars and pandas."""
    tools = {
        FLOOR: "read",
        "floor: count line ends": "lines",
        SUMMARIZE: "duckdb",
        "Polars describe": "polars",
        "pandas describe": "pandas",
    }
    found = [*_ours(), *(_tool(name, tool) for name, tool in tools.items())]
    return found + (_peers() if peers else [])


def _ours() -> list[Contender]:
    if not _knows_pairs():
        return [_agensium(OURS, "{}")]
    return [
        _agensium(OURS, '{"pairs": false}'),
        _agensium(OURS_WITH_PAIRS, '{"pairs": true}'),
    ]


def _knows_pairs() -> bool:
    ask = "from agensium.agents.profile.agent import ProfileParams as P; print(P.__struct_fields__)"
    command = [str(AGENSIUM.with_name("python")), "-c", ask]
    return "'pairs'" in subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _agensium(name: str, params: str) -> Contender:
    def command(table: BenchTable) -> list[str]:
        asked = ["profile", str(table.path), "--json", "--quiet", "--params", params]
        return [str(AGENSIUM), *asked]

    return Contender(name, command, _is_whole_report)


def _is_whole_report(table: BenchTable, run: Run) -> str | None:
    found = json.loads(run.output)["table"]
    shape = (found["rows"], len(found["columns"]))
    if shape != (table.rows, table.columns):
        return f"found {shape[0]} rows and {shape[1]} columns"
    return None


def failure(contender: Contender, table: BenchTable, run: Run) -> str | None:
    """Return why a run does not count, in words without paths; None when it counts."""
    if run.error is None:
        return contender.check(table, run)
    if run.cut:
        return f"{OVER}{contender.timeout} s"
    if "[unsupported_format]" in run.error:
        return f"{table.suffix.removeprefix('.')} files are not read yet"
    return run.error.replace(f"{DATA}/", "").replace(f"{ROOT}/", "")


def left_out(run: Run) -> list[str]:
    """Return what a profile says it did not compute."""
    found = json.loads(run.output)["table"].get("not_computed", [])
    return sorted({each["what"] for each in found})


def _tool(name: str, tool: str, python: Path = PYTHON) -> Contender:
    def command(table: BenchTable) -> list[str]:
        # -P: the folder of the script holds modules whose names others may look for.
        return [str(python), "-P", str(SCRIPT), tool, str(table.path)]

    def check(_: BenchTable, run: Run) -> str | None:
        return None if query_seconds(run) is not None else "said nothing"

    return Contender(name, command, check)


def _peers() -> list[Contender]:
    return [_peer(peer) for peer in PEERS]


def _peer(peer: Peer) -> Contender:
    usual = _tool(peer.name, peer.tool, peer.python)
    return replace(
        usual,
        once=True,
        most_rows=MOST_PEER_ROWS,
        timeout=PEER_TIMEOUT,
        missing=ensure_peer(peer),
    )
