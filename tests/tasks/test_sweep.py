"""Of several sweepers one works for all; each rings for itself."""

from concurrent.futures import ThreadPoolExecutor

from agensium.tasks.heart import BEAT_SECONDS
from agensium.tasks.job.supervisor import TICK_SECONDS
from agensium.tasks.leader import SWEEPING, TERM, lead
from agensium.tasks.leases import LEASE
from agensium.tasks.states import State
from agensium.tasks.sweep import PAUSE, Post, Sweeper
from tests.tasks.conftest import World
from tests.tasks.test_leases import must_take, state


def sweeper(world: World, worker: str = "w1", free: int = 9) -> Sweeper:
    post = Post(worker, lambda: free)
    return Sweeper(world.database, world.storage, world.bell, world.clock, post)


def leads(world: World, worker: str) -> bool:
    return world.database.transact(lambda session: lead(session, SWEEPING, worker, world.clock()))


def test_one_of_many_leads(world: World) -> None:
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda n: leads(world, f"w{n}"), range(6)))
    assert found.count(True) == 1
    leader = f"w{found.index(True)}"
    for _ in range(5):
        world.clock.advance(TERM.total_seconds() - 1)
        assert leads(world, leader)
        assert not leads(world, "another")


def test_a_dead_leader_is_followed_by_another(world: World) -> None:
    assert leads(world, "w1")
    assert not leads(world, "w2")
    world.clock.advance(TERM.total_seconds())
    assert leads(world, "w2")
    assert not leads(world, "w1")


def test_a_leader_that_stops_makes_room_at_once(world: World) -> None:
    first, second = sweeper(world, "w1"), sweeper(world, "w2")
    first.sweep()
    assert not leads(world, "w2")
    first.stop()
    second.sweep()
    assert not leads(world, "w1")


def test_only_the_leader_ends_lost_attempts(world: World) -> None:
    task_id = world.submit()
    must_take(world, task_id)
    assert leads(world, "w1")
    world.clock.advance(LEASE.total_seconds() + 1)
    assert leads(world, "w1")
    assert sweeper(world, "w2").sweep().lost == 0
    assert state(world, task_id) is State.STARTED
    swept = sweeper(world, "w1").sweep()
    assert (swept.lost, swept.rung) == (1, 1)
    assert state(world, task_id) is State.RETRY


def test_a_worker_rings_for_its_free_slots_only(world: World) -> None:
    tasks = [world.submit() for _ in range(5)]
    world.clock.advance(60)
    world.bell.rung.clear()
    assert sweeper(world, free=0).sweep().rung == 0
    assert sweeper(world, free=2).sweep().rung == 2
    assert len(set(world.bell.rung)) == 2
    assert sweeper(world, "w2", free=9).sweep().rung == 3
    assert sorted(world.bell.rung) == tasks


def test_the_next_sweep_comes_when_a_lease_or_a_back_off_ends(world: World) -> None:
    swept = sweeper(world)
    assert swept._pause() == PAUSE.total_seconds()
    must_take(world, world.submit())
    world.clock.advance(LEASE.total_seconds() - 4)
    assert swept._pause() == 4
    world.clock.advance(5)
    swept.sweep()
    assert swept._pause() == PAUSE.total_seconds()


def test_the_promised_times_follow_from_the_constants() -> None:
    """docs/guarantees.md: work goes on within 75 s, a cancelled task ends within 5 s."""
    assert (LEASE + PAUSE).total_seconds() <= 75
    assert BEAT_SECONDS + TICK_SECONDS <= 5
