"""The same request, and the same file, again."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from agensium.agents.registry import find_agent
from agensium.core.errors import InvalidRequest, KeyReused
from agensium.tasks import identity
from agensium.tasks.accept import accept
from agensium.tasks.job.supervisor import Limits
from agensium.tasks.manage import delete_task
from agensium.tasks.queries import get_task
from agensium.tasks.repeats import parse_key
from agensium.tasks.retention import KEYS_KEPT, Kept, expire
from agensium.tasks.run import Runner, Site
from agensium.tasks.states import Priority, State
from agensium.tasks.submission import Accepted, Submission
from agensium.tasks.views import TaskView
from tests.tasks.conftest import World

TABLE = b"id,name\n1,a\n2,b\n"


def ask(world: World, content: bytes = TABLE, name: str = "t.csv", params: str = "") -> Submission:
    agent = find_agent("profile")
    files = {"file": world.receive(content, name)}
    return Submission("default", agent, agent.parse_params(params), files)


def send(world: World, asked: Submission) -> Accepted:
    return accept(world.database, world.storage, world.bell, asked, world.clock)


def work_off(world: World) -> None:
    site = Site("w", world.folder / "scratch", Limits(1 << 30, 60))
    runner = Runner(world.database, world.storage, site, world.clock)
    runner.run("any")
    runner.close()


def look(world: World, task_id: str) -> TaskView:
    with world.database.read() as session:
        return get_task(session, "default", task_id)


def contents(world: World, task_id: str) -> dict[str, bytes]:
    return {
        each.name: world.storage.read(each.object_key) for each in look(world, task_id).artifacts
    }


# The same key.


def test_the_same_request_with_the_same_key_gives_the_same_task(world: World) -> None:
    first = send(world, replace(ask(world), key="k"))
    second = send(world, replace(ask(world), key="k"))
    assert (first.repeated, second) == (False, Accepted(first.task_id, repeated=True))
    assert send(world, replace(ask(world), key="l")).task_id != first.task_id


@pytest.mark.parametrize(
    "other",
    [
        {"content": b"x,y\n1,2\n"},
        {"name": "u.csv"},
        {"params": '{"pairs": false}'},
    ],
)
def test_another_request_with_the_same_key_is_refused(
    small_world: World, other: dict[str, str]
) -> None:
    send(small_world, replace(ask(small_world), key="k"))
    with pytest.raises(KeyReused, match="another request"):
        send(small_world, replace(ask(small_world, **other), key="k"))  # type: ignore[arg-type]


def test_another_priority_is_another_request(small_world: World) -> None:
    send(small_world, replace(ask(small_world), key="k"))
    with pytest.raises(KeyReused):
        send(small_world, replace(ask(small_world), key="k", priority=Priority.LOW))


def test_of_many_at_once_one_makes_the_task(world: World) -> None:
    asked = [replace(ask(world), key="k") for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        accepted = list(pool.map(lambda each: send(world, each), asked))
    assert len({each.task_id for each in accepted}) == 1
    assert [each.repeated for each in accepted].count(False) == 1


def test_a_key_is_forgotten_after_a_day_and_with_its_task(world: World) -> None:
    asked = replace(ask(world), key="k")
    first = send(world, asked)
    delete_task(world.database, world.storage, "default", first.task_id, world.clock)
    second = send(world, replace(ask(world), key="k"))
    assert not second.repeated
    world.clock.advance(KEYS_KEPT.total_seconds())
    world.database.transact(lambda session: expire(session, Kept(), world.clock()))
    assert not send(world, replace(ask(world, b"x,y\n1,2\n"), key="k")).repeated


@pytest.mark.parametrize(
    ("header", "key"), [(None, None), ('"a b"', "a b"), ("8e03978e-40d5", "8e03978e-40d5")]
)
def test_keys_are_quoted_or_bare(header: str | None, key: str | None) -> None:
    assert parse_key(header) == key


@pytest.mark.parametrize("header", ["", '""', "a b", '"a', "ü", "x" * 256, '"a\\"b"'])
def test_other_keys_are_refused(header: str) -> None:
    with pytest.raises(InvalidRequest, match="Idempotency-Key"):
        parse_key(header)


# The same file.


def test_the_same_file_is_answered_from_the_stored_report(world: World) -> None:
    first = send(world, ask(world))
    work_off(world)
    world.bell.rung.clear()
    again = send(world, replace(ask(world), reuse=True))
    assert again.reused_from == first.task_id
    task = look(world, again.task_id)
    assert (task.state, task.reused_from, task.attempts) == (State.SUCCESS, first.task_id, 0)
    assert task.summary == look(world, first.task_id).summary
    assert contents(world, again.task_id) == contents(world, first.task_id)
    assert world.bell.rung == []


def test_under_another_name_it_is_what_the_agent_would_have_made(small_world: World) -> None:
    world = small_world
    send(world, ask(world, name="old.csv"))
    work_off(world)
    reused = send(world, replace(ask(world, name="new.csv"), reuse=True))
    fresh = send(world, ask(world, name="new.csv"))
    work_off(world)
    assert reused.reused_from is not None
    assert fresh.reused_from is None
    assert contents(world, reused.task_id) == contents(world, fresh.task_id)


def test_each_task_owns_its_files(small_world: World) -> None:
    world = small_world
    first = send(world, ask(world))
    work_off(world)
    again = send(world, replace(ask(world), reuse=True))
    before = contents(world, again.task_id)
    delete_task(world.database, world.storage, "default", first.task_id, world.clock)
    assert contents(world, again.task_id) == before
    delete_task(world.database, world.storage, "default", again.task_id, world.clock)
    assert world.objects() == set()


@pytest.mark.parametrize(
    "other", [{"content": b"id,name\n1,a\n2,c\n"}, {"params": '{"pairs": false}'}]
)
def test_another_file_or_other_parameters_are_not_answered(
    small_world: World, other: dict[str, str]
) -> None:
    send(small_world, ask(small_world))
    work_off(small_world)
    asked = replace(ask(small_world, **other), reuse=True)  # type: ignore[arg-type]
    assert send(small_world, asked).reused_from is None


def test_what_is_not_done_expired_or_of_another_workspace_is_not_used(small_world: World) -> None:
    world = small_world
    asked = replace(ask(world), reuse=True)
    assert send(world, asked).reused_from is None
    assert send(world, replace(ask(world), reuse=True)).reused_from is None
    work_off(world)
    world.add_workspaces("other")
    elsewhere = replace(ask(world), reuse=True, workspace_id="other")
    assert send(world, elsewhere).reused_from is None
    world.clock.advance(86_400)
    kept = Kept(results=timedelta(hours=1))
    world.database.transact(lambda session: expire(session, kept, world.clock()))
    assert send(world, replace(ask(world), reuse=True)).reused_from is None


def test_a_lost_report_is_made_anew(small_world: World) -> None:
    world = small_world
    first = send(world, ask(world))
    work_off(world)
    for artifact in look(world, first.task_id).artifacts:
        world.storage.delete(artifact.object_key)
    again = send(world, replace(ask(world), reuse=True))
    assert again.reused_from is None
    work_off(world)
    assert look(world, again.task_id).state is State.SUCCESS


def test_a_report_of_other_code_does_not_answer(
    small_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = small_world
    with monkeypatch.context() as older:
        # An API of another version took it; a worker of this one does it.
        older.setattr(identity, "code_fingerprint", lambda: "older code")
        first = send(world, ask(world))
        work_off(world)
        assert send(world, replace(ask(world), reuse=True)).reused_from is None
    assert send(world, replace(ask(world), reuse=True)).reused_from == first.task_id
    with monkeypatch.context() as newer:
        newer.setattr(identity, "code_fingerprint", lambda: "newer code")
        assert send(world, replace(ask(world), reuse=True)).reused_from is None
