from concurrent.futures import ThreadPoolExecutor

import msgspec

from agensium.core.errors import Cancelled, InvalidInput, StorageUnavailable
from agensium.core.report import Summary
from agensium.tasks.leases import (
    LEASE,
    MAX_ATTEMPTS,
    Lease,
    Progress,
    Result,
    claim,
    fail,
    heartbeat,
    release,
    succeed,
)
from agensium.tasks.manage import cancel
from agensium.tasks.models import Artifact, Task
from agensium.tasks.objects import note_strays
from agensium.tasks.queries import get_task
from agensium.tasks.states import State
from agensium.tasks.sweep import expire_leases, revoke_cancelled, take_unheard
from tests.tasks.conftest import World

SUMMARY = msgspec.json.encode(
    Summary(verdict="v", rows=2, columns=2, missing_cells=0, duplicate_rows=0, findings=0)
)


DONE = Progress("storing", 2, 12, 12)


def take(world: World, task_id: str, worker: str = "w1") -> Lease | None:
    with world.database.write() as session:
        return claim(session, task_id, worker, world.clock())


def must_take(world: World, task_id: str) -> Lease:
    lease = take(world, task_id)
    assert lease is not None
    return lease


def state(world: World, task_id: str) -> State:
    with world.database.read() as session:
        return get_task(session, "default", task_id).state


def finish(world: World, lease: Lease) -> bool:
    with world.database.write() as session:
        return succeed(session, lease, Result(SUMMARY, (), DONE), world.clock())


def test_of_many_workers_one_gets_the_task(world: World) -> None:
    task_id = world.submit()
    with ThreadPoolExecutor(8) as pool:
        leases = list(pool.map(lambda n: take(world, task_id, f"w{n}"), range(8)))
    assert [lease for lease in leases if lease] == [Lease(task_id, fence=1, attempt=1)]


def test_a_finished_task_is_not_taken_again(world: World) -> None:
    task_id = world.submit()
    assert finish(world, must_take(world, task_id))
    assert take(world, task_id) is None
    assert state(world, task_id) is State.SUCCESS


def test_a_heartbeat_keeps_the_lease_and_shows_the_progress(world: World) -> None:
    task_id = world.submit()
    lease = must_take(world, task_id)
    now = world.clock.advance(LEASE.total_seconds() - 1)
    with world.database.write() as session:
        standing = heartbeat(session, lease, Progress("scanning", 10, 20, 40), now)
    assert standing.holds
    assert not standing.cancel_requested
    with world.database.write() as session:
        assert expire_leases(session, world.clock.advance(LEASE.total_seconds() - 1)) == 0
        task = get_task(session, "default", task_id)
    assert (task.phase, task.rows_done, task.bytes_done, task.bytes_total) == (
        "scanning", 10, 20, 40,
    )  # fmt: skip


def test_a_lost_worker_is_followed_by_another_attempt(world: World) -> None:
    task_id = world.submit()
    zombie = must_take(world, task_id)
    with world.database.write() as session:
        assert expire_leases(session, world.clock.advance(LEASE.total_seconds() + 1)) == 1
    assert state(world, task_id) is State.RETRY
    world.clock.advance(60)
    second = must_take(world, task_id)
    assert (second.fence, second.attempt) == (2, 2)
    with world.database.write() as session:
        assert not heartbeat(session, zombie, Progress("scanning"), world.clock()).holds
    assert not finish(world, zombie)
    assert finish(world, second)


def test_a_poison_file_fails_after_its_attempts(world: World) -> None:
    task_id = world.submit()
    for _ in range(MAX_ATTEMPTS):
        must_take(world, task_id)
        with world.database.write() as session:
            expire_leases(session, world.clock.advance(LEASE.total_seconds() + 1))
        world.clock.advance(3600)
    assert take(world, task_id) is None
    with world.database.read() as session:
        task = get_task(session, "default", task_id)
    assert task.state is State.FAILURE
    assert task.error is not None
    assert task.error.code == "worker_lost"


def test_an_error_that_may_pass_is_tried_again_later(world: World) -> None:
    task_id = world.submit()
    lease = must_take(world, task_id)
    with world.database.write() as session:
        assert fail(session, lease, StorageUnavailable("Down."), world.clock())
    assert take(world, task_id) is None  # not before its time
    world.clock.advance(6)
    assert must_take(world, task_id).attempt == 2


def test_an_error_of_the_file_is_final(world: World) -> None:
    task_id = world.submit()
    lease = must_take(world, task_id)
    with world.database.write() as session:
        fail(session, lease, InvalidInput("Bad.", hint="Good."), world.clock())
    assert state(world, task_id) is State.FAILURE


def test_a_released_task_costs_no_attempt(world: World) -> None:
    task_id = world.submit()
    lease = must_take(world, task_id)
    with world.database.write() as session:
        assert release(session, lease, world.clock())
    assert must_take(world, task_id) == Lease(task_id, fence=2, attempt=1)


def test_a_cancelled_task_never_runs(world: World) -> None:
    task_id = world.submit()
    with world.database.write() as session:
        cancel(session, "default", task_id, world.clock())
    assert state(world, task_id) is State.REVOKED
    assert take(world, task_id) is None


def test_a_running_task_hears_of_its_cancellation(world: World) -> None:
    task_id = world.submit()
    lease = must_take(world, task_id)
    with world.database.write() as session:
        cancel(session, "default", task_id, world.clock())
        assert heartbeat(session, lease, Progress("x"), world.clock()).cancel_requested
        fail(session, lease, Cancelled("Cancelled."), world.clock())
    assert state(world, task_id) is State.REVOKED


def test_a_task_cancelled_while_it_is_handed_back_is_revoked(world: World) -> None:
    task_id = world.submit()
    lease = must_take(world, task_id)
    with world.database.write() as session:
        cancel(session, "default", task_id, world.clock())
        release(session, lease, world.clock())
    assert take(world, task_id) is None
    with world.database.write() as session:
        revoke_cancelled(session, world.clock())
    assert state(world, task_id) is State.REVOKED


def test_an_unheard_task_is_rung_again_but_not_too_often(world: World) -> None:
    task_id = world.submit()
    assert world.bell.rung == [task_id]
    with world.database.write() as session:
        assert take_unheard(session, world.clock.advance(5)) == []
        assert take_unheard(session, world.clock.advance(30)) == [task_id]
        assert take_unheard(session, world.clock()) == []


def test_artifacts_are_invisible_until_success(world: World) -> None:
    task_id = world.submit()
    lease = must_take(world, task_id)
    artifact = Artifact(
        id="a", task_id=task_id, name="report.json", media_type="application/json",
        object_key="results/x", bytes=2, sha256="0" * 64,
    )  # fmt: skip
    with world.database.read() as session:
        assert get_task(session, "default", task_id).artifacts == ()
    with world.database.write() as session:
        note_strays(session, ["results/x"], world.clock())
        assert succeed(session, lease, Result(SUMMARY, (artifact,), DONE), world.clock())
    with world.database.read() as session:
        (shown,) = get_task(session, "default", task_id).artifacts
        assert shown.object_key == "results/x"
        assert session.get_one(Task, task_id).lease_expires_at is None
