"""What happened to a task is written down in the transaction that changed it."""

from datetime import datetime

from agensium.core.errors import WorkerLost
from agensium.db.database import Database
from agensium.tasks.events import KEPT, PRUNED_EVERY, EventView, events_after, newest_numbers
from agensium.tasks.leases import Lease, Progress, claim, fail, heartbeat, release
from agensium.tasks.manage import cancel, delete_task
from agensium.tasks.states import State
from tests.tasks.conftest import World


def events(database: Database, task_id: str, after: int = 0) -> tuple[EventView, ...]:
    with database.read() as session:
        return events_after(session, task_id, after, limit=10_000)


def taken(world: World, task_id: str) -> Lease:
    lease = world.database.transact(lambda s: claim(s, task_id, "w", world.clock()))
    assert lease is not None
    return lease


def beat(world: World, lease: Lease, progress: Progress, now: datetime) -> None:
    world.database.transact(lambda s: heartbeat(s, lease, progress, now))


def test_every_change_of_state_is_an_event(world: World) -> None:
    task_id = world.submit()
    lease = taken(world, task_id)
    world.database.transact(lambda s: fail(s, lease, WorkerLost("gone"), world.clock()))
    again = taken(world, task_id)
    world.database.transact(lambda s: release(s, again, world.clock()))
    world.database.transact(lambda s: cancel(s, "default", task_id, world.clock()))
    seen = events(world.database, task_id)
    assert [event.number for event in seen] == [1, 2, 3, 4, 5, 6]
    assert [event.state for event in seen] == [
        State.PENDING,
        State.STARTED,
        State.RETRY,
        State.STARTED,
        State.RETRY,
        State.REVOKED,
    ]
    assert [event.error_code for event in seen][2] == "worker_lost"
    assert [event.is_last for event in seen] == [False] * 5 + [True]
    assert [event.number for event in events(world.database, task_id, after=4)] == [5, 6]


def test_progress_is_an_event_only_when_it_is_news(world: World) -> None:
    task_id = world.submit()
    lease = taken(world, task_id)
    for rows in (5, 5, 5, 9):
        beat(world, lease, Progress("scanning", rows, rows * 10, 100), world.clock.advance(1))
    seen = events(world.database, task_id, after=2)
    assert [(event.phase, event.rows_done, event.bytes_done) for event in seen] == [
        ("scanning", 5, 50),
        ("scanning", 9, 90),
    ]


def test_a_late_worker_writes_no_event(world: World) -> None:
    task_id = world.submit()
    old = taken(world, task_id)
    world.database.transact(lambda s: release(s, old, world.clock()))
    taken(world, task_id)
    before = events(world.database, task_id)
    beat(world, old, Progress("scanning", 7), world.clock.advance(1))
    world.database.transact(lambda s: fail(s, old, WorkerLost("gone"), world.clock()))
    assert events(world.database, task_id) == before


def test_the_events_of_a_task_are_bounded(small_world: World) -> None:
    task_id = small_world.submit()
    lease = taken(small_world, task_id)
    for rows in range(1, 3 * KEPT):
        beat(small_world, lease, Progress("scanning", rows), small_world.clock.advance(1))
    seen = events(small_world.database, task_id)
    assert KEPT <= len(seen) <= KEPT + PRUNED_EVERY
    assert seen[-1].rows_done == 3 * KEPT - 1


def test_events_go_with_their_task(world: World) -> None:
    task_id = world.submit()
    delete_task(world.database, world.storage, "default", task_id, world.clock)
    assert events(world.database, task_id) == ()
    with world.database.read() as session:
        assert newest_numbers(session, [task_id]) == {}
