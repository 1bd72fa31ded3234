"""The service itself: its health and its agents."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from agensium import __version__
from agensium.agents.registry import AGENTS
from agensium.api.answers import answer, documented, root_of
from agensium.api.deps import ServicesDep
from agensium.api.schemas import AgentInputOut, AgentOut, Check, Health
from agensium.core.errors import AgensiumError
from agensium.db.migrate import require_current
from agensium.wiring import Services

WORKING = Check(status="ok")
NOT_WORKING = Check(status="degraded", detail="The embedded worker is starting again.")

router = APIRouter(tags=["service"])


@router.get("/health", responses={200: documented("Health", "The process lives")})
async def health() -> Response:  # takes no thread: those may all wait for a part that is silent
    """Say that this process lives; nothing else is asked."""
    return answer(Health(status="ok", version=__version__))


@router.get(
    "/ready",
    responses={
        200: documented("Health", "Work is accepted; `degraded` without a broker"),
        503: documented("Health", "Database or storage does not answer"),
    },
)
def ready(request: Request, services: ServicesDep) -> Response:
    """Say whether work is accepted: that needs the database and the storage.

    A broker that does not answer degrades the service: work is accepted and begins later.
    """
    checks = {
        "database": _check(services, "database"),
        "storage": _check(services, "storage"),
        "broker": _check(services, "broker"),
    }
    companion = request.app.state.companion
    if companion is not None:
        checks["worker"] = WORKING if companion.is_alive() else NOT_WORKING
    if any(checks[name].status != "ok" for name in ("database", "storage")):
        return answer(Health(status="unavailable", version=__version__, checks=checks), 503)
    status = "ok" if all(check.status == "ok" for check in checks.values()) else "degraded"
    return answer(Health(status=status, version=__version__, checks=checks))


@router.get("/agents", responses={200: {"description": "All agents"}})
def agents(request: Request) -> Response:
    """List the agents, what they take and how they are called."""
    return answer(
        tuple(
            AgentOut(
                name=agent.name,
                version=agent.version,
                title=agent.title,
                summary=agent.summary,
                inputs=tuple(
                    AgentInputOut(name=role.name, summary=role.summary, required=role.required)
                    for role in agent.inputs
                ),
                params_schema=agent.params_schema(),
                submit=f"{root_of(request)}/{agent.name}/async",
            )
            for agent in AGENTS
        )
    )


def _check(services: Services, part: str) -> Check:
    try:
        if part == "database":
            require_current(services.database)
        elif part == "storage":
            services.storage.ping()
        elif not services.bell.is_connected():
            return Check(status="degraded", detail="The broker does not answer.")
    except AgensiumError as error:
        return Check(status="unavailable", detail=error.message)
    return Check(status="ok")
