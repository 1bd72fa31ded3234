"""Fetching what a task takes from an address: once, before its first attempt can begin.

The bytes go to the storage, with their digest, in the same way as an upload. From then on the
address is not asked again, whatever becomes of the attempt.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from agensium.db.database import Database
from agensium.storage.source_rules import shown_address
from agensium.storage.sources import Sources
from agensium.storage.storage import Storage
from agensium.tasks.clock import Clock
from agensium.tasks.heart import Heart, LeaseLost
from agensium.tasks.leases import Lease, Progress, changed, heartbeat
from agensium.tasks.models import Dataset
from agensium.tasks.objects import adopt
from agensium.tasks.receive import Received, Receiving
from agensium.tasks.work import Input, Work, load_work


@dataclass(frozen=True)
class Fetcher:
    """Fetches what the files of tasks are.

    Attributes:
        database: where the tasks are.
        storage: where the bytes go.
        sources: where they come from.
        clock: the present instant.

    """

    database: Database
    storage: Storage
    sources: Sources
    clock: Clock

    def fetch(self, work: Work, heart: Heart) -> Work:
        """Return work whose files all lie in the storage.

        Raises:
            AgensiumError: a file could not be fetched, or nothing can read it.
            LeaseLost: the work is no longer ours.

        """
        pending = [each for each in work.inputs if each.source is not None]
        for each in pending:
            self._fetch(work.lease, each, heart)
        if not pending:
            return work
        with self.database.read() as session:
            return load_work(session, work.lease)

    def _fetch(self, lease: Lease, wanted: Input, heart: Heart) -> None:
        receiving, received = self._receive(wanted, heart)
        try:
            kept = self.database.transact(
                lambda session: _keep(session, lease, wanted, received, self.clock())
            )
        except Exception:
            receiving.discard()
            raise
        if not kept:  # another task takes the same file, and was quicker
            receiving.discard()

    def _receive(self, wanted: Input, heart: Heart) -> tuple[Receiving, Received]:
        progress = Progress("fetching")
        limit = self.sources.rules.max_bytes
        with (
            self.sources.open(wanted.source or "", lambda: heart.report(progress)) as file,
            Receiving(self.database, self.storage, wanted.name, limit, self.clock) as receiving,
        ):
            for chunk in file.chunks:
                receiving.write(chunk)
                done = progress.bytes + len(chunk)
                progress = Progress("fetching", 0, done, file.total or 0)
                heart.report(progress)
            return receiving, receiving.finish()


def _keep(session: Session, lease: Lease, wanted: Input, received: Received, now: datetime) -> bool:
    """Make what was fetched the file of its dataset, unless it has one by now."""
    fetched = Progress("fetching", 0, received.bytes, received.bytes)
    if not heartbeat(session, lease, fetched, now).holds:
        raise LeaseLost
    row = update(Dataset).where(Dataset.id == wanted.dataset_id, Dataset.fetched_at.is_(None))
    values = {
        "object_key": received.object_key,
        "bytes": received.bytes,
        "sha256": received.sha256,
        "source": shown_address(wanted.source or ""),
        "fetched_at": now,
    }
    if changed(session, row.values(**values)) == 0:
        return False
    adopt(session, received.object_key)
    return True
