"""What the pages show, as values: whoever serves them fills these in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from agensium.tasks.states import TERMINAL, State
from agensium.tasks.workers import WorkerView

_WORDS: Final = {
    State.PENDING: "waiting",
    State.STARTED: "working",
    State.RETRY: "trying again",
    State.SUCCESS: "done",
    State.FAILURE: "failed",
    State.REVOKED: "cancelled",
}


@dataclass(frozen=True)
class AgentChoice:
    """An agent that a visitor may choose."""

    name: str
    title: str
    summary: str


@dataclass(frozen=True)
class Failure:
    """Why something did not work: what was wrong, what would be right, and the stable code."""

    code: str
    message: str
    hint: str | None = None


@dataclass(frozen=True)
class TaskItem:
    """A task as a line of the list and as the head of its page.

    Attributes:
        id: its id.
        file_name: what its sender calls the file.
        agent: the agent's name.
        state: where it stands.
        created_at: when it was accepted, with its time zone.
        percent: how much of the file was read; none when that is not known.
        phase: what is being done right now.
        verdict: the report in one sentence.

    """

    id: str
    file_name: str
    agent: str
    state: State
    created_at: datetime
    percent: float | None = None
    phase: str | None = None
    verdict: str | None = None

    @property
    def word(self) -> str:
        """The state in a word for people."""
        return _WORDS[self.state]

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in TERMINAL


@dataclass(frozen=True)
class Home:
    """The home page.

    Attributes:
        agents: what may be done with a file; the first is the usual choice.
        tasks: some tasks, the newest first.
        next_before: the cursor of the following page of tasks; none on the last.
        is_first: whether these are the newest tasks.
        name: what the names of their files hold, if that was asked for.
        status: the state that they are in, if that was asked for.
        max_upload_bytes: how large a file may be; none when there is no limit.
        failure: why the last upload was not accepted.
        takes_sources: whether the address of a file may be given instead of the file.

    """

    agents: tuple[AgentChoice, ...]
    tasks: tuple[TaskItem, ...] = ()
    next_before: str | None = None
    is_first: bool = True
    name: str = ""
    status: str = ""
    max_upload_bytes: int | None = None
    failure: Failure | None = None
    takes_sources: bool = False

    @property
    def is_filtered(self) -> bool:
        """Whether some tasks were asked for instead of all."""
        return bool(self.name or self.status)

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """The states that a reader may ask for, each with its word."""
        return tuple((state.value, word) for state, word in _WORDS.items())

    @property
    def kept(self) -> str:
        """What the address of the following page repeats."""
        asked = {"name": self.name, "status": self.status}
        return urlencode({key: value for key, value in asked.items() if value})


@dataclass(frozen=True)
class Download:
    """A file of the report, and what people call it."""

    name: str
    title: str


@dataclass(frozen=True)
class AttemptItem:
    """One attempt: when it began, how it ended, and why."""

    started_at: datetime
    word: str
    reason: str | None = None


@dataclass(frozen=True)
class OtherReading:
    """Another way to read the file of a task.

    Attributes:
        label: what one gets.
        fields: the form that asks for it.

    """

    label: str
    fields: Mapping[str, str]


@dataclass(frozen=True)
class TaskDetail:
    """The page of one task.

    Attributes:
        task: the task.
        downloads: the files of its report.
        failure: why it failed, or why its last attempt did.
        attempts: those that ended, the oldest first.
        can_retry: whether its owner may try it again.
        can_reread: whether its file is still there, so that it may be read in another way.
        reading: how it was to be read, as the fields of a form.
        others: ways to read it that the report or the error names.

    """

    task: TaskItem
    downloads: tuple[Download, ...] = ()
    failure: Failure | None = None
    attempts: tuple[AttemptItem, ...] = ()
    can_retry: bool = False
    can_reread: bool = False
    reading: Mapping[str, str] = field(default_factory=dict)
    others: tuple[OtherReading, ...] = ()


@dataclass(frozen=True)
class Workers:
    """The page of the workers."""

    workers: tuple[WorkerView, ...]


@dataclass(frozen=True)
class Trouble:
    """A page that says what went wrong."""

    status: int
    title: str
    failure: Failure
