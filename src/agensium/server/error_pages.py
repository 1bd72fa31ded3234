"""Errors for people: a browser that asks for a page gets one, everything else a problem."""

from typing import Final

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from agensium.api.answers import root_of
from agensium.api.problems import known_error, status_of
from agensium.core.errors import AgensiumError
from agensium.server.views import failure_view
from agensium.ui.pages import PAGE_POLICY, render_error
from agensium.ui.views import Trouble

PAGES: Final = ("/view/", "/upload", "/example")


def install(app: FastAPI) -> None:
    """Answer errors of the pages with a page."""
    app.add_exception_handler(AgensiumError, _answer)


def _answer(request: Request, error: Exception) -> Response:
    problem = known_error(request, error)
    if not isinstance(error, AgensiumError) or not _wants_page(request):
        return problem
    trouble = Trouble(status_of(error), error.title, failure_view(error))
    headers = {"Content-Security-Policy": PAGE_POLICY, "Cache-Control": "no-store"}
    return HTMLResponse(render_error(trouble, root_of(request)), trouble.status, headers)


def _wants_page(request: Request) -> bool:
    path = request.url.path.removeprefix(root_of(request))
    asks = "text/html" in request.headers.get("accept", "")
    return asks and (path == "/" or path.startswith(PAGES))
