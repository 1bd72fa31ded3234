"""Nothing half-done stays behind."""

import pytest
from sqlalchemy import func, select

from agensium.agents.registry import find_agent
from agensium.core.errors import (
    EmptyFile,
    InvalidRequest,
    NotFound,
    StorageUnavailable,
    TooLarge,
    UnsupportedFormat,
)
from agensium.storage.local import LocalStorage
from agensium.tasks.manage import delete_task
from agensium.tasks.models import Dataset, StrayObject, Task, TaskInput
from agensium.tasks.objects import GRACE, adopt, discard, note_strays, sweep_strays
from agensium.tasks.receive import Receiving
from agensium.tasks.submit import check_roles
from agensium.tasks.sweep import Sweeper
from tests.tasks.conftest import World


def rows(world: World) -> dict[str, int]:
    with world.database.read() as session:
        return {
            model.__tablename__: session.scalar(select(func.count()).select_from(model)) or 0
            for model in (Task, TaskInput, Dataset, StrayObject)
        }


NOTHING = {"task": 0, "task_input": 0, "dataset": 0, "stray_object": 0}


def receive(world: World, content: bytes, max_bytes: int = 1000) -> None:
    with Receiving(world.database, world.storage, "t.csv", max_bytes, world.clock) as receiving:
        receiving.write(content)
        receiving.finish()


def test_an_accepted_file_has_an_owner(world: World) -> None:
    task_id = world.submit()
    assert rows(world) == {"task": 1, "task_input": 1, "dataset": 1, "stray_object": 0}
    assert len(world.objects()) == 1
    delete_task(world.database, world.storage, "default", task_id, world.clock)
    assert rows(world) == NOTHING
    assert world.objects() == set()


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", EmptyFile),
        (b"   \n \n", EmptyFile),
        (b"a,b\n" * 1000, TooLarge),
        (b"\x89PNG\r\n\x1a\n rest", UnsupportedFormat),
        (b"%PDF-1.4....", UnsupportedFormat),
        (b"%PDF-1.7", UnsupportedFormat),
        (b"\x00\x01\x02\x03\x04" * 20, UnsupportedFormat),
    ],
)
def test_a_refused_file_leaves_nothing_behind(
    small_world: World, content: bytes, error: type[Exception]
) -> None:
    with pytest.raises(error):
        receive(small_world, content)
    assert rows(small_world) == NOTHING
    assert small_world.objects() == set()


def test_what_a_dead_process_left_is_swept_in_time(world: World) -> None:
    abandoned = Receiving(world.database, world.storage, "t.csv", 1000, world.clock)
    abandoned.write(b"a,b\n1,2\n" * 10)
    abandoned.finish()  # … and then the process dies before the task is written
    sweeper = Sweeper(world.database, world.storage, world.bell, world.clock)
    assert sweeper.sweep().deleted == 0
    world.clock.advance(GRACE.total_seconds() + 1)
    assert sweeper.sweep().deleted == 1
    assert rows(world) == NOTHING
    assert world.objects() == set()


def test_noting_an_object_twice_is_no_error(world: World) -> None:
    for _ in range(2):
        with world.database.write() as session:
            note_strays(session, ["k"], world.clock())
    assert rows(world)["stray_object"] == 1


def test_deleting_an_unknown_task_is_not_found(small_world: World) -> None:
    with pytest.raises(NotFound):
        delete_task(small_world.database, small_world.storage, "default", "nope", small_world.clock)


def test_anothers_task_is_as_good_as_none(small_world: World) -> None:
    task_id = small_world.submit()
    with pytest.raises(NotFound):
        delete_task(small_world.database, small_world.storage, "other", task_id, small_world.clock)
    assert rows(small_world)["task"] == 1


def test_a_missing_file_is_named() -> None:
    with pytest.raises(InvalidRequest, match="'file' is missing"):
        check_roles(find_agent("profile"), {})


def test_an_object_whose_owner_was_written_unheard_is_kept(world: World) -> None:
    """A commit whose answer was lost looks like a failure to those who asked for it."""
    world.submit()
    (key,) = world.objects()
    discard(world.database, world.storage, [key])
    assert world.objects() == {key}


def test_an_object_that_is_being_deleted_gets_no_owner(world: World) -> None:
    with world.database.write() as session:
        note_strays(session, ["uploads/late"], world.clock())
    sweep_strays(world.database, DownStorage(world.folder), world.clock())
    with pytest.raises(StorageUnavailable), world.database.write() as session:
        adopt(session, "uploads/late")
    with pytest.raises(StorageUnavailable), world.database.write() as session:
        adopt(session, "uploads/never-noted")


class DownStorage(LocalStorage):
    """A store that does not answer."""

    def delete(self, key: str) -> None:
        raise StorageUnavailable("down", detail=key)
