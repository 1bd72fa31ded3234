"""The application: routes, errors and the life of what runs beside them."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final, Protocol

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi_offline import FastAPIOffline
from starlette.concurrency import run_in_threadpool

from agensium import __version__
from agensium.api import (
    events,
    problems,
    show,
    submit,
    system,
    tasks,
    tus,
    uploads,
    webhooks,
    workers,
)
from agensium.api.changes import Changes
from agensium.api.schemas import json_schemas
from agensium.server import error_pages, metrics, pages
from agensium.wiring import Services

DESCRIPTION = (
    "Hand over a table, get a ticket at once, come back to a report. "
    "`POST /profile/async` answers 202 with a `task_id`; `GET /tasks/{task_id}` tells how far it "
    "is and, with the status SUCCESS, holds the report. Errors are RFC 9457 problems with a "
    "stable `code`."
)


_ROUTERS: Final = (
    system.router,
    workers.router,
    metrics.router,
    submit.router,
    show.router,
    events.router,
    tasks.router,
    uploads.router,
    tus.router,
    webhooks.router,
    pages.router,
)


class Companion(Protocol):
    """Something that lives as long as the application: the embedded worker."""

    def start(self) -> None:
        """Begin."""

    def hand_back(self) -> None:
        """Let go of what is under way and take nothing more; does not wait."""

    def stop(self) -> None:
        """End; waits until it has."""

    def is_alive(self) -> bool:
        """Whether it does its work."""


def create_app(
    services: Services, companion: Companion | None = None, root_path: str = ""
) -> FastAPI:
    """Return the application.

    Args:
        services: the parts that it uses.
        root_path: the path under which a proxy shows it, which the proxy may keep or cut off.
        companion: is started before the first request and stopped after the last.

    """
    # The documentation's page comes from here, not from a content network.
    app = FastAPIOffline(
        redoc_url=None,
        root_path=root_path,
        redirect_slashes=False,
        title="Agensium",
        version=__version__,
        description=DESCRIPTION,
        lifespan=_lifespan(services, companion),
    )
    app.state.services = services
    app.state.companion = companion
    app.state.changes = Changes(services.database)
    problems.install(app)
    for router in _ROUTERS:
        app.include_router(router)
    error_pages.install(app)
    app.openapi = _openapi(app)  # type: ignore[method-assign]  # FastAPI's way to extend it
    return app


def _lifespan(services: Services, companion: Companion | None) -> Callable[[FastAPI], Any]:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        if companion is not None:
            await run_in_threadpool(companion.start)
        try:
            yield
        finally:
            if companion is not None:
                await run_in_threadpool(companion.stop)
            await run_in_threadpool(services.bell.close)
            services.database.dispose()

    return lifespan


def _openapi(app: FastAPI) -> Callable[[], dict[str, Any]]:
    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            made = get_openapi(
                title=app.title,
                version=app.version,
                description=app.description,
                routes=app.routes,
            )
            schemas = made.setdefault("components", {}).setdefault("schemas", {})
            schemas.update(json_schemas())
            app.openapi_schema = made
        return app.openapi_schema

    return document
