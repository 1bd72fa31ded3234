"""Uploads that outlive a connection: beginning, looking, completing, deleting.

Their bytes come by tus (`agensium.api.tus`), or in parts straight to the store.
"""

from email.utils import format_datetime
from typing import Final, TypeVar

import msgspec
from fastapi import APIRouter
from msgspec import Struct
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from agensium.api.answers import answer, documented, problems, root_of
from agensium.api.deps import ServicesDep
from agensium.api.intake import clean_name
from agensium.api.patience import resting
from agensium.api.tus import RESUMABLE, VERSION, create, is_tus
from agensium.api.upload_shapes import PartOut, PartsIn, PartsOut, UploadIn, upload_out
from agensium.core.errors import InvalidRequest
from agensium.tasks.uploads.begin import NewUpload, begin
from agensium.tasks.uploads.direct import sign_parts
from agensium.tasks.uploads.finish import finish
from agensium.tasks.uploads.forget import forget
from agensium.tasks.uploads.models import Transport
from agensium.tasks.uploads.queries import UploadView, get_upload
from agensium.wiring import Services

MAX_BODY_BYTES: Final = 64 << 10
S = TypeVar("S", bound=Struct)

router = APIRouter(prefix="/uploads", tags=["uploads"])


@router.post(
    "",
    status_code=201,
    responses={
        201: documented("UploadOut", "An upload begins"),
        **problems(409, 413, 422, 429, 503),
    },
)
async def create_one(request: Request, services: ServicesDep) -> Response:
    """Begin an upload: by tus 1.0, or with a JSON object with `name`, `bytes` and `direct`."""
    if is_tus(request):
        return await create(request, services)
    asked = await _body(request, UploadIn)
    transport = Transport.PARTS if asked.direct else Transport.TUS
    wanted = NewUpload(clean_name(asked.name), asked.bytes, asked.sha256, transport)
    upload_id = await run_in_threadpool(begin, services.uploads, services.workspace_id, wanted)
    view = await run_in_threadpool(_view, services, upload_id)
    out = upload_out(view, root_of(request))
    return answer(out, 201, {"Location": out.links.self})


@router.get(
    "/{upload_id}", responses={200: documented("UploadOut", "The upload"), **problems(404, 503)}
)
def show(request: Request, upload_id: str, services: ServicesDep) -> Response:
    """Show how far an upload is; its headers are those that tus asks for by HEAD."""
    view = _view(services, upload_id)
    headers = {
        RESUMABLE: VERSION,
        "Upload-Offset": str(view.bytes_received),
        "Upload-Length": str(view.bytes_total),
        "Upload-Expires": format_datetime(view.expires_at, usegmt=True),
        "Cache-Control": "no-store",
    }
    if view.note:
        headers["Upload-Metadata"] = view.note.decode("ascii")
    return answer(upload_out(view, root_of(request)), headers=headers)


@router.delete("/{upload_id}", status_code=204, responses=problems(404, 503))
def delete(upload_id: str, services: ServicesDep) -> Response:
    """Delete an upload with its bytes; those that a task uses stay with the task."""
    forget(services.database, services.storage, services.workspace_id, upload_id, services.clock())
    return Response(status_code=204, headers={RESUMABLE: VERSION})


@router.post(
    "/{upload_id}/parts",
    responses={200: documented("PartsOut", "Where to PUT them"), **problems(404, 409, 422, 503)},
)
async def parts(request: Request, upload_id: str, services: ServicesDep) -> Response:
    """Give addresses for some parts of a direct upload; they hold for an hour."""
    asked = await _body(request, PartsIn)
    signed = await run_in_threadpool(
        sign_parts, services.uploads, services.workspace_id, upload_id, asked.numbers
    )
    return answer(
        PartsOut(parts=tuple(PartOut(number=p.number, bytes=p.bytes, url=p.url) for p in signed))
    )


@router.post(
    "/{upload_id}/complete",
    responses={200: documented("UploadOut", "The upload"), **problems(404, 409, 415, 422, 503)},
)
async def complete(request: Request, upload_id: str, services: ServicesDep) -> Response:
    """Complete an upload whose bytes are all there; doing it twice changes nothing."""
    with resting(request):  # it is read once, however large it is
        await run_in_threadpool(finish, services.uploads, services.workspace_id, upload_id)
    view = await run_in_threadpool(_view, services, upload_id)
    return answer(upload_out(view, root_of(request)))


async def _body(request: Request, kind: type[S]) -> S:
    read = bytearray()
    async for chunk in request.stream():
        read += chunk
        if len(read) > MAX_BODY_BYTES:
            raise InvalidRequest("The body is too long for what is asked.")
    try:
        return msgspec.json.decode(bytes(read), type=kind)
    except msgspec.DecodeError as error:
        raise InvalidRequest(f"The body does not fit: {error}.") from error


def _view(services: Services, upload_id: str) -> UploadView:
    with services.database.read() as session:
        return get_upload(session, services.workspace_id, upload_id)
