"""Handing over a file: one route for each agent, all made from its declaration."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from agensium.agents.agent import Agent
from agensium.agents.registry import AGENTS
from agensium.api.answers import answer, documented, problems, root_of
from agensium.api.deps import ServicesDep
from agensium.api.intake import Form, Intake
from agensium.api.schemas import ticket
from agensium.tasks.submit import Submission, submit
from agensium.wiring import Services

PARAMS: Final = "params"
POLL_SECONDS: Final = 1

router = APIRouter(tags=["submit"])


async def accept(services: Services, agent: Agent[Any], request: Request) -> str:
    """Take a form in and write its task; return the task's id.

    Raises:
        AgensiumError: the request was refused; nothing of it stays behind.

    """
    async with Intake(services, texts=frozenset({PARAMS})) as intake:
        form = await intake.take(request)
        task_id = await run_in_threadpool(_submit, services, agent, form)
        intake.keep()
    return task_id


def _submit(services: Services, agent: Agent[Any], form: Form) -> str:
    submission = Submission(
        workspace_id=services.workspace_id,
        agent=agent,
        params=agent.parse_params(form.texts.get(PARAMS, "")),
        files=form.files,
    )
    return submit(services.database, services.bell, submission, services.clock)


def _endpoint(agent: Agent[Any]) -> Callable[[Request, ServicesDep], Awaitable[Response]]:
    async def submit_file(request: Request, services: ServicesDep) -> Response:
        task_id = await accept(services, agent, request)
        given = ticket(task_id, root_of(request))
        headers = {"Location": given.links.self, "Retry-After": str(POLL_SECONDS)}
        return answer(given, 202, headers)

    return submit_file


def _form_schema(agent: Agent[Any]) -> dict[str, Any]:
    files = {
        role.name: {"type": "string", "format": "binary", "description": role.summary}
        for role in agent.inputs
    }
    params = {"$ref": f"#/components/schemas/{agent.params.__name__}"}
    schema = {
        "type": "object",
        "properties": {**files, PARAMS: params},
        "required": [role.name for role in agent.inputs if role.required],
    }
    encoding = {PARAMS: {"contentType": "application/json"}}
    content = {"multipart/form-data": {"schema": schema, "encoding": encoding}}
    return {"requestBody": {"required": True, "content": content}}


for _agent in AGENTS:
    router.add_api_route(
        f"/{_agent.name}/async",
        _endpoint(_agent),
        methods=["POST"],
        status_code=202,
        operation_id=f"submit_{_agent.name}",
        summary=_agent.summary,
        response_class=Response,
        responses={
            202: documented("Ticket", "Accepted: the task will reach exactly one final state."),
            **problems(413, 415, 422, 503),
        },
        openapi_extra=_form_schema(_agent),
    )
