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
from agensium.api.intake import Form, Intake
from agensium.api.schemas import ticket
from agensium.core.errors import InvalidRequest
from agensium.tasks.accept import accept
from agensium.tasks.receive import Received
from agensium.tasks.repeats import parse_key
from agensium.tasks.states import Priority
from agensium.tasks.submission import Accepted, Submission
from agensium.tasks.uploads.use import received
from agensium.tasks.webhooks.manage import Callback, make_callback
from agensium.wiring import Services

PARAMS: Final = "params"
UPLOAD_ID: Final = "upload_id"
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
    texts = frozenset({PARAMS, WEBHOOK_URL, WEBHOOK_SECRET, *_upload_fields(agent)})
    async with Intake(services, texts=texts) as intake:
        form = await intake.take(request)
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
        files=_files(services, agent, form),
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


def _upload_fields(agent: Agent[Any]) -> dict[str, str]:
    """Return the fields that name uploads instead of holding files, and the roles of these."""
    fields = {f"{role.name}_{UPLOAD_ID}": role.name for role in agent.inputs}
    return {UPLOAD_ID: agent.inputs[0].name, **fields}


def _files(services: Services, agent: Agent[Any], form: Form) -> dict[str, Received]:
    files = dict(form.files)
    for field, role in _upload_fields(agent).items():
        if field not in form.texts:
            continue
        if role in files:
            raise InvalidRequest(f"The file '{role}' comes twice: in the form and as an upload.")
        files[role] = received(services.uploads, services.workspace_id, form.texts[field].strip())
    return files


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
    uploads = {
        UPLOAD_ID: {"type": "string", "description": "A complete upload, instead of the file."}
    }
    webhooks = {
        WEBHOOK_URL: {"type": "string", "description": "Hears when the task is over."},
        WEBHOOK_SECRET: {"type": "string", "description": "Signs what it hears: `whsec_…`."},
    }
    schema = {
        "type": "object",
        "properties": {**files, **uploads, **webhooks, PARAMS: params},
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
