"""No interleaving of what workers, owners and sweepers do breaks a promise.

A model of a few lines stands beside the real code on a real database. Each rule does one thing to
both, with a clock that the rules set; after each of them the two have to agree.
"""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete, select
from ulid import ULID

from agensium.accounts.models import Workspace
from agensium.core.errors import (
    AgensiumError,
    Cancelled,
    Conflict,
    Expired,
    InvalidInput,
    NotFound,
    StorageUnavailable,
    WorkerLost,
)
from agensium.db.base import Base
from agensium.db.database import Database, connect
from agensium.db.migrate import upgrade
from agensium.tasks.leases import (
    BACK_OFF,
    LEASE,
    MAX_ATTEMPTS,
    Lease,
    Progress,
    Result,
    fail,
    heartbeat,
    release,
    succeed,
)
from agensium.tasks.manage import cancel, delete_task, retry
from agensium.tasks.models import Artifact, Attempt, Dataset, StrayObject, Task, TaskInput
from agensium.tasks.objects import note_strays
from agensium.tasks.retention import Kept
from agensium.tasks.states import TERMINAL, WAITING, Priority, State
from agensium.tasks.sweep import Post, Sweeper
from agensium.tasks.turns import claim_next
from tests.tasks.conftest import World
from tests.tasks.test_leases import SUMMARY

WORKSPACES = ("a", "b")
LIMIT = 2
KEPT = Kept(inputs=timedelta(days=2), results=timedelta(days=3))
ERRORS: tuple[AgensiumError, ...] = (
    InvalidInput("Bad."), StorageUnavailable("Down."), WorkerLost("Lost."), Cancelled("Stop."),
)  # fmt: skip


@dataclass
class Known:
    """What the model knows of a task."""

    id: str
    workspace: str
    priority: Priority
    due: datetime
    created: datetime
    state: State = State.PENDING
    fence: int = 0
    attempts: int = 0
    expires: datetime | None = None
    cancelled: bool = False
    finished: datetime | None = None
    result_gone: bool = False
    file_gone: bool = False

    def holds(self, lease: Lease) -> bool:
        return self.state is State.STARTED and self.fence == lease.fence

    def over(self, state: State, now: datetime) -> None:
        self.state, self.finished, self.expires = state, now, None

    def fail(self, error: AgensiumError, now: datetime) -> None:
        again = error.retryable and self.attempts < MAX_ATTEMPTS
        if isinstance(error, Cancelled) or (again and self.cancelled):
            self.over(State.REVOKED, now)
        elif again:
            lost = isinstance(error, WorkerLost)
            self.wait(now if lost else now + BACK_OFF * self.attempts**2)
        else:
            self.over(State.FAILURE, now)

    def wait(self, due: datetime) -> None:
        self.state, self.due, self.expires = State.RETRY, due, None


class Tasks(RuleBasedStateMachine):
    """The rules."""

    database: ClassVar[Database]
    tasks = Bundle("tasks")
    leases = Bundle("leases")

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.world = World(self.database, Path(self.folder.name))
        self.known: dict[str, Known] = {}
        self.fences: dict[str, int] = {}
        with self.database.write() as session:
            for table in reversed(Base.metadata.sorted_tables):
                session.execute(delete(table))
            now = self.world.clock()
            session.add_all(Workspace(id=each, name=each, created_at=now) for each in WORKSPACES)
        self.sweeper = Sweeper(
            self.database, self.world.storage, self.world.bell, self.world.clock,
            Post("w", lambda: 9, KEPT),
        )  # fmt: skip

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.folder.cleanup()

    @property
    def now(self) -> datetime:
        return self.world.clock()

    def do(self, work: Callable[[Any], Any]) -> Any:
        return self.database.transact(work)

    # What owners do.

    @rule(target=tasks, workspace=st.sampled_from(WORKSPACES), priority=st.sampled_from(Priority))
    def submit(self, workspace: str, priority: Priority) -> str:
        task_id = self.world.submit(b"a,b\n1,2\n", workspace=workspace, priority=priority)
        self.known[task_id] = Known(task_id, workspace, priority, self.now, self.now)
        return task_id

    @rule(task_id=tasks)
    def cancel(self, task_id: str) -> None:
        task = self.known.get(task_id)
        if task is None:
            with pytest.raises(NotFound):
                self.do(lambda session: cancel(session, "a", task_id, self.now))
        elif task.state in {State.SUCCESS, State.FAILURE}:
            with pytest.raises(Conflict):
                self.do(lambda session: cancel(session, task.workspace, task_id, self.now))
        else:
            self.do(lambda session: cancel(session, task.workspace, task_id, self.now))
            task.cancelled = True
            if task.state in WAITING:
                task.over(State.REVOKED, self.now)

    @rule(task_id=tasks)
    def retry(self, task_id: str) -> None:
        task = self.known.get(task_id)
        if task is None:
            return
        running = task.state not in TERMINAL
        if task.state is State.SUCCESS or (running and task.cancelled):
            expected: type[AgensiumError] | None = Conflict
        else:
            expected = Expired if task.file_gone and not running else None
        if expected is not None:
            with pytest.raises(expected):
                self.do(lambda session: retry(session, task.workspace, task_id, self.now))
            return
        waits = self.do(lambda session: retry(session, task.workspace, task_id, self.now))
        assert waits is not running
        if waits:
            task.wait(self.now)
            task.attempts, task.cancelled, task.finished = 0, False, None
            task.result_gone = False

    @rule(task_id=consumes(tasks))
    def delete(self, task_id: str) -> None:
        task = self.known.pop(task_id, None)
        workspace = "a" if task is None else task.workspace
        if task is None:
            with pytest.raises(NotFound):
                delete_task(self.database, self.world.storage, workspace, task_id, self.world.clock)
        else:
            delete_task(self.database, self.world.storage, workspace, task_id, self.world.clock)

    # What workers do; every lease ever given is tried, those of zombies too.

    @rule(target=leases)
    def claim(self) -> Any:
        work = claim_next(self.database, "w", self.now, LIMIT)
        waiting = [task for task in self.known.values() if self.may_run(task)]
        if work is None:
            assert waiting == []
            return multiple()
        task = self.known[work.lease.task_id]
        assert task in waiting
        busy = {task.workspace: self.running(task.workspace) for task in waiting}
        assert busy[task.workspace] == min(busy.values())
        rivals = [each for each in waiting if each.workspace == task.workspace]
        assert task is min(rivals, key=lambda each: (each.priority.rank, each.id))
        task.state, task.expires = State.STARTED, self.now + LEASE
        task.fence, task.attempts = task.fence + 1, task.attempts + 1
        assert work.lease == Lease(task.id, task.fence, task.attempts)
        return work.lease

    def may_run(self, task: Known) -> bool:
        waits = task.state in WAITING and task.due <= self.now
        return waits and self.running(task.workspace) < LIMIT

    def running(self, workspace: str) -> int:
        mine = (task for task in self.known.values() if task.workspace == workspace)
        return sum(task.state is State.STARTED for task in mine)

    def holder(self, lease: Lease) -> Known | None:
        task = self.known.get(lease.task_id)
        return task if task is not None and task.holds(lease) else None

    @rule(lease=leases, rows=st.integers(0, 9))
    def beat(self, lease: Lease, rows: int) -> None:
        progress = Progress("scanning", rows)
        standing = self.do(lambda session: heartbeat(session, lease, progress, self.now))
        task = self.holder(lease)
        assert standing.holds is (task is not None)
        assert standing.cancel_requested is (task is not None and task.cancelled)
        if task is not None:
            task.expires = self.now + LEASE

    @rule(lease=leases)
    def finish(self, lease: Lease) -> None:
        key = f"results/{lease.task_id}/{lease.fence}/{ULID()}"
        self.do(lambda session: note_strays(session, [key], self.now + timedelta(hours=1)))
        with self.world.storage.writer(key) as writer:
            writer.write(b"{}")
            writer.commit()
        artifact = Artifact(
            id=str(ULID()), task_id=lease.task_id, name="report.json",
            media_type="application/json", object_key=key, bytes=2, sha256="0" * 64,
        )  # fmt: skip
        result = Result(SUMMARY, (artifact,), Progress("storing"))
        task = self.holder(lease)
        held = self.do(lambda session: succeed(session, lease, result, self.now))
        assert held is (task is not None)
        if task is not None:
            task.over(State.SUCCESS, self.now)

    @rule(lease=leases, error=st.sampled_from(ERRORS))
    def fail(self, lease: Lease, error: AgensiumError) -> None:
        task = self.holder(lease)
        assert self.do(lambda session: fail(session, lease, error, self.now)) is (task is not None)
        if task is not None:
            task.fail(error, self.now)

    @rule(lease=leases)
    def release(self, lease: Lease) -> None:
        task = self.holder(lease)
        assert self.do(lambda session: release(session, lease, self.now)) is (task is not None)
        if task is None:
            return
        if task.cancelled:
            task.over(State.REVOKED, self.now)
        else:
            task.attempts -= 1
            task.wait(self.now)

    # Time, and the sweeper.

    @rule(seconds=st.sampled_from((1, 6, 30, 61, 3600, 100_000, 200_000)))
    def wait(self, seconds: int) -> None:
        self.world.clock.advance(seconds)

    @precondition(lambda self: hasattr(self, "known") and self.known)
    @rule()
    def sweep(self) -> None:
        self.sweeper.sweep()
        for task in self.known.values():
            if task.expires is not None and task.expires <= self.now:
                lost = Cancelled("Stop.") if task.cancelled else WorkerLost("Lost.")
                task.fail(lost, self.now)
            assert KEPT.results
            assert KEPT.inputs
            if task.finished is not None:
                old = self.now - task.finished
                task.result_gone |= old >= KEPT.results
                task.file_gone |= old >= KEPT.inputs

    # What always holds.

    @invariant()
    def rows_agree(self) -> None:
        with self.database.read() as session:
            rows = list(session.scalars(select(Task)))
        assert {row.id for row in rows} == set(self.known)
        for row in rows:
            task = self.known[row.id]
            assert (row.state, row.fence, row.attempts) == (task.state, task.fence, task.attempts)
            assert (row.finished_at, row.lease_expires_at) == (task.finished, task.expires)
            assert (row.expired_at is not None) is task.result_gone
            assert row.fence >= self.fences.get(row.id, 0)
            assert row.attempts <= MAX_ATTEMPTS
            assert (row.error_code is not None) <= (row.state is not State.SUCCESS)
            self.fences[row.id] = row.fence
        for workspace in WORKSPACES:
            assert self.running(workspace) <= LIMIT

    @invariant()
    def results_are_there_when_they_are_visible(self) -> None:
        with self.database.read() as session:
            visible = dict(session.execute(select(Artifact.task_id, Artifact.object_key)).all())
            files = dict(
                session.execute(
                    select(TaskInput.task_id, Dataset.object_key)
                    .join(Dataset, Dataset.id == TaskInput.dataset_id)
                    .where(Dataset.expired_at.is_(None))
                ).all()
            )
            noted = set(session.scalars(select(StrayObject.object_key)))
        done = {task.id for task in self.known.values() if task.state is State.SUCCESS}
        assert set(visible) == {each for each in done if not self.known[each].result_gone}
        assert set(files) == {each for each, task in self.known.items() if not task.file_gone}
        owned = {*visible.values(), *files.values()}
        assert owned <= self.world.objects() <= owned | noted
        assert not owned & noted

    @invariant()
    def every_attempt_has_one_beginning_and_one_end(self) -> None:
        with self.database.read() as session:
            rows = list(session.execute(select(Attempt.task_id, Attempt.fence, Attempt.ended_at)))
        for task in self.known.values():
            mine = sorted(row.fence for row in rows if row.task_id == task.id)
            assert mine == list(range(1, task.fence + 1))
            still_open = [row.fence for row in rows if row.task_id == task.id and not row.ended_at]
            assert still_open == ([task.fence] if task.state is State.STARTED else [])
        assert {row.task_id for row in rows} <= set(self.known)


def run(url: str, examples: int) -> None:
    database = connect(url)
    upgrade(database)
    machine = type("TasksHere", (Tasks,), {"database": database})
    checks = list(HealthCheck)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=50,
            deadline=None,
            suppress_health_check=checks,
        ),
    )
    database.dispose()


def test_no_interleaving_breaks_a_promise(sqlite_url: str) -> None:
    run(sqlite_url, examples=25)


def test_nor_on_a_server(mariadb_url: str) -> None:
    run(mariadb_url, examples=5)
