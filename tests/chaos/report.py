"""The outcome of a play, for people."""

from collections import Counter
from collections.abc import Sequence

from tests.chaos.play import Outcome
from tests.chaos.times import percentile

SHOWN = 12


def render(outcome: Outcome) -> str:
    """Return the lines of an outcome."""
    return "\n".join([_head(outcome), *_faults(outcome), *_times(outcome), *_complaints(outcome)])


def table(outcomes: Sequence[Outcome]) -> str:
    """Return the outcomes as the table of docs/guarantees.md."""
    head = (
        "| mode | tasks | idempotency keys | faults | lost | doubled | stuck | recovery p99 "
        "| seed |\n"
        "|---|---|---|---|---|---|---|---|---|"
    )
    return "\n".join([head, *map(_row, outcomes)])


def _row(outcome: Outcome) -> str:
    found = outcome.findings
    recovery = [seconds for times in outcome.recovery.values() for seconds in times]
    told = f"{percentile(recovery, 0.99):.1f} s of {len(recovery)}" if recovery else "none"
    cells = (
        outcome.mode, len(outcome.clients.tickets), outcome.keys, len(outcome.struck),
        len(found.lost), len(found.doubled), len(found.stuck), told, outcome.script.seed,
    )  # fmt: skip
    return "| " + " | ".join(map(str, cells)) + " |"


def _head(outcome: Outcome) -> str:
    found = outcome.findings
    statuses = Counter(ticket.final or "?" for ticket in outcome.clients.tickets)
    told = ", ".join(f"{count} {status}" for status, count in sorted(statuses.items()))
    return (
        f"{outcome.mode} mode, seed {outcome.script.seed}: "
        f"{len(outcome.clients.tickets)} tasks ({told}), {len(outcome.struck)} faults "
        f"in {outcome.seconds:.0f} s, {outcome.keys} idempotency keys\n"
        f"  lost {len(found.lost)} / doubled {len(found.doubled)} / stuck {len(found.stuck)}"
        f" / wrong {len(found.wrong)} / orphans {len(found.orphans)}"
    )


def _faults(outcome: Outcome) -> list[str]:
    counted = Counter(each.sort for each in outcome.struck)
    return ["  faults:", *(f"    {count:4} {sort}" for sort, count in sorted(counted.items()))]


def _times(outcome: Outcome) -> list[str]:
    recovery = outcome.recovery
    every = [seconds for times in recovery.values() for seconds in times]
    calm, disturbed = outcome.cancels
    waited = [each.waited for each in outcome.clients.exchanges]
    refused = sum(each.status == 503 for each in outcome.clients.exchanges)
    return [
        f"  recovery: {_figures(every)}",
        *(f"    after {sort}: {_figures(times)}" for sort, times in sorted(recovery.items())),
        f"  cancel: {_figures(calm)}; while something was broken: {_figures(disturbed)}",
        f"  answers, after the last byte: {_figures(waited)}; {refused} said: come back later",
    ]


def _figures(seconds: Sequence[float]) -> str:
    if not seconds:
        return "none"
    return (
        f"{len(seconds)}, p50 {percentile(seconds, 0.5):.1f} s, "
        f"p99 {percentile(seconds, 0.99):.1f} s, max {max(seconds):.1f} s"
    )


def _complaints(outcome: Outcome) -> list[str]:
    found = outcome.findings
    kinds = {
        "lost": found.lost,
        "doubled": found.doubled,
        "stuck": found.stuck,
        "wrong": found.wrong,
        "orphan": found.orphans,
        "slow answer": outcome.slow,
        "wrong answer": outcome.wrong_answers,
    }
    return [
        f"  {kind}: {line}"
        for kind, lines in kinds.items()
        for line in [*lines[:SHOWN], *([f"… {len(lines)} in all"] if len(lines) > SHOWN else [])]
    ]
