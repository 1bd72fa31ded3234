"""Who runs the tasks."""

from datetime import datetime

from fastapi import APIRouter
from msgspec import Struct
from starlette.responses import Response

from agensium.api.answers import answer, documented, problems
from agensium.api.deps import ServicesDep
from agensium.tasks.workers import list_workers


class WorkerOut(Struct, frozen=True, kw_only=True):
    """A process that runs tasks.

    Attributes:
        name: the machine's name and the process's number there.
        version: of the program.
        status: ``alive``, or ``lost`` when it has been silent for a while.
        slots: how many tasks it runs at the same time.
        running: how many it ran when it was last heard of.
        started_at: when it began.
        seen_at: when it was last heard of.

    """

    name: str
    version: str
    status: str
    slots: int
    running: int
    started_at: datetime
    seen_at: datetime


class WorkerList(Struct, frozen=True, kw_only=True):
    """All workers, by name."""

    workers: tuple[WorkerOut, ...]


router = APIRouter(tags=["service"])


@router.get("/workers", responses={200: documented("WorkerList", "All workers"), **problems(503)})
def workers(services: ServicesDep) -> Response:
    """List the workers: those that live, and those that were lost within the last hour."""
    with services.database.read() as session:
        found = list_workers(session, services.clock())
    return answer(
        WorkerList(
            workers=tuple(
                WorkerOut(
                    name=each.name,
                    version=each.version,
                    status="alive" if each.alive else "lost",
                    slots=each.slots,
                    running=each.running,
                    started_at=each.started_at,
                    seen_at=each.seen_at,
                )
                for each in found
            )
        )
    )
