"""The promises of docs/guarantees.md, held against the outcome of a play."""

from tests.chaos.play import Outcome
from tests.chaos.times import CANCEL_SECONDS, RECOVERY_SECONDS


def broken_promises(outcome: Outcome, *, timed: bool = True) -> list[str]:
    """Return which promises were broken, and by what; nothing when all were kept.

    Args:
        outcome: what a play showed.
        timed: whether the promised times count, which need a machine that is not busy with others.

    """
    found = outcome.findings
    slowest = max((max(times) for times in outcome.recovery.values() if times), default=0.0)
    slowest_cancel = max(outcome.cancels[0], default=0.0)
    checks = {
        "P1 a 202 is never lost": [*found.lost, *found.stuck],
        "P2 exactly one effect": [*found.doubled, *found.wrong, *found.orphans],
        "P6 the API answers": outcome.wrong_answers,
    }
    if timed:
        checks |= {
            "P3 recovery within 75 s": _beyond(slowest, RECOVERY_SECONDS),
            "P4 cancel within 5 s": _beyond(slowest_cancel, CANCEL_SECONDS),
            "P6 the API answers in time": outcome.slow,
        }
    return [f"{promise}: {len(lines)} × {lines[0]}" for promise, lines in checks.items() if lines]


def _beyond(seconds: float, allowed: float) -> list[str]:
    return [f"it took {seconds:.1f} s"] if seconds > allowed else []
