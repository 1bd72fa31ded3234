"""From tasks to the values that the pages show."""

from agensium.agents.registry import AGENTS
from agensium.core.errors import AgensiumError
from agensium.tasks.queries import TaskPage
from agensium.tasks.views import TaskView
from agensium.ui.views import AgentChoice, Failure, Home, TaskDetail, TaskItem


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
