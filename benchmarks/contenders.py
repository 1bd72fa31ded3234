"""Who is measured: the profiler through its command, other tools in an environment of their own."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass

from measure import Run
from tables import BENCH_VENV, DATA, ROOT, BenchTable

AGENSIUM = ROOT / ".venv" / "bin" / "agensium"
PYTHON = BENCH_VENV / "bin" / "python"
PEERS = ROOT / "benchmarks" / "peers.py"
SUMMARIZE = "DuckDB SUMMARIZE"
FLOOR = "floor: read the bytes"
OURS = "Agensium"
OURS_WITH_PAIRS = "Agensium, with pairs, keys and dependencies"
MOST_PEER_ROWS = 1_000_000


@dataclass(frozen=True)
class Contender:
    """A tool that is measured.

    Attributes:
        name: as the docs show it.
        command: what to run for a table.
        check: says what is wrong with a run's output; None when it is as it should be.
        once: whether one run is enough, because it takes a minute or more.
        most_rows: larger tables are left out.

    """

    name: str
    command: Callable[[BenchTable], list[str]]
    check: Callable[[BenchTable, Run], str | None]
    once: bool = False
    most_rows: int | None = None

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
    if "[unsupported_format]" in run.error:
        return f"{table.suffix.removeprefix('.')} files are not read yet"
    return run.error.replace(f"{DATA}/", "").replace(f"{ROOT}/", "")


def left_out(run: Run) -> list[str]:
    """Return what a profile says it did not compute."""
    found = json.loads(run.output)["table"].get("not_computed", [])
    return sorted({each["what"] for each in found})


def _tool(name: str, tool: str, *, peer: bool = False) -> Contender:
    def command(table: BenchTable) -> list[str]:
        # -P: the folder of the script holds modules whose names others may look for.
        return [str(PYTHON), "-P", str(PEERS), tool, str(table.path)]

    def check(_: BenchTable, run: Run) -> str | None:
        return None if query_seconds(run) is not None else "said nothing"

    return Contender(name, command, check, once=peer, most_rows=MOST_PEER_ROWS if peer else None)


def _peers() -> list[Contender]:
    known = {
        "ydata_profiling": ("ydata-profiling, minimal", "ydata"),
        "dataprofiler": ("DataProfiler, without labels", "dataprofiler"),
        "whylogs": ("whylogs", "whylogs"),
    }
    return [_tool(*known[module], peer=True) for module in _installed(list(known))]


def _installed(modules: list[str]) -> list[str]:
    ask = "import importlib.util as u, sys; print(*[m for m in sys.argv[1:] if u.find_spec(m)])"
    command = [str(PYTHON), "-c", ask, *modules]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()


def ensure_environment() -> None:
    """Make the environment of the other tools, unless it is there."""
    if (BENCH_VENV / ".installed").exists():
        return
    locked, loose = (ROOT / "requirements" / f"bench.{end}" for end in ("txt", "in"))
    print("installing what the profiler is measured against …", file=sys.stderr)
    subprocess.run([sys.executable, "-m", "venv", str(BENCH_VENV)], check=True)
    wanted = ["--require-hashes", "-r", str(locked)] if locked.exists() else ["-r", str(loose)]
    subprocess.run([str(PYTHON), "-m", "pip", "install", "--quiet", *wanted], check=True)
    (BENCH_VENV / ".installed").touch()
