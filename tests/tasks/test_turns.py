"""Nobody waits behind another's thousand files."""

from concurrent.futures import ThreadPoolExecutor

from agensium.tasks.leases import Progress, Result, release, succeed
from agensium.tasks.manage import cancel
from agensium.tasks.states import Priority
from agensium.tasks.turns import claim_next
from agensium.tasks.work import Work
from tests.tasks.conftest import World
from tests.tasks.test_leases import SUMMARY


def take(world: World, limit: int | None = None) -> Work | None:
    return claim_next(world.database, "w", world.clock.advance(1), limit)


def taken(world: World, limit: int | None = None) -> str | None:
    work = take(world, limit)
    return None if work is None else work.lease.task_id


def finish(world: World, work: Work | None) -> None:
    assert work is not None
    with world.database.write() as session:
        assert succeed(session, work.lease, Result(SUMMARY, (), Progress("x")), world.clock())


def test_the_oldest_task_goes_first(world: World) -> None:
    tasks = [world.submit() for _ in range(3)]
    assert [taken(world) for _ in range(4)] == [*tasks, None]


def test_a_single_task_does_not_wait_behind_anothers_many(world: World) -> None:
    world.add_workspaces("many", "one")
    many = [world.submit(workspace="many") for _ in range(5)]
    assert taken(world) == many[0]
    one = world.submit(workspace="one")
    assert [taken(world) for _ in range(3)] == [one, many[1], many[2]]


def test_workspaces_take_turns_on_a_single_slot(world: World) -> None:
    world.add_workspaces("a", "b", "c")
    tasks = {name: [world.submit(workspace=name) for _ in range(2)] for name in ("a", "b", "c")}
    order = []
    for _ in range(6):
        work = take(world)
        assert work is not None
        order.append(work.lease.task_id)
        finish(world, work)
    assert order == [tasks[name][n] for n in range(2) for name in ("a", "b", "c")]


def test_the_more_urgent_goes_first_in_its_own_workspace_only(world: World) -> None:
    world.add_workspaces("a", "b")
    low = world.submit(workspace="a", priority=Priority.LOW)
    normal = world.submit(workspace="a")
    high = world.submit(workspace="a", priority=Priority.HIGH)
    other = world.submit(workspace="b", priority=Priority.LOW)
    assert [taken(world) for _ in range(4)] == [high, other, normal, low]


def test_a_workspace_runs_as_many_as_it_may(world: World) -> None:
    world.add_workspaces("a", "b")
    tasks = [world.submit(workspace="a") for _ in range(3)]
    first = take(world, limit=2)
    assert taken(world, limit=2) == tasks[1]
    assert taken(world, limit=2) is None
    other = world.submit(workspace="b")
    assert taken(world, limit=2) == other
    finish(world, first)
    assert taken(world, limit=2) == tasks[2]


def test_the_limit_holds_however_many_ask_at_once(world: World) -> None:
    for _ in range(12):
        world.submit()
    with ThreadPoolExecutor(12) as pool:
        works = list(
            pool.map(
                lambda n: claim_next(world.database, f"w{n}", world.clock(), limit=3), range(12)
            )
        )
    assert len({work.lease.task_id for work in works if work is not None}) == 3


def test_all_who_ask_at_once_get_a_task_of_their_own(world: World) -> None:
    tasks = {world.submit() for _ in range(8)}
    with ThreadPoolExecutor(8) as pool:
        works = list(
            pool.map(lambda n: claim_next(world.database, f"w{n}", world.clock()), range(8))
        )
    assert {work.lease.task_id for work in works if work is not None} == tasks


def test_what_is_cancelled_or_not_due_is_passed_over(world: World) -> None:
    cancelled, released, last = (world.submit() for _ in range(3))
    with world.database.write() as session:
        cancel(session, "default", cancelled, world.clock())
    work = take(world)
    assert work is not None
    assert work.lease.task_id == released
    with world.database.write() as session:
        release(session, work.lease, world.clock.advance(60))
    world.clock.advance(-60)
    assert [taken(world), taken(world)] == [last, None]
    world.clock.advance(60)
    assert taken(world) == released
