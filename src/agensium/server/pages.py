"""The pages, as routes: the thinnest of doors."""

from contextlib import suppress
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from agensium.agents.registry import AGENTS
from agensium.api.answers import root_of
from agensium.api.deps import OwnedTask, ServicesDep
from agensium.api.problems import status_of
from agensium.api.tasks import MAX_NAME
from agensium.core.errors import AgensiumError, Conflict, NotFound
from agensium.core.schema import encode_schema
from agensium.data.example import EXAMPLE, example_file
from agensium.server.taking import start, take, take_again
from agensium.server.views import failure_view, home_view, task_view
from agensium.tasks.manage import cancel, delete_task, retry
from agensium.tasks.queries import TaskFilter, TaskPage, list_tasks
from agensium.tasks.receive import Receiving
from agensium.tasks.states import State
from agensium.tasks.workers import list_workers
from agensium.ui.assets import find_asset
from agensium.ui.pages import PAGE_POLICY, render_home, render_task, render_workers
from agensium.ui.views import Failure, Workers
from agensium.wiring import Services

PAGE_SIZE: Final = 25
COPY_BYTES: Final = 1 << 20
DAY_SECONDS: Final = 86_400
_HEADERS: Final = {
    "Content-Security-Policy": PAGE_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/")
def home(
    request: Request,
    services: ServicesDep,
    before: Annotated[str | None, Query(max_length=26)] = None,
    name: Annotated[str, Query(max_length=MAX_NAME)] = "",
    status: Annotated[State | Literal[""], Query()] = "",
) -> Response:
    """Show the upload form and the tasks."""
    wanted = TaskFilter(state=status or None, name=name, before=before, limit=PAGE_SIZE)
    return _home(request, services, wanted)


@router.post("/upload")
async def upload(request: Request, services: ServicesDep) -> Response:
    """Take a file from the form and show its task, or say beside the form what is wrong."""
    try:
        task_id = await take(services, request)
    except AgensiumError as error:
        failure = failure_view(error)
        shown = await run_in_threadpool(_home, request, services, failure=failure)
        shown.status_code = status_of(error)
        return shown
    return _see(request, f"/view/{task_id}")


@router.post("/example")
def example(request: Request, services: ServicesDep) -> Response:
    """Start a task on the bundled example."""
    agent = AGENTS[0]
    with _receive_example(services) as receiving, example_file() as path, path.open("rb") as file:
        while data := file.read(COPY_BYTES):
            receiving.write(data)
        received = receiving.finish()
    try:
        task_id = start(services, agent, "", {agent.inputs[0].name: received})
    except AgensiumError:
        receiving.discard()
        raise
    return _see(request, f"/view/{task_id}")


@router.get("/view/workers")
def view_workers(request: Request, services: ServicesDep) -> Response:
    """Show who runs tasks."""
    with services.database.read() as session:
        shown = Workers(list_workers(session, services.clock()))
    return HTMLResponse(render_workers(shown, root_of(request)), headers=_HEADERS)


@router.get("/view/{task_id}")  # noqa: FAST003 - OwnedTask takes the id
def view(request: Request, task: OwnedTask) -> Response:
    """Show a task: its progress, its report, or why it failed."""
    shown = task_view(task)
    return HTMLResponse(render_task(shown, root_of(request)), headers=_HEADERS)


@router.post("/view/{task_id}/read")
async def read_view(request: Request, task_id: str, services: ServicesDep) -> Response:
    """Read the file of a task in another way, and show the further task."""
    return _see(request, f"/view/{await take_again(services, request, task_id)}")


@router.post("/view/{task_id}/cancel")
def cancel_view(request: Request, task_id: str, services: ServicesDep) -> Response:
    """Cancel a task and show it; one that is over by now is just shown."""
    with suppress(Conflict):
        services.database.transact(
            lambda session: cancel(session, services.workspace_id, task_id, services.clock())
        )
    return _see(request, f"/view/{task_id}")


@router.post("/view/{task_id}/retry")
def retry_view(request: Request, task_id: str, services: ServicesDep) -> Response:
    """Try a task again and show it."""
    if services.database.transact(
        lambda session: retry(session, services.workspace_id, task_id, services.clock())
    ):
        services.bell.ring(task_id)
    return _see(request, f"/view/{task_id}")


@router.post("/view/{task_id}/delete")
def delete_view(request: Request, task_id: str, services: ServicesDep) -> Response:
    """Delete a task and show those that are left."""
    delete_task(services.database, services.storage, services.workspace_id, task_id, services.clock)
    return _see(request, "/")


@router.get("/schema/report.json")
def schema() -> Response:
    """Serve the JSON Schema of the reports that this version writes."""
    headers = {"Cache-Control": "public, max-age=3600"}
    return Response(encode_schema(), media_type="application/schema+json", headers=headers)


@router.get("/static/{name}")
def asset(name: str) -> Response:
    """Serve the pages' style and script."""
    try:
        found = find_asset(name)
    except KeyError:
        raise NotFound("There is no such file.") from None
    headers = {"Cache-Control": f"public, max-age={365 * DAY_SECONDS}, immutable"}
    return Response(found.body, media_type=found.media_type, headers=headers)


def _home(
    request: Request,
    services: Services,
    wanted: TaskFilter = TaskFilter(limit=PAGE_SIZE),  # noqa: B008 - a frozen value
    *,
    failure: Failure | None = None,
) -> Response:
    with services.database.read() as session:
        page: TaskPage = list_tasks(session, services.workspace_id, wanted)
    shown = home_view(page, wanted, services.settings, failure)
    return HTMLResponse(render_home(shown, root_of(request)), headers=_HEADERS)


def _receive_example(services: Services) -> Receiving:
    limit = services.settings.max_upload_bytes
    return Receiving(services.database, services.storage, EXAMPLE, limit, services.clock)


def _see(request: Request, path: str) -> Response:
    return RedirectResponse(root_of(request) + path, status_code=303)
