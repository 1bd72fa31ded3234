"""From tasks to the values that the pages show."""

from typing import Final

from agensium.agents.registry import AGENTS
from agensium.core.errors import AgensiumError
from agensium.tasks.attempts import RELEASED
from agensium.tasks.queries import TaskPage
from agensium.tasks.states import REOPENABLE, State
from agensium.tasks.views import AttemptView, TaskView
from agensium.ui.views import AgentChoice, AttemptItem, Failure, Home, TaskDetail, TaskItem

_OUTCOMES: Final = {
    State.SUCCESS.value: "done",
    State.FAILURE.value: "failed",
    State.RETRY.value: "failed, tried again",
    State.REVOKED.value: "cancelled",
    RELEASED: "handed back by a worker that stopped",
}


def home_view(
    page: TaskPage, max_upload_bytes: int, failure: Failure | None, *, is_first: bool
) -> Home:
    """Return the home page's values."""
    return Home(
        agents=tuple(AgentChoice(agent.name, agent.title, agent.summary) for agent in AGENTS),
        tasks=tuple(_item(task) for task in page.tasks),
        next_before=page.next_before,
        is_first=is_first,
        max_upload_bytes=max_upload_bytes,
        failure=failure,
    )


def task_view(task: TaskView) -> TaskDetail:
    """Return the values of a task's page."""
    error = task.error
    return TaskDetail(
        task=_item(task),
        downloads=tuple(artifact.name for artifact in task.artifacts),
        failure=None if error is None else Failure(error.code, error.message, error.hint),
        attempts=tuple(_attempt(each) for each in task.history if each.ended_at is not None),
        can_retry=task.state in REOPENABLE,
    )


def _attempt(attempt: AttemptView) -> AttemptItem:
    word = _OUTCOMES.get(attempt.outcome or "", "ended")
    return AttemptItem(
        attempt.started_at, word, None if attempt.error is None else attempt.error.message
    )


def failure_view(error: AgensiumError) -> Failure:
    """Return an error as the pages show it."""
    return Failure(error.code, error.message, error.hint)


def _item(task: TaskView) -> TaskItem:
    return TaskItem(
        id=task.id,
        file_name=task.files[0].name if task.files else "",
        agent=task.agent,
        state=task.state,
        created_at=task.created_at,
        percent=task.percent,
        phase=task.phase,
        verdict=_verdict(task),
    )


def _verdict(task: TaskView) -> str | None:
    if task.summary is not None:
        return task.summary.verdict
    return None if task.error is None else task.error.message
