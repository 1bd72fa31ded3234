"""Pages as literals."""

from datetime import UTC, datetime

from agensium.tasks.states import State
from agensium.ui.views import AgentChoice, Download, Failure, Home, TaskDetail, TaskItem, Trouble

MOMENT = datetime(2026, 1, 31, 12, 30, tzinfo=UTC)
PROFILE = AgentChoice("profile", "Profile", "What is in this table.")
FAILURE = Failure("not_a_table", "The file is no table.", "Send delimited text.")
HOSTILE_NAME = '"><script>alert(1)</script>\u202egpj.csv'


def task(state: State, file_name: str = "orders.csv", percent: float | None = None) -> TaskItem:
    return TaskItem(
        id="01J8",
        file_name=file_name,
        agent="profile",
        state=state,
        created_at=MOMENT,
        percent=percent,
    )


EVERY_STATE = tuple(task(state) for state in State)
HOME = Home(agents=(PROFILE,), tasks=EVERY_STATE, next_before="01J7", max_upload_bytes=2 * 10**9)
EMPTY_HOME = Home(agents=(PROFILE,))
NOTHING_FOUND = Home(agents=(PROFILE,), name="ord<er>s", status="FAILURE")
REFUSED_HOME = Home(agents=(PROFILE,), failure=FAILURE)
RUNNING = TaskDetail(task(State.STARTED, percent=40.0))
DOWNLOADS = (Download("report.json", "Everything (JSON)"), Download("report.html", "Page (HTML)"))
DONE = TaskDetail(task(State.SUCCESS), downloads=DOWNLOADS)
FAILED = TaskDetail(task(State.FAILURE), failure=FAILURE)
MISSING = Trouble(404, "Not found", Failure("not_found", "There is no such task."))
