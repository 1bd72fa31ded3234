"""Watching requests go by: their ids, how many there were and how long they took."""

import asyncio
import logging
import re
import time
from dataclasses import dataclass
from typing import Any, Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from ulid import ULID

from agensium.api.problems import problem_of, problem_response
from agensium.core.context import REQUEST_ID
from agensium.core.errors import Unavailable
from agensium.core.tracing import Kind, Span, span
from agensium.server.metrics import REQUEST_SECONDS, REQUESTS, UPLOAD_BYTES

log = logging.getLogger(__name__)

HEADER: Final = "X-Request-ID"
TRACE_PARENT: Final = "traceparent"
FAILED: Final = 500
_ACCEPTABLE: Final = re.compile(r"[A-Za-z0-9._:-]{1,64}")
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
UNKNOWN: Final = "other"
GONE: Final = "499"
"""The status of a request whose sender hung up before there was an answer."""


@dataclass
class _Seen:
    """What was seen of one request so far."""

    began: float
    status: str = GONE


class Observed:
    """Gives each request an id, or takes the sender's own, and counts it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a connection as ASGI has it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        request_id = id_of(headers.get(HEADER))
        seen = _Seen(time.perf_counter())
        token = REQUEST_ID.set(request_id)
        with span("HTTP", Kind.SERVER, headers.get(TRACE_PARENT)) as step:
            marked = _marked(send, seen, request_id)
            try:
                await self._app(scope, _counted(receive), marked)
            except asyncio.CancelledError:
                # The service stops and has waited for this request as long as it may.
                if seen.status != GONE:
                    raise
                await _stopping(scope["path"])(scope, receive, marked)
            finally:
                _count(scope, seen)
                _describe(step, scope, seen)
                REQUEST_ID.reset(token)


def id_of(given: str | None) -> str:
    """Return the sender's id where it is harmless, or a new one."""
    return given if given is not None and _ACCEPTABLE.fullmatch(given) else str(ULID())


def _stopping(path: str) -> Response:
    error = Unavailable(
        "The service stops, and the request was not done with; it may have been accepted.",
        hint="Send it again; with the same Idempotency-Key it gives the same task.",
    )
    return problem_response(problem_of(error, path), {"Connection": "close"})


def _counted(receive: Receive) -> Receive:
    async def counting() -> Message:
        message = await receive()
        UPLOAD_BYTES.inc(len(message.get("body", b"")))
        return message

    return counting


def _marked(send: Send, seen: _Seen, request_id: str) -> Send:
    async def marking(message: Message) -> None:
        if message["type"] == "http.response.start":
            seen.status = str(message["status"])
            MutableHeaders(raw=message.setdefault("headers", []))[HEADER] = request_id
        await send(message)

    return marking


def _describe(step: Span, scope: Scope, seen: _Seen) -> None:
    method, route = scope["method"], getattr(scope.get("route"), "path", UNKNOWN)
    step.rename(f"{method} {route}")
    status = int(seen.status)
    said = {"http.request.method": method, "http.route": route, "http.response.status_code": status}
    step.note(said)
    if status >= FAILED:
        step.fail(seen.status)


def _count(scope: Scope, seen: _Seen) -> None:
    seconds = time.perf_counter() - seen.began
    route: Any = scope.get("route")
    path = getattr(route, "path", UNKNOWN)
    method = scope["method"] if scope["method"] in METHODS else UNKNOWN
    REQUESTS.labels(method, path, seen.status).inc()
    REQUEST_SECONDS.labels(method, path).observe(seconds)
    level = logging.DEBUG if method in {"GET", "HEAD"} else logging.INFO
    log.log(level, "%s %s: %s in %.3f s", method, scope["path"], seen.status, seconds)
