"""How the file of a task was to be read, and how it may be read as well."""

from collections.abc import Mapping

import msgspec

from agensium.agents.masking import MASK, SHOW_PERSONAL
from agensium.data.read_options import READ, form_of_read
from agensium.tasks.states import TERMINAL
from agensium.tasks.views import TaskView
from agensium.ui.views import OtherReading


def can_reread(task: TaskView) -> bool:
    """Whether the files of a task are here, so that they may be read in another way."""
    here = all(file.sha256 and file.expired_at is None for file in task.files)
    return task.state in TERMINAL and here and READ in msgspec.json.decode(task.params)


def reading_of(task: TaskView) -> dict[str, str]:
    """Return how the file of a task was to be read and shown, as the fields of a form."""
    params = msgspec.json.decode(task.params)
    return {**form_of_read(params.get(READ, {})), **_shown(params)}


def other_readings(task: TaskView) -> tuple[OtherReading, ...]:
    """Return the ways to read the file that the report, or the error, names."""
    params = msgspec.json.decode(task.params)
    said = {name: value for name, value in params.get(READ, {}).items() if value is not None}
    return tuple(
        OtherReading(way.label, {**form_of_read({**said, **way.read}), **_shown(params)})
        for way in task.readings
    )


def _shown(params: Mapping[str, object]) -> dict[str, str]:
    return {SHOW_PERSONAL: "yes"} if params.get(MASK) is False else {}
