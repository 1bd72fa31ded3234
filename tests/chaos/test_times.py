"""How a recovery is timed: from the last blow that it has to survive, and no kinder than that."""

from tests.chaos.faults import Struck
from tests.chaos.journal import Change
from tests.chaos.times import ALONE, RECOVERY_SECONDS, recovery_times

KILL = "api kill -9"


def started(at: float, pid: int = 1) -> Change:
    return Change("STARTED", f"host:{pid}", at)


def blow(sort: str, began: float, ended: float, target: str = ALONE) -> Struck:
    return Struck(sort, target, 1, began, ended)


def seconds_to(again: float, *struck: Struck) -> list[float]:
    return recovery_times({"task": [started(0), started(again, 2)]}, struck).get(struck[0].sort, [])


def test_a_recovery_takes_from_the_kill_to_the_next_start() -> None:
    assert seconds_to(40, blow(KILL, 10, 12)) == [30]


def test_a_further_kill_of_the_only_process_begins_the_time_anew() -> None:
    assert seconds_to(90, blow(KILL, 10, 12), Struck(KILL, ALONE, 3, 60, 62)) == [30]


def test_what_was_late_already_is_not_excused_by_a_further_kill() -> None:
    late = 10 + RECOVERY_SECONDS + 1
    assert seconds_to(late + 20, blow(KILL, 10, 12), Struck(KILL, ALONE, 3, late, late + 2)) == [
        late + 10
    ]


def test_while_the_only_process_is_stopped_or_frozen_nothing_is_expected() -> None:
    for sort in ("api SIGTERM", "api SIGSTOP"):
        assert seconds_to(60, blow(KILL, 10, 12), blow(sort, 20, 50)) == [10]


def test_a_blow_to_one_of_several_processes_excuses_nothing() -> None:
    kill = blow("worker kill -9", 10, 12, "w0")
    assert seconds_to(60, kill, Struck("worker kill -9", "w1", 7, 30, 32)) == [50]
    assert seconds_to(60, kill, Struck(KILL, "api0", 8, 30, 32)) == [50]


def test_an_outage_of_a_shared_part_stops_the_clock() -> None:
    kill = blow("worker kill -9", 10, 12, "w0")
    assert seconds_to(60, kill, blow("database black hole", 30, 40, "database")) == [20]
