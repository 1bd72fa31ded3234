"""The attempts of a task are kept with their reasons."""

from agensium.core.errors import AgensiumError, Cancelled, InvalidInput, StorageUnavailable
from agensium.tasks.leases import LEASE, MAX_ATTEMPTS, fail, release
from agensium.tasks.queries import get_task
from agensium.tasks.sweep import expire_leases
from agensium.tasks.views import AttemptView
from tests.tasks.conftest import World
from tests.tasks.test_leases import finish, must_take, take


def history(world: World, task_id: str) -> tuple[AttemptView, ...]:
    with world.database.read() as session:
        return get_task(session, "default", task_id).history


def told(world: World, task_id: str) -> list[tuple[str | None, str | None]]:
    return [
        (each.outcome, None if each.error is None else each.error.code)
        for each in history(world, task_id)
    ]


def end(world: World, task_id: str, error: AgensiumError) -> None:
    lease = must_take(world, task_id)
    with world.database.write() as session:
        assert fail(session, lease, error, world.clock())
    world.clock.advance(3600)


def test_a_waiting_task_has_none(world: World) -> None:
    assert history(world, world.submit()) == ()


def test_each_attempt_says_who_when_and_how(world: World) -> None:
    task_id = world.submit()
    started = world.clock()
    lease = must_take(world, task_id)
    (running,) = history(world, task_id)
    assert running == AttemptView("w1", started, None, None, None)
    ended = world.clock.advance(7)
    assert finish(world, lease)
    (done,) = history(world, task_id)
    assert done == AttemptView("w1", started, ended, "SUCCESS", None)


def test_every_way_to_end_is_told(world: World) -> None:
    task_id = world.submit()
    lease = must_take(world, task_id)
    with world.database.write() as session:
        release(session, lease, world.clock())
    end(world, task_id, StorageUnavailable("Down."))
    take(world, task_id, "w2")
    with world.database.write() as session:
        expire_leases(session, world.clock.advance(LEASE.total_seconds() + 1))
    end(world, task_id, InvalidInput("Bad."))
    assert told(world, task_id) == [
        ("RELEASED", None),
        ("RETRY", "storage_unavailable"),
        ("RETRY", "worker_lost"),
        ("FAILURE", "invalid_input"),
    ]
    assert [each.worker for each in history(world, task_id)] == ["w1", "w1", "w2", "w1"]


def test_a_cancelled_attempt_is_told(world: World) -> None:
    task_id = world.submit()
    end(world, task_id, Cancelled("Cancelled."))
    assert told(world, task_id) == [("REVOKED", "cancelled")]


def test_a_zombie_does_not_change_the_story(world: World) -> None:
    task_id = world.submit()
    zombie = must_take(world, task_id)
    for _ in range(MAX_ATTEMPTS):
        with world.database.write() as session:
            expire_leases(session, world.clock.advance(LEASE.total_seconds() + 1))
        take(world, task_id)
    before = told(world, task_id)
    assert before == [
        ("RETRY", "worker_lost"),
        ("RETRY", "worker_lost"),
        ("FAILURE", "worker_lost"),
    ]
    assert not finish(world, zombie)
    with world.database.write() as session:
        assert not release(session, zombie, world.clock())
    assert told(world, task_id) == before
