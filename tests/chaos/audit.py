"""The audit: what the promises say, held against database, storage, journal and clients."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from agensium.exports.registry import EXPORTS
from agensium.tasks.leases import MAX_ATTEMPTS
from tests.chaos.clients import Ticket
from tests.chaos.journal import TERMINAL, Change
from tests.chaos.load import BROKEN
from tests.chaos.objects import ObjectList
from tests.chaos.rows import Rows, TaskRow

EXPECTED: Final = sorted(export.name for export in EXPORTS)
REPORT: Final = "report.json"
STRUCK: Final = frozenset({"worker_lost", "storage_unavailable", "database_unavailable"})


@dataclass
class Findings:
    """What is wrong; all lists are empty when every promise was kept."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    orphans: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(map(len, (self.lost, self.doubled, self.stuck, self.wrong, self.orphans)))


def audit(
    tickets: Sequence[Ticket],
    rows: Rows,
    journal: Mapping[str, Sequence[Change]],
    objects: ObjectList,
) -> Findings:
    """Compare what was promised with what is."""
    found = Findings()
    _tickets(found, tickets, rows)
    _keys(found, rows.births)
    _states(found, rows, journal)
    _results(found, tickets, rows)
    _bytes(found, rows, objects)
    return found


def _tickets(found: Findings, tickets: Sequence[Ticket], rows: Rows) -> None:
    for ticket in tickets:
        row = rows.tasks.get(ticket.task_id)
        if row is None:
            if not ticket.deleted and not ticket.errand.delete:
                found.lost.append(f"{ticket.task_id}: no row")
        elif ticket.final is not None and ticket.final != row.state:
            found.doubled.append(f"{row.id}: was shown {ticket.final}, is {row.state}")


def _keys(found: Findings, births: Mapping[str, Sequence[str]]) -> None:
    """Each key is sent until there is a ticket; however often that is, it makes one task."""
    for key, task_ids in births.items():
        if len(task_ids) > 1:
            found.doubled.append(f"{key}: {len(task_ids)} tasks, {', '.join(task_ids)}")


def _states(found: Findings, rows: Rows, journal: Mapping[str, Sequence[Change]]) -> None:
    for row in rows.tasks.values():
        if row.state not in TERMINAL:
            found.stuck.append(f"{row.id}: {row.state} after {row.attempts} attempts")
    for task_id, changes in journal.items():
        ends = [number for number, change in enumerate(changes) if change.is_terminal]
        if len(ends) > 1 or (ends and ends[0] != len(changes) - 1):
            told = " → ".join(change.state for change in changes)
            found.doubled.append(f"{task_id}: {told}")


def _results(found: Findings, tickets: Sequence[Ticket], rows: Rows) -> None:
    reports: dict[str, set[str]] = defaultdict(set)
    for ticket in tickets:
        row = rows.tasks.get(ticket.task_id)
        if row is None:
            continue
        name = ticket.errand.content.name
        complaint = _complaint(row, name, cancelled=ticket.cancelled is not None)
        if complaint:
            found.wrong.append(f"{row.id} ({name}): {complaint}")
        reports[name] |= {digest for made, _, digest in row.artifacts if made == REPORT}
    for name, digests in reports.items():
        if len(digests) > 1:
            found.wrong.append(f"{name}: {len(digests)} different reports of the same file")


def _complaint(row: TaskRow, name: str, *, cancelled: bool) -> str:
    names = sorted(name for name, _, _ in row.artifacts)
    if row.state == "SUCCESS":
        return "" if names == EXPECTED else f"its files are {names}"
    if names:
        return f"{row.state} with files {names}"
    if row.state == "REVOKED":
        return "" if cancelled else "REVOKED though nobody cancelled it"
    if row.state == "FAILURE" and name == BROKEN:
        return "" if row.error_code == "no_rows" else f"failed with {row.error_code}"
    if row.state == "FAILURE" and row.attempts == MAX_ATTEMPTS:
        # What was struck at every attempt is given up, as a poison file is.
        return "" if row.error_code in STRUCK else f"failed with {row.error_code}"
    return f"{row.state} with {row.error_code} after {row.attempts} attempts"


def _bytes(found: Findings, rows: Rows, objects: ObjectList) -> None:
    for key, digest in rows.owned.items():
        there = objects.whole.get(key)
        if there is None:
            found.lost.append(f"{key}: no object")
        elif there != digest:
            found.wrong.append(f"{key}: other bytes than its row says")
    found.orphans += sorted(objects.whole.keys() - rows.owned.keys() - rows.noted)
    found.orphans += sorted(f"half of {key}" for key in objects.half - rows.noted)
