"""Files at addresses become datasets: once, whoever asks, and nothing is left of the rest."""

from datetime import timedelta

import pytest

from agensium.agents.registry import find_agent
from agensium.core.errors import SourceRefused
from agensium.storage.source_rules import SourceRules
from agensium.storage.sources import Sources
from agensium.tasks.again import given_to
from agensium.tasks.fetching import Fetcher
from agensium.tasks.heart import Heart, LeaseLost
from agensium.tasks.leases import LEASE, Lease, fail
from agensium.tasks.manage import delete_task
from agensium.tasks.models import Dataset, StrayObject
from agensium.tasks.objects import sweep_strays
from agensium.tasks.receive import Received
from agensium.tasks.retention import Kept, expire
from agensium.tasks.submission import Submission
from agensium.tasks.submit import submit
from agensium.tasks.sweep import expire_leases
from agensium.tasks.work import Work, load_work
from tests.servers.web import Web
from tests.tasks.conftest import World
from tests.tasks.test_leases import must_take

TABLE = b"id,name\n1,a\n2,b\n"
HERE = Sources(SourceRules(hosts=("127.0.0.1",), schemes=("http",), private=True))


def submit_file(world: World, file: Received) -> str:
    agent = find_agent("profile")
    asked = Submission("default", agent, agent.parse_params(""), {"file": file})
    return submit(world.database, world.bell, asked, world.clock)


def submit_address(world: World, address: str) -> str:
    file = Received("t.csv", "uploads/none", 0, "", source=f"{address}?key=secret")
    return submit_file(world, file)


def fetch(world: World, lease: Lease) -> Work:
    heart = Heart(world.database, lease, world.clock, lambda: False)
    with world.database.read() as session:
        work = load_work(session, lease)
    return Fetcher(world.database, world.storage, HERE, world.clock).fetch(work, heart)


def dataset(world: World) -> Dataset:
    with world.database.read() as session:
        (found,) = session.query(Dataset).all()
        return found


def strays(world: World) -> int:
    with world.database.read() as session:
        return session.query(StrayObject).count()


def test_a_file_is_fetched_once_and_its_secret_forgotten(world: World, web: Web) -> None:
    address = web.serve("/t.csv", TABLE)
    lease = must_take(world, submit_address(world, address))
    (first,) = fetch(world, lease).inputs
    (again,) = fetch(world, lease).inputs
    assert first == again
    assert (first.source, first.bytes) == (None, len(TABLE))
    assert world.storage.read(first.object_key) == TABLE
    assert dataset(world).source == address
    assert [path for path, _ in web.asked] == ["/t.csv?key=secret"]
    assert strays(world) == 0


def test_of_two_tasks_that_fetch_one_file_the_first_gives_it(world: World, web: Web) -> None:
    first = submit_address(world, web.serve("/t.csv", TABLE))
    with world.database.read() as session:
        files = given_to(session, "default", first).files
    second = submit_file(world, files["file"])
    with world.database.read() as session:
        lease = must_take(world, second)
        late = load_work(session, lease)
    fetched = fetch(world, must_take(world, first))
    heart = Heart(world.database, lease, world.clock, lambda: False)
    again = Fetcher(world.database, world.storage, HERE, world.clock).fetch(late, heart)
    assert again.inputs == fetched.inputs
    assert world.objects() == {fetched.inputs[0].object_key}
    assert strays(world) == 0


def test_whoever_lost_the_task_leaves_nothing(world: World, web: Web) -> None:
    lease = must_take(world, submit_address(world, web.serve("/t.csv", TABLE)))
    with world.database.write() as session:
        expire_leases(session, world.clock.advance(LEASE.total_seconds() + 1))
    with pytest.raises(LeaseLost):
        fetch(world, lease)
    assert dataset(world).fetched_at is None
    assert world.objects() == set()
    assert strays(world) == 0


def test_what_could_not_be_fetched_expires_with_its_secret(world: World, web: Web) -> None:
    lease = must_take(world, submit_address(world, web.url("/nothing.csv")))
    with pytest.raises(SourceRefused) as refused:
        fetch(world, lease)
    with world.database.write() as session:
        fail(session, lease, refused.value, world.clock())
    assert dataset(world).source == web.url("/nothing.csv?key=secret")
    later = world.clock.advance(10)
    with world.database.write() as session:
        expire(session, Kept(inputs=timedelta(seconds=5)), later)
    assert dataset(world).source is None
    sweep_strays(world.database, world.storage, later)
    assert strays(world) == 0


def test_a_task_can_be_deleted_before_its_file_is_here(world: World) -> None:
    task_id = submit_address(world, "http://127.0.0.1/t.csv")
    delete_task(world.database, world.storage, "default", task_id, world.clock)
    assert strays(world) == 0
