"""What was measured, as tables for the terminal and for docs/benchmarks.md."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from contenders import FLOOR, OURS, OVER, SUMMARIZE
from measure import Summary
from pages import write_between
from tables import ROOT, BenchTable

DOC = ROOT / "docs" / "benchmarks.md"
MEGABYTE = 1_000_000
HEAD = (
    "wall s", "fastest to slowest", "of SUMMARIZE", "times the floor", "work alone s", "CPU s",
    "peak MB",
)  # fmt: skip


@dataclass(frozen=True)
class Measured:
    """A table and what each contender did with it.

    Attributes:
        table: what was profiled.
        summaries: by the contender's name.
        failures: why others have no figures, by name.
        left_out: what the profiler says it did not compute.

    """

    table: BenchTable
    summaries: Mapping[str, Summary]
    failures: Mapping[str, str]
    left_out: tuple[str, ...] = ()

    def share(self, name: str) -> float | None:
        """Return the wall time as a share of SUMMARIZE's."""
        if name not in self.summaries or SUMMARIZE not in self.summaries:
            return None
        return self.summaries[name].wall / self.summaries[SUMMARIZE].wall


def markdown(measured: Measured) -> str:
    """Return the section of one table."""
    table = measured.table
    size = table.path.stat().st_size / MEGABYTE
    shape = f"{table.rows:,} rows × {table.columns:,} columns, {size:,.0f} MB"
    rows = [_row(measured, name) for name in measured.summaries]
    rows += [(name, *_without_figures(why)) for name, why in measured.failures.items()]
    others = {name: why for name, why in measured.failures.items() if not why.startswith(OVER)}
    notes = [f"{name}: {_one_line(why)}" for name, why in others.items()]
    if measured.left_out:
        notes.append(f"not computed by {OURS}: {', '.join(measured.left_out)}")
    notes.append(_target(measured))
    text = [f"### {table.title}", shape, _grid(("", *HEAD), rows)]
    return "\n\n".join([*text, *(f"{note}." for note in notes if note)])


def _without_figures(why: str) -> list[str]:
    wall = why if why.startswith(OVER) else "–"
    return [wall, *["–"] * (len(HEAD) - 1)]


def _one_line(text: str) -> str:
    return " ".join(text.split()).rstrip(".")


def _row(measured: Measured, name: str) -> tuple[str, ...]:
    summary = measured.summaries[name]
    floor = measured.summaries.get(FLOOR)
    share = measured.share(name)
    return (
        name,
        f"{summary.wall:.2f}",
        f"{summary.fastest:.2f}–{summary.slowest:.2f}",
        "" if share is None else f"{share:.2f}",
        f"{summary.wall / floor.wall:.1f}" if floor else "",
        "" if summary.query is None else f"{summary.query:.2f}",
        f"{summary.cpu:.2f}",
        f"{summary.peak / MEGABYTE:,.0f}",
    )


def _target(measured: Measured) -> str:
    share = measured.share(OURS)
    if share is None:
        return ""
    target = measured.table.target
    peak = measured.summaries[OURS].peak / MEGABYTE
    time = "met" if share <= target else "missed"
    memory = "met" if peak <= 256 else "missed"
    return f"Targets: ≤ {target:.2f} of SUMMARIZE {time}, ≤ 256 MB {memory}"


def growth_markdown(measured: Iterable[Measured]) -> str:
    """Return how time and memory of the profiler grow with the rows."""
    head = ("rows", "file MB", "wall s", "µs a row", "CPU s", "peak MB")
    rows = []
    for each in measured:
        summary, table = each.summaries[OURS], each.table
        rows.append((
            f"{table.rows:,}",
            f"{table.path.stat().st_size / MEGABYTE:,.0f}",
            f"{summary.wall:.2f}",
            f"{summary.wall / table.rows * 1e6:.2f}",
            f"{summary.cpu:.2f}",
            f"{summary.peak / MEGABYTE:,.0f}",
        ))  # fmt: skip
    return _grid(head, rows)


def _grid(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    rule = ("---", *["---:"] * (len(head) - 1))
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rule, *rows))


def write_section(name: str, text: str) -> None:
    """Replace what stands between the markers of that name in docs/benchmarks.md."""
    begin, end = f"<!-- {name}: written by make bench -->", f"<!-- end of {name} -->"
    write_between(DOC, begin, end, f"\n\n{text}\n\n")
