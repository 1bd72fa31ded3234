"""What supervisor and child say to each other: one JSON document a line."""

import struct
from typing import Final

from msgspec import Raw, Struct

from agensium.core.readings import OtherWay
from agensium.core.report import Summary
from agensium.data.limits import USUAL, ReadLimits

CALL: Final = b"j"
"""What a nursery is sent for each job, together with the job's three standard files."""
NUMBER: Final = struct.Struct("i")
"""How a nursery answers: the process's number, later its status."""


class JobInput(Struct, frozen=True):
    """A file for the agent."""

    role: str
    path: str
    name: str
    sha256: str


class Order(Struct, frozen=True, kw_only=True):
    """What the child is to do.

    Attributes:
        agent: name of the agent.
        params: its parameters, as JSON.
        inputs: its files.
        folder: where the outputs go; nothing else is written.
        memory_bytes: the most that the process may allocate.
        reading: what a file may cost before it is refused.
        task_id: what it is about, for the log.
        request_id: likewise.

    """

    agent: str
    params: Raw
    inputs: tuple[JobInput, ...]
    folder: str
    memory_bytes: int
    reading: ReadLimits = USUAL
    task_id: str = ""
    request_id: str | None = None


class Advanced(Struct, frozen=True, tag="progress"):
    """The job has come this far."""

    phase: str
    rows: int = 0
    bytes: int = 0
    total_bytes: int = 0


class Done(Struct, frozen=True, tag="done"):
    """The job is finished; these outputs lie in its folder."""

    summary: Summary
    outputs: tuple[str, ...]
    code: str
    """Which code did it: `agensium.agents.fingerprint`."""
    readings: tuple[OtherWay, ...] = ()
    """Other ways to read the file."""


class Failed(Struct, frozen=True, tag="failed"):
    """The job ended with an error."""

    code: str
    message: str
    hint: str | None = None
    detail: str | None = None
    members: tuple[str, ...] = ()
    """The files of an archive of which one must be chosen."""


Said = Advanced | Done | Failed
