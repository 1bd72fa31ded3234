"""What endpoints ask for."""

from typing import Annotated

from fastapi import Depends, Request

from agensium.tasks.queries import get_task
from agensium.tasks.views import TaskView
from agensium.wiring import Services


def services_of(request: Request) -> Services:
    """Return the services that this application was made with."""
    services = request.app.state.services
    if not isinstance(services, Services):
        raise TypeError("The application was made without services.")
    return services


ServicesDep = Annotated[Services, Depends(services_of)]


def owned_task(task_id: str, services: ServicesDep) -> TaskView:
    """Return the caller's task.

    Raises:
        NotFound: the caller has no such task.

    """
    with services.database.read() as session:
        return get_task(session, services.workspace_id, task_id)


OwnedTask = Annotated[TaskView, Depends(owned_task)]
