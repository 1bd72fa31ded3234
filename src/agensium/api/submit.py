"""Handing over a file: one route for each agent, all made from its declaration."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Header, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from agensium.agents.agent import Agent
from agensium.agents.registry import AGENTS
from agensium.api.answers import answer, documented, problems, root_of
from agensium.api.deps import ServicesDep
from agensium.api.inputs import SOURCE, UPLOAD_ID, files_of, input_fields
from agensium.api.intake import Form, Intake
from agensium.api.json_form import is_json, json_form
from agensium.api.schemas import ticket
from agensium.core.errors import InvalidRequest
from agensium.tasks.accept import accept
from agensium.tasks.repeats import parse_key
from agensium.tasks.states import Priority
from agensium.tasks.submission import Accepted, Submission
from agensium.tasks.webhooks.manage import Callback, make_callback
from agensium.wiring import Services

PARAMS: Final = "params"
WEBHOOK_URL: Final = "webhook_url"
WEBHOOK_SECRET: Final = "webhook_secret"  # noqa: S105 - a field's name
POLL_SECONDS: Final = 1

router = APIRouter(tags=["submit"])


@dataclass(frozen=True)
class Wishes:
    """What a sender may wish for beside the parameters of the agent."""

    priority: Annotated[
        Priority, Query(description="How urgent it is among the tasks of the workspace.")
    ] = Priority.NORMAL
    reuse: Annotated[
        bool,
        Query(
            description="Whether the stored report on the same file, made by the same code "
            "with the same parameters, may answer; the answer then names its task in `reused_from`."
        ),
    ] = True
    idempotency_key: Annotated[
        str | None,
        Header(
            description="A name of your own for this request, such as a UUID in quotes. The same "
            "request with the same key gives the same task, for 24 hours."
        ),
    ] = None


async def take(services: Services, agent: Agent[Any], request: Request, wishes: Wishes) -> Accepted:
    """Take a form in and find or write its task.

    Raises:
        AgensiumError: the request was refused; nothing of it stays behind.

    """
    key = parse_key(wishes.idempotency_key)
    texts = frozenset({PARAMS, WEBHOOK_URL, WEBHOOK_SECRET}) | input_fields(agent)
    async with Intake(services, texts=texts) as intake:
        form = await (json_form(request, texts) if is_json(request) else intake.take(request))
        accepted = await run_in_threadpool(_accept, services, agent, form, wishes, key)
        if not accepted.repeated:
            intake.keep()
    return accepted


def _accept(
    services: Services, agent: Agent[Any], form: Form, wishes: Wishes, key: str | None
) -> Accepted:
    asked = Submission(
        workspace_id=services.workspace_id,
        agent=agent,
        params=agent.parse_params(form.texts.get(PARAMS, "")),
        files=files_of(services, agent, form),
        callback=_callback(services, form),
        priority=wishes.priority,
        reuse=wishes.reuse,
        key=key,
    )
    return accept(services.database, services.storage, services.bell, asked, services.clock)


def _callback(services: Services, form: Form) -> Callback | None:
    """Return who wants to hear of the task's end."""
    url, secret = form.texts.get(WEBHOOK_URL), form.texts.get(WEBHOOK_SECRET)
    if not url and not secret:
        return None
    if not url or not secret:
        raise InvalidRequest(
            f"The fields '{WEBHOOK_URL}' and '{WEBHOOK_SECRET}' come together.",
            hint="The secret is whsec_ and 24 to 64 random bytes in Base64; the receiver has it.",
        )
    return make_callback(url, secret, services.webhook_rules)


def _endpoint(agent: Agent[Any]) -> Callable[..., Awaitable[Response]]:
    async def submit_file(
        request: Request, services: ServicesDep, wishes: Annotated[Wishes, Depends()]
    ) -> Response:
        accepted = await take(services, agent, request, wishes)
        given = ticket(accepted, root_of(request))
        headers = {"Location": given.links.self, "Retry-After": str(POLL_SECONDS)}
        if accepted.repeated:
            headers["Idempotent-Replayed"] = "true"
        return answer(given, 202, headers)

    return submit_file


def _form_schema(agent: Agent[Any]) -> dict[str, Any]:
    files = {
        role.name: {"type": "string", "format": "binary", "description": role.summary}
        for role in agent.inputs
    }
    params = {"$ref": f"#/components/schemas/{agent.params.__name__}"}
    texts = {
        UPLOAD_ID: "A complete upload, instead of the file.",
        SOURCE: "The address of the file, instead of the file, where the operator allows it.",
        WEBHOOK_URL: "Hears when the task is over.",
        WEBHOOK_SECRET: "Signs what it hears: `whsec_…`.",
    }
    plain = {name: {"type": "string", "description": told} for name, told in texts.items()}
    form = {"type": "object", "properties": {**files, **plain, PARAMS: params}}
    body = {"type": "object", "properties": {**plain, PARAMS: params}}
    encoding = {PARAMS: {"contentType": "application/json"}}
    content = {
        "multipart/form-data": {"schema": form, "encoding": encoding},
        "application/json": {"schema": body},
    }
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
