"""Errors over HTTP: RFC 9457 problem details with our stable codes."""

import logging
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import Any, Final

import msgspec
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from msgspec import Struct
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import Match

from agensium.core.errors import (
    ERRORS,
    AgensiumError,
    ChecksumMismatch,
    Conflict,
    Corrupted,
    DatabaseUnavailable,
    Expired,
    Forbidden,
    InternalError,
    InvalidInput,
    InvalidParams,
    InvalidRequest,
    NotFound,
    QuotaExceeded,
    SourceNotAllowed,
    StorageUnavailable,
    TooLarge,
    Unavailable,
    UnsupportedFormat,
)

log = logging.getLogger(__name__)

MEDIA_TYPE: Final = "application/problem+json"
RETRY_SECONDS: Final = 5

# The first class that fits decides: special ones stand before general ones.
_STATUS: Final[tuple[tuple[type[AgensiumError], int], ...]] = (
    (InvalidRequest, 422),
    (InvalidParams, 422),
    (UnsupportedFormat, 415),
    (InvalidInput, 422),
    (NotFound, 404),
    (Conflict, 409),
    (Expired, 410),
    (Forbidden, 403),
    (SourceNotAllowed, 403),
    (TooLarge, 413),
    (ChecksumMismatch, 422),
    (QuotaExceeded, 429),
    (Corrupted, 502),
    (Unavailable, 503),
)
_CODES_BY_STATUS: Final = {
    400: "invalid_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_format",
    422: "invalid_request",
}


class Problem(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What went wrong, as RFC 9457 has it.

    Attributes:
        type: a URN of the code.
        title: the kind of problem; the same for every occurrence.
        status: the HTTP status.
        detail: what was wrong this time.
        code: stable; branch on this.
        hint: what would be right.
        retryable: whether the same request may succeed later.
        instance: the path that was asked for.

    """

    type: str
    title: str
    status: int
    detail: str
    code: str
    retryable: bool
    hint: str | None = None
    instance: str | None = None


def status_of(error: AgensiumError) -> int:
    """Return the HTTP status of an error."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def problem_of(error: AgensiumError, instance: str | None = None) -> Problem:
    """Return an error as a problem; private details stay here."""
    return Problem(
        type=f"urn:agensium:problem:{error.code}",
        title=error.title,
        status=status_of(error),
        detail=error.message,
        code=error.code,
        retryable=error.retryable,
        hint=error.hint,
        instance=instance,
    )


def problem_response(problem: Problem, headers: dict[str, str] | None = None) -> Response:
    """Return a problem as a response."""
    retry = problem.status == HTTPStatus.SERVICE_UNAVAILABLE
    extra = {"Retry-After": str(RETRY_SECONDS)} if retry else {}
    return Response(
        msgspec.json.encode(problem),
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers={**(headers or {}), **extra},
    )


def install(app: FastAPI) -> None:
    """Let every error of an application leave as a problem."""
    app.add_exception_handler(AgensiumError, known_error)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(ClientDisconnect, _gone)
    app.add_exception_handler(Exception, _unknown)


def known_error(request: Request, error: Exception) -> Response:
    """Return one of our own errors as a problem."""
    if not isinstance(error, AgensiumError):
        return _unknown(request, error)
    if isinstance(error, StorageUnavailable | DatabaseUnavailable | Corrupted):
        log.warning("%s: %s", error.code, error.detail)
    problem = problem_of(error, request.url.path)
    # The rest of a refused upload is not read: the connection cannot be used again.
    closes = problem.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return problem_response(problem, {"Connection": "close"} if closes else None)


def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    code = _CODES_BY_STATUS.get(status, "invalid_request")
    title = ERRORS[code].title if code in ERRORS else "Method not allowed"
    detail = {
        404: f"There is nothing at {request.url.path}.",
        405: f"{request.method} is not possible at {request.url.path}.",
    }.get(status, str(getattr(error, "detail", title)))
    problem = Problem(
        type=f"urn:agensium:problem:{code}",
        title=title,
        status=status,
        detail=detail,
        code=code,
        retryable=False,
        instance=request.url.path,
    )
    headers = dict(getattr(error, "headers", None) or {})
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        headers = {"Allow": _allowed(request)}
    return problem_response(problem, headers)


def _malformed(request: Request, error: Exception) -> Response:
    details = error.errors() if isinstance(error, RequestValidationError) else ()
    said = "; ".join(
        f"{'.'.join(str(part) for part in each['loc'])}: {each['msg']}" for each in details
    )
    return problem_response(problem_of(InvalidRequest(f"{said}."), request.url.path))


def _gone(request: Request, error: Exception) -> Response:
    del error
    log.info("the sender of a request to %s went away", request.url.path)
    return Response(status_code=400)  # nobody hears it


def _allowed(request: Request) -> str:
    """Return all methods of a path, as RFC 9110 wants them in a 405."""
    allowed = {"HEAD"}
    for route in _leaves(request.app.routes):
        match, _ = route.matches(request.scope)
        if match is not Match.NONE:
            allowed |= getattr(route, "methods", None) or set()
    return ", ".join(sorted(allowed if "GET" in allowed else allowed - {"HEAD"}))


def _leaves(routes: Iterable[Any]) -> Iterator[Any]:
    """Return the routes themselves; FastAPI keeps those of a router behind one entry."""
    for route in routes:
        router = getattr(route, "original_router", None)
        if router is None:
            yield route
        else:
            yield from _leaves(router.routes)


def _unknown(request: Request, error: Exception) -> Response:
    log.error("internal error at %s", request.url.path, exc_info=error)
    broken = InternalError("Something in Agensium is broken.", hint="The operator's log says more.")
    return problem_response(problem_of(broken, request.url.path))
