"""Answering from the stored report of an earlier task on the same file.

Agents are pure: the same contents with the same agent, version and parameters give the same
report, but for the name that the sender gave the file. So the stored report is written anew under
the new name, and is byte for byte what the agent would have made.
"""

import hashlib
import logging
from dataclasses import dataclass
from typing import Final

import msgspec
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from agensium.core.errors import Corrupted, NotFound, StorageUnavailable
from agensium.core.readings import encode_ways, other_ways
from agensium.core.report import Report, decode_report, summarise
from agensium.db.database import Database
from agensium.exports.registry import EXPORTS, REPORT_JSON
from agensium.storage.intact import read_intact
from agensium.storage.storage import Storage
from agensium.tasks.artifacts import new_artifact
from agensium.tasks.clock import Clock
from agensium.tasks.identity import content_key
from agensium.tasks.models import Artifact, Task
from agensium.tasks.objects import GRACE, adopt, discard_after, note_strays
from agensium.tasks.states import State
from agensium.tasks.submission import Accepted, Submission
from agensium.tasks.submit import insert_task, new_task

log = logging.getLogger(__name__)

NO_FENCE: Final = 0
"""No attempt makes these results; the fences of attempts begin at 1."""
ROLES: Final = 1
"""A report names one file; with more of them the stored report could name another."""


@dataclass(frozen=True)
class Earlier:
    """A task that has the report already."""

    task_id: str
    report_key: str
    report_sha256: str
    rows: int
    bytes: int


def find_earlier(session: Session, asked: Submission) -> Earlier | None:
    """Return the task whose stored report answers a request, if there is one."""
    key = content_key(asked)
    if not asked.reuse or key is None or len(asked.files) != ROLES:
        return None
    return _find(session, asked.workspace_id, key)


def reuse(
    database: Database, storage: Storage, asked: Submission, clock: Clock, earlier: Earlier
) -> Accepted | None:
    """Write a task that is done already; return nothing where the stored report is gone."""
    try:
        return _answer(database, storage, asked, clock, earlier)
    except (NotFound, Corrupted, StorageUnavailable, msgspec.DecodeError) as error:
        log.warning("report of task %s not reused: %s", earlier.task_id, error)
        return None


def _find(session: Session, workspace_id: str, key: str) -> Earlier | None:
    row = session.execute(_EARLIER, {"workspace": workspace_id, "key": key}).one_or_none()
    return None if row is None else Earlier(*row)


_EARLIER: Final = (
    select(Task.id, Artifact.object_key, Artifact.sha256, Task.rows_done, Task.bytes_done)
    .join(Artifact, Artifact.task_id == Task.id)
    .where(Task.workspace_id == bindparam("workspace"), Task.content_key == bindparam("key"))
    .where(Task.state == State.SUCCESS, Artifact.name == REPORT_JSON)
    .order_by(Task.id.desc())
    .limit(1)
)


def _answer(
    database: Database, storage: Storage, asked: Submission, clock: Clock, earlier: Earlier
) -> Accepted:
    now = clock()
    (file,) = asked.files.values()
    stored = decode_report(read_intact(storage, earlier.report_key, earlier.report_sha256))
    source = msgspec.structs.replace(stored.source, name=file.name)
    report = msgspec.structs.replace(stored, source=source)
    task = new_task(asked, now)
    _finished(task, earlier, report)
    contents = {export.name: export.render(report) for export in EXPORTS}
    artifacts = [_artifact(task.id, name, data) for name, data in contents.items()]
    keys = [artifact.object_key for artifact in artifacts]
    database.transact(lambda session: note_strays(session, keys, now + GRACE))

    def insert(session: Session) -> None:
        insert_task(session, task, asked, now)
        session.add_all(artifacts)
        adopt(session, *keys)

    try:
        for artifact in artifacts:
            with storage.writer(artifact.object_key) as writer:
                writer.write(contents[artifact.name])
                writer.commit()
        with database.write() as session:
            insert(session)
    except Exception as error:
        discard_after(error, database, storage, keys)
        raise
    return Accepted(task.id, earlier.task_id)


def _finished(task: Task, earlier: Earlier, report: Report) -> None:
    task.state, task.reused_from = State.SUCCESS, earlier.task_id
    task.started_at = task.finished_at = task.created_at
    task.rows_done = earlier.rows
    task.bytes_done = task.bytes_total = earlier.bytes
    task.summary = msgspec.json.encode(summarise(report))
    task.readings = encode_ways(other_ways(report.source))


def _artifact(task_id: str, name: str, data: bytes) -> Artifact:
    digest = hashlib.sha256(data).hexdigest()
    return new_artifact(task_id, NO_FENCE, name, len(data), digest)
