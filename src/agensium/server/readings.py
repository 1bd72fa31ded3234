"""How the file of a task was to be read, and how it may be read as well."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

import msgspec
from msgspec import Struct

from agensium.agents.masking import MASK, SHOW_PERSONAL
from agensium.core.errors import Corrupted, MemberNeeded, NotFound
from agensium.core.readings import other_ways
from agensium.core.report import Source
from agensium.data.read_options import READ, form_of_read
from agensium.exports.registry import REPORT_JSON
from agensium.storage.intact import read_intact
from agensium.storage.storage import Storage
from agensium.tasks.states import TERMINAL
from agensium.tasks.views import ArtifactView, TaskView
from agensium.ui.views import OtherReading

_QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)*"')


class _Report(Struct):
    """What is needed of a report."""

    source: Source


def can_reread(task: TaskView) -> bool:
    """Whether the files of a task are here, so that they may be read in another way."""
    here = all(file.sha256 and file.expired_at is None for file in task.files)
    return task.state in TERMINAL and here and READ in msgspec.json.decode(task.params)


def reading_of(task: TaskView) -> dict[str, str]:
    """Return how the file of a task was to be read and shown, as the fields of a form."""
    params = msgspec.json.decode(task.params)
    return {**form_of_read(params.get(READ, {})), **_shown(params)}


def other_readings(task: TaskView, storage: Storage) -> tuple[OtherReading, ...]:
    """Return the ways to read the file that the report, or the error, names.

    Raises:
        StorageUnavailable: the report cannot be read.

    """
    params = msgspec.json.decode(task.params)
    said = {name: value for name, value in params.get(READ, {}).items() if value is not None}
    return tuple(
        OtherReading(label, {**form_of_read({**said, **read}), **_shown(params)})
        for label, read in _ways(task, storage)
    )


def _shown(params: Mapping[str, object]) -> dict[str, str]:
    return {SHOW_PERSONAL: "yes"} if params.get(MASK) is False else {}


def _ways(task: TaskView, storage: Storage) -> Iterator[tuple[str, dict[str, str | int]]]:
    if task.error is not None and task.error.code == MemberNeeded.code:
        # The archive could not be read, so there is no report: its error lists the members.
        for quoted in _QUOTED.findall(f"{task.error.message} {task.error.hint or ''}"):
            member = _unquoted(quoted)
            if member is not None:
                yield member, {"member": member}
        return
    made = (each for each in task.artifacts if each.name == REPORT_JSON)
    source = _source(storage, next(made, None))
    for way in () if source is None else other_ways(source):
        yield way.label, way.read


def _source(storage: Storage, report: ArtifactView | None) -> Source | None:
    if report is None:
        return None
    try:
        stored = read_intact(storage, report.object_key, report.sha256)
    except (NotFound, Corrupted):  # whoever opens the report hears of it
        return None
    return msgspec.json.decode(stored, type=_Report).source


def _unquoted(text: str) -> str | None:
    try:
        return msgspec.json.decode(text, type=str)
    except msgspec.DecodeError:  # quoted in a way that is not JSON's: such a name is typed
        return None
