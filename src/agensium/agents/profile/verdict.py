"""The report in one sentence."""

from collections.abc import Sequence

from agensium.core.findings import Finding
from agensium.core.profile import TableProfile


def verdict(table: TableProfile, findings: Sequence[Finding]) -> str:
    """Say how large the table is and how many of its columns need a look."""
    size = f"{_count(table.rows, 'row')} × {_count(len(table.columns), 'column')}"
    serious = [finding for finding in findings if finding.severity != "note"]
    if not serious:
        return f"{size}: nothing found that needs a look."
    concerned = {name for finding in serious for name in finding.columns}
    if not concerned:
        return f"{size}: {serious[0].title}"
    verb = "needs" if len(concerned) == 1 else "need"
    return f"{size}: {len(concerned):,} of {_count(len(table.columns), 'column')} {verb} a look."


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
