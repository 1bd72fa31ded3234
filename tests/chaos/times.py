"""How long recovery and cancelling took, from the journal and the list of faults."""

from collections.abc import Mapping, Sequence
from typing import Final

from tests.chaos.clients import Exchange, Ticket
from tests.chaos.faults import Struck
from tests.chaos.journal import Change

RECOVERY_SECONDS: Final = 75.0
CANCEL_SECONDS: Final = 5.0
ANSWER_SECONDS: Final = 30.0
START_SECONDS: Final = 60.0
"""How long an API may take to listen again: it starts anew until the database answers."""
_SHARED: Final = ("database", "broker", "store")
ALONE: Final = "service"
"""The only process of the embedded service."""
_KILLS: Final = frozenset({"worker kill -9", "job kill -9", "worker SIGSTOP past its lease"})

Journal = Mapping[str, Sequence[Change]]


def interruptions(struck: Sequence[Struck]) -> list[tuple[float, float]]:
    """Return from when until when nobody could take up anything, the earliest first.

    Database, broker and store are shared by all processes. A service that is one process is its own
    only worker: while it is frozen or told to stop nothing goes on, and a further kill is a kill of
    its own, after which the promised time begins again, the time that the start takes included.
    """
    shared = [(each.began, each.ended) for each in struck if each.target in _SHARED]
    blows = [each for each in struck if each.target == ALONE and each.sort.startswith("api")]
    own = [
        (each.began, each.began if each.sort.endswith("kill -9") else each.ended) for each in blows
    ]
    return sorted(shared + own)


def recovery_times(journal: Journal, struck: Sequence[Struck]) -> dict[str, list[float]]:
    """Return for each sort of kill the seconds until each struck task ran again or was over.

    The clock starts anew at the end of an outage that falls into the promised time: nobody can take
    up a task that nobody can read.
    """
    found: dict[str, list[float]] = {}
    anew = interruptions(struck)
    for fault in struck:
        killed = fault.sort in _KILLS or (fault.sort == "api kill -9" and fault.target == ALONE)
        for changes in journal.values() if killed else ():
            again = _next_after(changes, fault)
            if again is not None:
                seconds = again - _clock_start(fault.began, again, anew)
                found.setdefault(fault.sort, []).append(max(0.0, seconds))
    return found


def _next_after(changes: Sequence[Change], fault: Struck) -> float | None:
    """Return when a task that the fault's process held was taken up again, or ended."""
    held, was_held_at = False, 0.0
    for change in changes:
        if change.at <= fault.began:
            held = change.state == "STARTED" and str(change.worker).endswith(f":{fault.pid}")
            was_held_at = change.at
        elif held and (change.state == "STARTED" or change.is_terminal):
            finished_in_time = fault.sort == "job kill -9" and change.state == "SUCCESS"
            return None if finished_in_time else max(change.at, was_held_at)
    return None


def _clock_start(start: float, end: float, anew: Sequence[tuple[float, float]]) -> float:
    for began, until in anew:
        # What was late by then is late: nothing that happens afterwards excuses it.
        if began > start + RECOVERY_SECONDS or began > end:
            break
        start = max(start, min(until, end))
    return start


def cancel_times(
    tickets: Sequence[Ticket], journal: Journal, struck: Sequence[Struck]
) -> tuple[list[float], list[float]]:
    """Return the seconds from accepted cancel to end: of those left in peace, and of the others."""
    calm: list[float] = []
    disturbed: list[float] = []
    for ticket in tickets:
        end = next((each.at for each in journal.get(ticket.task_id, ()) if each.is_terminal), None)
        if ticket.cancelled is None or end is None:
            continue
        taken = max(0.0, end - ticket.cancelled)
        last = ticket.cancelled + CANCEL_SECONDS
        near = any(each.began < last and each.ended > ticket.cancelled - 2 for each in struck)
        (disturbed if near else calm).append(taken)
    return calm, disturbed


def slow_answers(exchanges: Sequence[Exchange], struck: Sequence[Struck]) -> list[Exchange]:
    """Return requests that took too long although nobody had frozen or killed the API."""
    return [
        each for each in exchanges if each.waited > ANSWER_SECONDS and not _excused(each, struck)
    ]


def wrong_answers(exchanges: Sequence[Exchange], struck: Sequence[Struck]) -> list[Exchange]:
    """Return requests without an answer, or with a failure that does not say when to come back."""
    return [
        each
        for each in exchanges
        if (each.status == 0 and not _excused(each, struck))
        or (each.status >= 500 and not (each.status == 503 and each.retry_after))
    ]


def _excused(exchange: Exchange, struck: Sequence[Struck]) -> bool:
    return any(
        each.target == exchange.api
        and each.sort.startswith("api")
        and each.began - 1 <= exchange.ended
        and exchange.began <= each.ended + START_SECONDS
        for each in struck
    )


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that this share of all values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
