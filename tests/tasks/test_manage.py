"""What an owner may do with a task, and what not."""

import pytest

from agensium.core.errors import Conflict, InvalidInput, NotFound, StorageUnavailable
from agensium.tasks.leases import MAX_ATTEMPTS, Progress, fail, heartbeat
from agensium.tasks.manage import cancel, delete_task, retry
from agensium.tasks.queries import get_task
from agensium.tasks.states import State
from agensium.tasks.views import TaskView
from tests.tasks.conftest import World
from tests.tasks.test_leases import finish, must_take, state


def try_again(world: World, task_id: str) -> bool:
    return world.database.transact(
        lambda session: retry(session, "default", task_id, world.clock())
    )


def stop(world: World, task_id: str) -> None:
    world.database.transact(lambda session: cancel(session, "default", task_id, world.clock()))


def look(world: World, task_id: str) -> TaskView:
    with world.database.read() as session:
        return get_task(session, "default", task_id)


def failed(world: World) -> str:
    task_id = world.submit()
    lease = must_take(world, task_id)
    with world.database.write() as session:
        fail(session, lease, InvalidInput("Bad."), world.clock())
    return task_id


def test_a_failed_task_runs_again_with_all_its_attempts(world: World) -> None:
    task_id = failed(world)
    assert try_again(world, task_id)
    task = look(world, task_id)
    assert (task.state, task.attempts, task.error, task.finished_at) == (State.RETRY, 0, None, None)
    lease = must_take(world, task_id)
    assert (lease.fence, lease.attempt) == (2, 1)
    assert finish(world, lease)
    assert [each.outcome for each in look(world, task_id).history] == ["FAILURE", "SUCCESS"]


def test_trying_again_twice_changes_nothing(world: World) -> None:
    task_id = failed(world)
    assert [try_again(world, task_id) for _ in range(3)] == [True, False, False]
    must_take(world, task_id)
    assert not try_again(world, task_id)
    assert state(world, task_id) is State.STARTED


def test_a_cancelled_task_runs_again(world: World) -> None:
    task_id = world.submit()
    stop(world, task_id)
    stop(world, task_id)
    assert state(world, task_id) is State.REVOKED
    assert try_again(world, task_id)
    assert not heartbeat_asks_to_stop(world, task_id)


def heartbeat_asks_to_stop(world: World, task_id: str) -> bool:
    lease = must_take(world, task_id)
    with world.database.write() as session:
        return heartbeat(session, lease, Progress("x"), world.clock()).cancel_requested


def test_what_succeeded_is_neither_cancelled_nor_tried_again(world: World) -> None:
    task_id = world.submit()
    finish(world, must_take(world, task_id))
    with pytest.raises(Conflict, match="succeeded"):
        try_again(world, task_id)
    with pytest.raises(Conflict, match="SUCCESS"):
        stop(world, task_id)
    assert state(world, task_id) is State.SUCCESS


def test_what_failed_is_not_cancelled(world: World) -> None:
    task_id = failed(world)
    with pytest.raises(Conflict, match="FAILURE"):
        stop(world, task_id)
    assert state(world, task_id) is State.FAILURE


def test_what_is_being_cancelled_is_not_tried_again(world: World) -> None:
    task_id = world.submit()
    must_take(world, task_id)
    stop(world, task_id)
    with pytest.raises(Conflict, match="being cancelled"):
        try_again(world, task_id)


def test_a_task_of_another_workspace_is_not_found(world: World) -> None:
    task_id = failed(world)
    with pytest.raises(NotFound), world.database.write() as session:
        retry(session, "other", task_id, world.clock())


def test_a_deleted_task_is_gone_for_its_worker_and_its_owner(world: World) -> None:
    task_id = world.submit()
    lease = must_take(world, task_id)
    delete_task(world.database, world.storage, "default", task_id, world.clock)
    with world.database.write() as session:
        assert not heartbeat(session, lease, Progress("x"), world.clock()).holds
    assert not finish(world, lease)
    for work in (stop, try_again):
        with pytest.raises(NotFound):
            work(world, task_id)
    assert world.objects() == set()


def test_attempts_are_bounded_in_every_round(world: World) -> None:
    task_id = world.submit()
    for _ in range(2):
        for attempt in range(1, MAX_ATTEMPTS + 1):
            lease = must_take(world, task_id)
            assert lease.attempt == attempt
            with world.database.write() as session:
                fail(session, lease, StorageUnavailable("Down."), world.clock())
            world.clock.advance(3600)
        assert state(world, task_id) is State.FAILURE
        assert try_again(world, task_id)
