"""Files and results go when their time is over; the row stays."""

from datetime import timedelta

import pytest

from agensium.core.errors import Expired, InvalidInput
from agensium.tasks.leases import fail
from agensium.tasks.manage import retry
from agensium.tasks.queries import get_artifact, get_task
from agensium.tasks.retention import BATCH, Kept
from agensium.tasks.states import State
from agensium.tasks.sweep import Post, Sweeper
from tests.tasks.conftest import World
from tests.tasks.test_accept import ask, look, send, work_off
from tests.tasks.test_leases import finish, must_take

DAY = timedelta(days=1).total_seconds()
KEPT = Kept(inputs=timedelta(days=2), results=timedelta(days=5))


def sweeper(world: World, kept: Kept = KEPT) -> Sweeper:
    post = Post("w", lambda: 0, kept)
    return Sweeper(world.database, world.storage, world.bell, world.clock, post)


def kinds(world: World) -> set[str]:
    return {key.split("/")[0] for key in world.objects()}


def test_the_file_goes_then_the_report_and_the_row_stays(world: World) -> None:
    task_id = send(world, ask(world)).task_id
    work_off(world)
    world.clock.advance(2 * DAY - 1)
    assert sweeper(world).sweep().expired == 0
    world.clock.advance(1)
    assert sweeper(world).sweep().expired == 1
    assert kinds(world) == {"results"}
    assert len(look(world, task_id).artifacts) == 2
    world.clock.advance(3 * DAY)
    assert sweeper(world).sweep().expired == 1
    assert world.objects() == set()
    task = look(world, task_id)
    assert (task.state, task.expired_at, task.artifacts) == (State.SUCCESS, world.clock(), ())
    assert task.files[0].name == "t.csv"
    assert task.summary is not None
    with pytest.raises(Expired), world.database.read() as session:
        get_artifact(session, "default", task_id, "report.json")


def test_a_waiting_task_keeps_its_file(world: World) -> None:
    task_id = world.submit()
    world.clock.advance(100 * DAY)
    assert sweeper(world).sweep().expired == 0
    assert finish(world, must_take(world, task_id))
    assert sweeper(world).sweep().expired == 0


def test_a_failed_task_without_its_file_cannot_be_tried_again(world: World) -> None:
    task_id = world.submit()
    lease = must_take(world, task_id)
    with world.database.write() as session:
        fail(session, lease, InvalidInput("Bad."), world.clock())
    world.clock.advance(3 * DAY)
    sweeper(world).sweep()
    with pytest.raises(Expired, match="file of this task"):
        world.database.transact(lambda session: retry(session, "default", task_id, world.clock()))
    with world.database.read() as session:
        assert get_task(session, "default", task_id).state is State.FAILURE


def test_nothing_expires_unless_told_to(world: World) -> None:
    send(world, ask(world))
    work_off(world)
    world.clock.advance(10_000 * DAY)
    assert sweeper(world, Kept()).sweep().expired == 0
    assert kinds(world) == {"uploads", "results"}


def test_much_is_swept_in_batches(small_world: World) -> None:
    for _ in range(BATCH + 1):
        finish(small_world, must_take(small_world, small_world.submit()))
    small_world.clock.advance(6 * DAY)
    assert sweeper(small_world).sweep().expired == 2 * BATCH
    assert sweeper(small_world).sweep().expired == 2
    assert small_world.objects() == set()
