"""What somebody asks for, and what becomes of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from agensium.agents.agent import Agent
from agensium.tasks.receive import Received
from agensium.tasks.states import Priority
from agensium.tasks.webhooks.manage import Callback


@dataclass(frozen=True)
class Submission:
    """What somebody asks for.

    Attributes:
        workspace_id: who asks.
        agent: who is to do it.
        params: how, already validated.
        files: on what, by role.
        priority: how urgent it is among the tasks of the workspace.
        reuse: whether the stored report of an earlier task may answer.
        callback: who wants to hear of its end.
        key: the sender's name for this request; the same one again gives the same task.

    """

    workspace_id: str
    agent: Agent[Any]
    params: msgspec.Struct
    files: Mapping[str, Received]
    priority: Priority = Priority.NORMAL
    reuse: bool = False
    callback: Callback | None = None
    key: str | None = None


@dataclass(frozen=True)
class Accepted:
    """A request that has its task.

    Attributes:
        task_id: the task.
        reused_from: the earlier task whose report answers it.
        repeated: whether an earlier request with the same key made the task; the files that came
            with this one belong to nobody.

    """

    task_id: str
    reused_from: str | None = None
    repeated: bool = False
