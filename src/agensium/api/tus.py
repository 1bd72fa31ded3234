"""Bytes by tus 1.0 (https://tus.io/protocols/resumable-upload), with most of its extensions."""

import asyncio
import base64
import binascii
import hashlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email.utils import format_datetime
from functools import wraps
from typing import Any, Final

from fastapi import APIRouter
from msgspec import structs
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from agensium.api.answers import problems, root_of
from agensium.api.deps import ServicesDep
from agensium.api.intake import WRITE_BYTES, clean_name
from agensium.api.patience import resting
from agensium.api.problems import known_error, problem_of, problem_response
from agensium.core.errors import AgensiumError, ChecksumMismatch, TooLarge
from agensium.tasks.uploads.append import Appending, claim
from agensium.tasks.uploads.begin import NewUpload, begin
from agensium.tasks.uploads.finish import finish
from agensium.tasks.uploads.forget import forget
from agensium.tasks.uploads.queries import UploadView, get_upload
from agensium.wiring import Services

log = logging.getLogger(__name__)

RESUMABLE: Final = "Tus-Resumable"
VERSION: Final = "1.0.0"
EXTENSIONS: Final = "creation,creation-with-upload,termination,checksum,expiration"
ALGORITHMS: Final = ("sha1", "sha256", "md5")
BYTES: Final = "application/offset+octet-stream"
CHECKSUM_STATUS: Final = 460
IDLE_SECONDS: Final = 60.0
"""How long a sender may be silent; what it has sent until then is kept."""

router = APIRouter(prefix="/uploads", tags=["uploads"])
Endpoint = Callable[..., Awaitable[Response]]


def is_tus(request: Request) -> bool:
    """Tell whether a request speaks tus."""
    return RESUMABLE in request.headers or "upload-length" in request.headers


def _spoken(endpoint: Endpoint) -> Endpoint:
    """Let every answer of an endpoint be one of tus, errors too."""

    @wraps(endpoint)
    async def speak(request: Request, *arguments: Any, **named: Any) -> Response:  # noqa: ANN401
        if request.headers.get(RESUMABLE, VERSION) != VERSION:
            response = Response(status_code=412, headers={"Tus-Version": VERSION})
        else:
            try:
                response = await endpoint(request, *arguments, **named)
            except _BrokenPart as error:
                problem = problem_of(error, request.url.path)
                response = problem_response(structs.replace(problem, status=CHECKSUM_STATUS))
            except AgensiumError as error:
                response = known_error(request, error)
        response.headers[RESUMABLE] = VERSION
        return response

    return speak


@router.options("", status_code=204)
@router.options("/{upload_id}", status_code=204)
async def options(services: ServicesDep) -> Response:
    """Say which tus is spoken here."""
    return Response(
        status_code=204,
        headers={
            RESUMABLE: VERSION,
            "Tus-Version": VERSION,
            "Tus-Extension": EXTENSIONS,
            "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
            "Tus-Max-Size": str(services.settings.max_upload_bytes),
        },
    )


@_spoken
async def create(request: Request, services: Services) -> Response:
    """Begin an upload, perhaps with its first bytes."""
    length = _number(request, "Upload-Length")
    note = request.headers.get("upload-metadata", "")
    said = _metadata(note)
    name = clean_name(said.get("filename", said.get("name", "")))
    wanted = NewUpload(name, length, said.get("sha256") or None, note=note)
    upload_id = await run_in_threadpool(begin, services.uploads, services.workspace_id, wanted)
    offset = 0
    if request.headers.get("content-type") == BYTES:
        offset = await _take(request, services, upload_id, 0)
    view = await run_in_threadpool(_view, services, upload_id)
    headers = {"Location": f"{root_of(request)}/uploads/{upload_id}", **_place(view, offset)}
    return Response(status_code=201, headers=headers)


@router.patch("/{upload_id}", status_code=204, responses=problems(404, 409, 413, 415, 422, 503))
@_spoken
async def append(request: Request, upload_id: str, services: ServicesDep) -> Response:
    """Send the next bytes of an upload; with the last ones it is complete."""
    if request.headers.get("content-type") != BYTES:
        raise _refused(415, f"Bytes come as {BYTES}.")
    offset = await _take(request, services, upload_id, _number(request, "Upload-Offset"))
    view = await run_in_threadpool(_view, services, upload_id)
    return Response(status_code=204, headers=_place(view, offset))


@router.post("/{upload_id}", include_in_schema=False)
@_spoken
async def override(request: Request, upload_id: str, services: ServicesDep) -> Response:
    """Take a method from a header, for senders that know only GET and POST."""
    method = request.headers.get("x-http-method-override", "").upper()
    if method == "PATCH":
        return await append(request, upload_id, services)
    if method != "DELETE":
        raise _refused(405, "")
    arguments = (services.database, services.storage, services.workspace_id, upload_id)
    await run_in_threadpool(forget, *arguments, services.clock())
    return Response(status_code=204)


async def _take(request: Request, services: Services, upload_id: str, offset: int) -> int:
    """Take the body as the bytes from this offset on; return how many there are now."""
    checksum = _checksum(request)
    view = await run_in_threadpool(_view, services, upload_id)
    length = request.headers.get("content-length", "")
    if length.isdecimal() and offset + int(length) > view.bytes_total:
        raise TooLarge(f"The upload is to have {view.bytes_total:,} bytes, and this is more.")
    site = services.uploads
    claimed = await run_in_threadpool(claim, site, services.workspace_id, upload_id, offset)
    atomic = checksum is not None
    appending = await run_in_threadpool(Appending, site, claimed, atomic=atomic)
    pour = _Pour(appending, checksum)
    try:
        await pour.take(request)
    except (ClientDisconnect, TimeoutError) as error:
        log.info("upload %s broke off at %s bytes", upload_id, appending.received)
        await run_in_threadpool(pour.break_off)
        if isinstance(error, ClientDisconnect):
            raise
        raise _refused(408, "Nothing came for too long; go on from where you are.") from None
    await run_in_threadpool(pour.end)
    if appending.is_whole:
        with resting(request):  # it may have to be read once, however large it is
            await run_in_threadpool(finish, site, services.workspace_id, upload_id)
    return appending.received


@dataclass(frozen=True)
class _Checksum:
    """What a body is to hash to."""

    wanted: bytes
    running: "hashlib._Hash"


class _Pour:
    """Pours a body into an upload, and is slow when the store is."""

    def __init__(self, appending: Appending, checksum: _Checksum | None) -> None:
        self._appending, self._checksum = appending, checksum
        self._buffer = bytearray()

    async def take(self, request: Request) -> None:
        clock = asyncio.get_running_loop().time
        async with asyncio.timeout(IDLE_SECONDS) as patience:
            async for chunk in request.stream():
                self._buffer += chunk
                if len(self._buffer) >= WRITE_BYTES:
                    patience.reschedule(None)  # the store may take its time
                    await run_in_threadpool(self._flush)
                patience.reschedule(clock() + IDLE_SECONDS)

    def end(self) -> None:
        self._flush()
        if self._checksum and self._checksum.running.digest() != self._checksum.wanted:
            self._appending.refuse()
            raise _BrokenPart("The bytes do not have the checksum that came with them.")
        self._appending.end()

    def break_off(self) -> None:
        """Keep what came, unless it counts only as a whole."""
        if self._checksum is not None:
            self._appending.refuse()
            return
        self._flush()
        self._appending.end()

    def _flush(self) -> None:
        data = bytes(self._buffer)
        self._buffer.clear()
        if self._checksum is not None:
            self._checksum.running.update(data)
        self._appending.write(data)


class _BrokenPart(ChecksumMismatch):
    """A body with a wrong checksum: nothing of it counts."""


def _checksum(request: Request) -> _Checksum | None:
    said = request.headers.get("upload-checksum")
    if said is None:
        return None
    algorithm, _, digest = said.partition(" ")
    if algorithm not in ALGORITHMS:
        raise _refused(400, f"Checksums are {', '.join(ALGORITHMS)}; not '{algorithm[:32]}'.")
    return _Checksum(_decoded(digest, "Upload-Checksum"), hashlib.new(algorithm))


def _metadata(note: str) -> dict[str, str]:
    if not note.isascii():
        raise _refused(400, "Upload-Metadata has to be ASCII; values are in Base64.")
    found = {}
    for pair in filter(None, (each.strip() for each in note.split(","))):
        key, _, value = pair.partition(" ")
        found[key] = _decoded(value, "Upload-Metadata").decode("utf-8", "replace")
    return found


def _decoded(text: str, header: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise _refused(400, f"{header} is not in Base64.") from None


def _refused(status: int, detail: str) -> HTTPException:
    return HTTPException(status, detail, headers={RESUMABLE: VERSION})


def _number(request: Request, header: str) -> int:
    said = request.headers.get(header, "")
    if not said.isdecimal() or len(said) > 18:
        raise _refused(400, f"The header {header} has to be a number of bytes.")
    return int(said)


def _place(view: UploadView, offset: int) -> dict[str, str]:
    expires = format_datetime(view.expires_at, usegmt=True)
    return {"Upload-Offset": str(offset), "Upload-Expires": expires}


def _view(services: Services, upload_id: str) -> UploadView:
    with services.database.read() as session:
        return get_upload(session, services.workspace_id, upload_id)
