"""The workers: each says every few seconds that it lives, what it does and what it has counted."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Integer, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from agensium.core.errors import AgensiumError
from agensium.db.base import Base
from agensium.db.database import Database
from agensium.db.types import document
from agensium.tasks.clock import Clock
from agensium.tasks.counters import COUNTERS, encode, total

log = logging.getLogger(__name__)

BEAT_SECONDS: Final = 5.0
SILENT: Final = timedelta(seconds=20)
"""After so long without a word a worker counts as lost."""
FORGOTTEN: Final = timedelta(hours=1)
DEPARTED: Final = "-"
"""The row that keeps the counts of workers that are gone, so that sums never shrink."""


class Worker(Base):
    """A process that runs tasks."""

    __tablename__ = "worker"

    name: Mapped[str] = mapped_column(String(255), primary_key=True)
    version: Mapped[str] = mapped_column(String(32))
    slots: Mapped[int] = mapped_column(Integer)
    running: Mapped[int] = mapped_column(Integer)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    counts: Mapped[bytes] = mapped_column(document())


@dataclass(frozen=True)
class WorkerView:
    """A worker as its operator sees it."""

    name: str
    version: str
    slots: int
    running: int
    started_at: datetime
    seen_at: datetime
    alive: bool


@dataclass(frozen=True)
class Duty:
    """What a worker says of itself.

    Attributes:
        name: its name among all workers.
        version: of the program.
        slots: how many tasks it runs at the same time.
        running: how many it runs right now.

    """

    name: str
    version: str
    slots: int
    running: Callable[[], int]


class Presence:
    """Says in a thread of its own that this worker lives."""

    def __init__(self, database: Database, duty: Duty, clock: Clock) -> None:
        self._database, self._duty, self._clock = database, duty, clock
        self._started_at = clock()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="presence", daemon=True)

    def start(self) -> None:
        """Begin to say it."""
        self._thread.start()

    def stop(self) -> None:
        """Say good-bye; the counts stay."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)
        try:
            self._beat()
            self._database.transact(lambda session: retire(session, [self._duty.name]))
        except AgensiumError as error:
            log.warning("good-bye not said: %s", error.detail or error.message)

    def _run(self) -> None:
        self._retire_namesake()
        while True:
            try:
                self._beat()
            except AgensiumError as error:
                log.warning("sign of life not given: %s", error.detail or error.message)
            except Exception:
                log.exception("sign of life not given")
            if self._ended.wait(BEAT_SECONDS):
                return

    def _retire_namesake(self) -> None:
        # In a container every process has the number that its dead predecessor had.
        try:
            self._database.transact(lambda session: retire(session, [self._duty.name]))
        except AgensiumError as error:
            log.warning("namesake not retired: %s", error.detail or error.message)

    def _beat(self) -> None:
        self._database.transact(self._say)

    def _say(self, session: Session) -> None:
        duty, now = self._duty, self._clock()
        row = Worker(
            name=duty.name,
            version=duty.version,
            slots=duty.slots,
            running=duty.running(),
            started_at=self._started_at,
            seen_at=now,
            counts=COUNTERS.snapshot(),
        )
        session.merge(row)


def list_workers(session: Session, now: datetime) -> tuple[WorkerView, ...]:
    """Return the workers by name; those that were lost are shown for an hour."""
    rows = session.scalars(select(Worker).where(Worker.name != DEPARTED).order_by(Worker.name))
    return tuple(
        WorkerView(
            name=row.name,
            version=row.version,
            slots=row.slots,
            running=row.running,
            started_at=row.started_at,
            seen_at=row.seen_at,
            alive=row.seen_at > now - SILENT,
        )
        for row in rows
    )


def counts_of_all(session: Session) -> dict[tuple[str, ...], float]:
    """Return what all workers counted, those that are gone included."""
    return total(list(session.scalars(select(Worker.counts))))


def retire_lost(session: Session, now: datetime) -> None:
    """Forget the workers that were silent for an hour; their counts stay."""
    silent = select(Worker.name).where(Worker.seen_at <= now - FORGOTTEN, Worker.name != DEPARTED)
    names = list(session.scalars(silent))
    if names:
        retire(session, names)


def retire(session: Session, names: list[str]) -> None:
    """Remove workers and add their counts to those of the departed."""
    rows = session.scalars(
        select(Worker).where(Worker.name.in_([*names, DEPARTED])).with_for_update()
    ).all()
    if not rows:
        return
    latest = max(row.seen_at for row in rows)
    counts = encode(total([row.counts for row in rows]))
    session.execute(delete(Worker).where(Worker.name.in_(names)))
    departed = Worker(
        name=DEPARTED, version="", slots=0, running=0,
        started_at=latest, seen_at=latest, counts=counts,
    )  # fmt: skip
    session.merge(departed)
