"""A database with tasks in it, a clock that tests set, and a bell that remembers."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agensium.accounts.models import Workspace
from agensium.agents.registry import find_agent
from agensium.db.database import Database, connect
from agensium.db.migrate import upgrade
from agensium.storage.local import LocalStorage
from agensium.tasks.receive import Received, Receiving
from agensium.tasks.states import Priority
from agensium.tasks.submission import Submission
from agensium.tasks.submit import submit


class FakeClock:
    """A clock that stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> datetime:
        self.now += timedelta(seconds=seconds)
        return self.now


class RememberingBell:
    """A bell that nobody hears."""

    def __init__(self) -> None:
        self.rung: list[str] = []

    def ring(self, task_id: str) -> None:
        self.rung.append(task_id)


class World:
    """Everything that a task needs, in one place."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self.storage = database, LocalStorage(folder / "objects")
        self.clock, self.bell = FakeClock(), RememberingBell()
        self.folder = folder

    def submit(
        self,
        content: bytes = b"a,b\n1,2\n3,4\n",
        params: str = "",
        *,
        workspace: str = "default",
        priority: Priority = Priority.NORMAL,
    ) -> str:
        agent = find_agent("profile")
        received = self.receive(content)
        asked = Submission(
            workspace, agent, agent.parse_params(params), {"file": received}, priority
        )
        return submit(self.database, self.bell, asked, self.clock)

    def receive(self, content: bytes, name: str = "t.csv") -> Received:
        with Receiving(self.database, self.storage, name, 1 << 30, self.clock) as receiving:
            receiving.write(content)
            return receiving.finish()

    def add_workspaces(self, *names: str) -> None:
        with self.database.write() as session:
            session.add_all(
                Workspace(id=name, name=name, created_at=self.clock()) for name in names
            )

    def objects(self) -> set[str]:
        root = self.folder / "objects"
        return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    database = connect(database_url)
    upgrade(database)
    yield World(database, tmp_path)
    database.dispose()


@pytest.fixture
def small_world(sqlite_url: str, tmp_path: Path) -> Iterator[World]:
    database = connect(sqlite_url)
    upgrade(database)
    yield World(database, tmp_path)
    database.dispose()
