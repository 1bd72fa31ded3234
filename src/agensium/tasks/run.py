"""Running one task: claim, fetch, work, store, finish."""

import hashlib
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Raw
from sqlalchemy.orm import Session

from agensium.core.context import about
from agensium.core.errors import AgensiumError, DatabaseUnavailable, InternalError
from agensium.core.readings import encode_ways
from agensium.core.tracing import Kind, Span, span
from agensium.db.database import Database
from agensium.storage.intact import Stored, fetch_intact
from agensium.storage.source_rules import SourceRules
from agensium.storage.sources import Sources
from agensium.storage.storage import Storage
from agensium.tasks.artifacts import new_artifact, result_keys
from agensium.tasks.clock import Clock
from agensium.tasks.counters import ATTEMPTS, COUNTERS
from agensium.tasks.fetching import Fetcher
from agensium.tasks.heart import Heart, LeaseLost, Stopping
from agensium.tasks.identity import made_key
from agensium.tasks.job.messages import Advanced, JobInput, Order
from agensium.tasks.job.processes import Processes
from agensium.tasks.job.supervisor import Limits, run_job
from agensium.tasks.leases import Lease, Progress, Result, fail, release, succeed
from agensium.tasks.models import Artifact
from agensium.tasks.objects import GRACE, discard, discard_after, forget, note_strays
from agensium.tasks.scratch import Scratch
from agensium.tasks.turns import claim_next
from agensium.tasks.work import Work

log = logging.getLogger(__name__)

FINISH_ATTEMPTS: Final = 10
FINISH_PAUSE_SECONDS: Final = 3.0
WELL: Final = frozenset({"success", "released"})


@dataclass(frozen=True)
class Site:
    """Where jobs run.

    Attributes:
        worker: this worker's name.
        scratch: the folder below which their files lie while they run.
        limits: what one job may use.
        sources: where files are fetched from that were named by their address.
        workspace_limit: how many tasks of one workspace may run at the same time; none means any
            number.

    """

    worker: str
    scratch: Path
    limits: Limits
    workspace_limit: int | None = None
    sources: Sources = Sources(SourceRules())  # noqa: RUF009 - a value: it allows nothing


class Runner:
    """Runs tasks for one worker.

    Args:
        database: where the tasks are.
        storage: where the bytes are.
        site: where and within which limits jobs run.
        clock: the present instant.

    """

    def __init__(self, database: Database, storage: Storage, site: Site, clock: Clock) -> None:
        self._database, self._storage, self._clock = database, storage, clock
        self._site, self._limits = site, site.limits
        self._scratch = Scratch(site.scratch)
        self._fetcher = Fetcher(database, storage, site.sources, clock)
        self._processes = Processes()
        self._stopping = threading.Event()
        self._lock, self._running = threading.Lock(), 0
        self._left: set[str] = set()

    def stop(self) -> None:
        """Hand back what runs and take nothing more."""
        self._stopping.set()

    def close(self) -> None:
        """Remove the scratch folder; nothing runs any more."""
        self._processes.close()
        self._scratch.close()

    def run(self, task_id: str) -> None:
        """Do what waits, one task after the other, because the bell rang for this one.

        Which task comes next is decided by `claim_next`; so a lost message delays nobody while a
        worker is awake, and one workspace's thousand messages do not hold up another's one.
        """
        while not self._stopping.is_set():
            work = self._claim()
            if work is None:
                return
            with self._counted():
                self._run(work.lease.task_id, work)
        self._left.add(task_id)

    def left(self) -> frozenset[str]:
        """Return the tasks that were heard of or handed back while stopping: for others."""
        return frozenset(self._left)

    @property
    def running(self) -> int:
        """How many tasks run right now."""
        return self._running

    @contextmanager
    def _counted(self) -> Iterator[None]:
        with self._lock:
            self._running += 1
        try:
            yield
        finally:
            with self._lock:
                self._running -= 1

    def _run(self, task_id: str, work: Work) -> None:
        began = time.monotonic()
        with about(task_id, work.request_id), _traced(work) as step:
            outcome = self._outcome(task_id, work)
            if outcome not in WELL:
                step.fail(outcome)
        COUNTERS.add(ATTEMPTS, work.agent, outcome)
        COUNTERS.time(work.agent, time.monotonic() - began)

    def _outcome(self, task_id: str, work: Work) -> str:
        log.info("task %s: attempt %d begins", task_id, work.lease.attempt)
        spare = _keys(work.lease)
        try:
            self._attempt(work, spare)
        except LeaseLost:
            log.warning("task %s: lease lost, attempt dropped", task_id)
            return "lease_lost"
        except Stopping:
            self._end(spare, lambda session: release(session, work.lease, self._clock()))
            self._left.add(task_id)
            log.info("task %s: handed back", task_id)
            return "released"
        except AgensiumError as error:
            self._fail(work.lease, error, spare)
            return error.code
        except Exception as error:
            log.exception("task %s: internal error", task_id)
            broken = InternalError("Something in Agensium is broken.", detail=repr(error))
            self._fail(work.lease, broken, spare)
            return broken.code
        return "success"

    def _claim(self) -> Work | None:
        site, now = self._site, self._clock()
        due = now + GRACE + timedelta(seconds=self._limits.seconds)

        def note(session: Session, lease: Lease) -> None:
            note_strays(session, _keys(lease), due)

        return claim_next(self._database, site.worker, now, site.workspace_limit, note)

    def _attempt(self, work: Work, spare: list[str]) -> None:
        """Do the work; keys that are still spare afterwards belong to no object."""
        heart = Heart(self._database, work.lease, self._clock, self._stopping.is_set)
        with heart, self._scratch.folder() as folder:
            work = self._fetcher.fetch(work, heart)
            order = self._prepare(work, folder, heart)
            with span("job", agensium_agent=work.agent):
                done = run_job(
                    order, self._limits, lambda said: heart.report(_progress(said)), self._processes
                )
            total = sum(each.bytes for each in work.inputs)
            progress = Progress("storing", done.summary.rows, total, total)
            heart.report(progress)
            artifacts = tuple(_artifact(work.lease, folder / "out" / name) for name in done.outputs)
            key = made_key(work, done.code)
            summary, ways = msgspec.json.encode(done.summary), encode_ways(done.readings)
            result = Result(summary, artifacts, progress, key, ways)
            spare.clear()
            self._store(work.lease, folder / "out", result)

    def _prepare(self, work: Work, folder: Path, heart: Heart) -> Order:
        (folder / "out").mkdir()
        total = sum(each.bytes for each in work.inputs)
        fetching = Progress("fetching", 0, 0, total)
        for each in work.inputs:
            path = folder / each.role
            watch = partial(heart.report, fetching)
            stored = Stored(each.object_key, each.bytes, each.sha256)
            fetch_intact(self._storage, stored, path, watch)
        return Order(
            agent=work.agent,
            params=Raw(work.params),
            inputs=tuple(
                JobInput(each.role, str(folder / each.role), each.name, each.sha256)
                for each in work.inputs
            ),
            folder=str(folder / "out"),
            memory_bytes=self._limits.memory_bytes,
            reading=self._limits.reading,
            task_id=work.lease.task_id,
            request_id=work.request_id,
        )

    def _store(self, lease: Lease, folder: Path, result: Result) -> None:
        keys = _keys(lease)
        try:
            for artifact in result.artifacts:
                self._storage.put_file(artifact.object_key, folder / artifact.name)
            finished = self._finish(lambda session: succeed(session, lease, result, self._clock()))
        except Exception as error:
            discard_after(error, self._database, self._storage, keys)
            raise
        if not finished:
            discard(self._database, self._storage, keys)
            raise LeaseLost
        log.info("task %s: finished", lease.task_id)

    def _fail(self, lease: Lease, error: AgensiumError, spare: list[str]) -> None:
        log.warning("task %s: %s: %s", lease.task_id, error.code, error.detail or error.message)
        self._end(spare, lambda session: fail(session, lease, error, self._clock()))

    def _end(self, spare: list[str], write: Callable[[Session], bool]) -> None:
        """End an attempt without a result, and forget the keys that it did not use."""

        def end(session: Session) -> bool:
            held = write(session)
            if spare:
                forget(session, *spare)
            return held

        self._finish(end)

    def _finish(self, write: Callable[[Session], bool]) -> bool:
        for attempt in range(1, FINISH_ATTEMPTS + 1):
            try:
                return self._database.transact(write)
            except DatabaseUnavailable:
                if attempt == FINISH_ATTEMPTS:
                    raise
                time.sleep(FINISH_PAUSE_SECONDS)
        raise AssertionError("unreachable")


def _traced(work: Work) -> AbstractContextManager[Span]:
    """Mark an attempt as a step of the request that brought its task."""
    return span(
        f"task {work.agent}",
        Kind.CONSUMER,
        work.trace_parent,
        agensium_task=work.lease.task_id,
        agensium_attempt=work.lease.attempt,
    )


def _keys(lease: Lease) -> list[str]:
    """Return the keys that the results of an attempt have; they are noted when it begins."""
    return result_keys(lease.task_id, lease.fence)


def _artifact(lease: Lease, path: Path) -> Artifact:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return new_artifact(lease.task_id, lease.fence, path.name, path.stat().st_size, digest)


def _progress(said: Advanced) -> Progress:
    return Progress(said.phase, said.rows, said.bytes, said.total_bytes)
