"""From tasks to the values that the pages show."""

from typing import Final

from agensium.agents.registry import AGENTS
from agensium.core.errors import AgensiumError
from agensium.exports.registry import DERIVED, EXPORTS
from agensium.server.readings import can_reread, other_readings, reading_of
from agensium.settings import Settings
from agensium.tasks.attempts import RELEASED
from agensium.tasks.queries import TaskFilter, TaskPage
from agensium.tasks.states import REOPENABLE, State
from agensium.tasks.views import AttemptView, TaskView
from agensium.ui.views import (
    AgentChoice,
    AttemptItem,
    Download,
    Failure,
    Home,
    TaskDetail,
    TaskItem,
)

_OUTCOMES: Final = {
    State.SUCCESS.value: "done",
    State.FAILURE.value: "failed",
    State.RETRY.value: "failed, tried again",
    State.REVOKED.value: "cancelled",
    RELEASED: "handed back by a worker that stopped",
}


def home_view(
    page: TaskPage, wanted: TaskFilter, settings: Settings, failure: Failure | None
) -> Home:
    """Return the home page's values."""
    return Home(
        agents=tuple(AgentChoice(agent.name, agent.title, agent.summary) for agent in AGENTS),
        tasks=tuple(_item(task) for task in page.tasks),
        next_before=page.next_before,
        is_first=wanted.before is None,
        name=wanted.name,
        status="" if wanted.state is None else wanted.state.value,
        max_upload_bytes=settings.max_upload_bytes,
        failure=failure,
        takes_sources=settings.source_rules.allow_any,
    )


def task_view(task: TaskView) -> TaskDetail:
    """Return the values of a task's page."""
    error, again = task.error, can_reread(task)
    return TaskDetail(
        task=_item(task),
        downloads=tuple(
            Download(export.name, export.title) for export in (*EXPORTS, *DERIVED) if task.artifacts
        ),
        failure=None if error is None else Failure(error.code, error.message, error.hint),
        attempts=tuple(_attempt(each) for each in task.history if each.ended_at is not None),
        can_retry=task.state in REOPENABLE,
        can_reread=again,
        reading=reading_of(task) if again else {},
        others=other_readings(task) if again else (),
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
