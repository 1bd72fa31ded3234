"""Tasks: listing, downloading, cancelling, trying again, deleting."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from agensium import __version__
from agensium.api.answers import answer, documented, problems, root_of
from agensium.api.deps import ServicesDep
from agensium.api.schemas import task_list, task_out
from agensium.core.report import decode_report
from agensium.exports.registry import REPORT_JSON, find_export, is_derived
from agensium.storage.intact import intact_chunks, read_intact
from agensium.tasks.manage import cancel, delete_task, retry
from agensium.tasks.queries import TaskFilter, get_artifact, get_task, list_tasks
from agensium.tasks.states import State
from agensium.tasks.views import TaskView

MAX_PAGE = 200
MAX_NAME = 200
REPORT_POLICY = (
    "sandbox allow-scripts; default-src 'none'; style-src 'unsafe-inline'; "
    "script-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
"""What a report may do, whichever version wrote it: its own policy, inside the page, names its
style and script by their digests, and both policies hold."""

router = APIRouter(prefix="/tasks", tags=["tasks"])


@router.get("", responses={200: documented("TaskList", "A page"), **problems(422, 503)})
def list_all(  # noqa: PLR0913 - each is a part of the request
    request: Request,
    services: ServicesDep,
    *,
    status: State | None = None,
    before: Annotated[str | None, Query(max_length=26)] = None,
    name: Annotated[str, Query(max_length=MAX_NAME, description="Part of a file's name.")] = "",
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 50,
) -> Response:
    """List the tasks, the newest first; ``before`` is the cursor of the following page."""
    wanted = TaskFilter(state=status, name=name, before=before, limit=limit)
    with services.database.read() as session:
        page = list_tasks(session, services.workspace_id, wanted)
    asked = {"limit": limit, "status": status and status.value, "name": name}
    kept = {key: value for key, value in asked.items() if value}
    return answer(task_list(page, root_of(request), urlencode(kept) + "&"))


@router.post(
    "/{task_id}/cancel",
    status_code=202,
    responses={202: documented("TaskOut", "The task"), **problems(404, 409, 503)},
)
def cancel_one(request: Request, task_id: str, services: ServicesDep) -> Response:
    """Cancel a task; doing it twice changes nothing. What is over cannot be cancelled: 409."""

    def work(session: Session) -> TaskView:
        cancel(session, services.workspace_id, task_id, services.clock())
        return get_task(session, services.workspace_id, task_id)

    return answer(task_out(services.database.transact(work), root_of(request)), 202)


@router.post(
    "/{task_id}/retry",
    status_code=202,
    responses={202: documented("TaskOut", "The task"), **problems(404, 409, 410, 503)},
)
def retry_one(request: Request, task_id: str, services: ServicesDep) -> Response:
    """Run a failed or cancelled task again; one that waits or runs stays as it is.

    A task that succeeded cannot be tried again (409), nor one whose file expired (410).
    """

    def work(session: Session) -> tuple[bool, TaskView]:
        waits = retry(session, services.workspace_id, task_id, services.clock())
        return waits, get_task(session, services.workspace_id, task_id)

    waits, task = services.database.transact(work)
    if waits:
        services.bell.ring(task_id)
    return answer(task_out(task, root_of(request)), 202)


@router.delete("/{task_id}", status_code=204, responses=problems(404, 503))
def delete_one(task_id: str, services: ServicesDep) -> Response:
    """Delete a task with its file and its results; a running one is stopped."""
    delete_task(services.database, services.storage, services.workspace_id, task_id, services.clock)
    return Response(status_code=204)


@router.get(
    "/{task_id}/{name}", responses=problems(404, 410, 502, 503), response_class=StreamingResponse
)
def download(request: Request, task_id: str, name: str, services: ServicesDep) -> Response:
    """Download ``report.json``, ``.html``, ``.xlsx`` or ``.md``, or a table of it as ``.csv``."""
    wanted = REPORT_JSON if is_derived(name) else name
    with services.database.read() as session:
        artifact = get_artifact(session, services.workspace_id, task_id, wanted)
    tag = f'"{artifact.sha256}"' if wanted == name else f'"{artifact.sha256[:32]} {__version__}"'
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers={"ETag": tag})
    headers = {
        "Content-Disposition": f'{_disposition(name)}; filename="{name}"',
        "Content-Security-Policy": REPORT_POLICY,
        "X-Content-Type-Options": "nosniff",
        "ETag": tag,
        "Cache-Control": "private, max-age=3600",
    }
    if wanted != name:
        export = find_export(name)
        made = export.render(
            decode_report(read_intact(services.storage, artifact.object_key, artifact.sha256))
        )
        return Response(made, media_type=export.media_type, headers=headers)
    headers["Content-Length"] = str(artifact.bytes)
    chunks = intact_chunks(services.storage, artifact.object_key, artifact.bytes, artifact.sha256)
    return StreamingResponse(chunks, media_type=artifact.media_type, headers=headers)


def _disposition(name: str) -> str:
    return "attachment" if is_derived(name) else "inline"
