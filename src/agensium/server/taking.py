"""Tasks that the pages ask for: on a file or an address, or on the file of another task."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from agensium.agents.agent import Agent
from agensium.agents.masking import MASK, SHOW_PERSONAL, showing_personal
from agensium.agents.registry import AGENTS, find_agent
from agensium.api.inputs import files_of, input_fields
from agensium.api.intake import Form, Intake
from agensium.data.read_options import READ, read_from_form, read_options, with_read
from agensium.tasks.accept import accept
from agensium.tasks.again import Given, given_to
from agensium.tasks.receive import Received
from agensium.tasks.submission import Submission
from agensium.tasks.submit import submit
from agensium.wiring import Services

AGENT: Final = "agent"


async def take(services: Services, request: Request) -> str:
    """Take the form of the home page in; return the new task's id.

    Raises:
        AgensiumError: it was refused; nothing of it stays behind.

    """
    async with Intake(services, texts=frozenset({AGENT}) | _fields()) as intake:
        form = await intake.take(request)
        task_id = await run_in_threadpool(_submit_form, services, form)
        intake.keep()
    return task_id


async def take_again(services: Services, request: Request, task_id: str) -> str:
    """Let the file of a task be read as a form says; return the id of a further task.

    Raises:
        NotFound: there is no such task.
        Expired: its file was deleted because of its age.
        InvalidParams: nothing can be read so.

    """
    async with Intake(services, texts=_fields()) as intake:
        form = await intake.take(request)
    return await run_in_threadpool(_accept_again, services, task_id, form)


def start(services: Services, agent: Agent[Any], params: str, files: Mapping[str, Received]) -> str:
    """Write a task and tell the workers; return its id."""
    asked = Submission(services.workspace_id, agent, agent.parse_params(params), files)
    return submit(services.database, services.bell, asked, services.clock)


def _submit_form(services: Services, form: Form) -> str:
    agent = find_agent(form.texts.get(AGENT, AGENTS[0].name))
    params = with_read("", read_from_form(form.texts))
    params = showing_personal(params) if form.texts.get(SHOW_PERSONAL) else params
    return start(services, agent, params, files_of(services, agent, form))


def _accept_again(services: Services, task_id: str, form: Form) -> str:
    with services.database.read() as session:
        given = given_to(session, services.workspace_id, task_id)
    agent = find_agent(given.agent)
    params = agent.parse_params(_params(given, form))
    asked = Submission(services.workspace_id, agent, params, given.files, reuse=True)
    return accept(services.database, services.storage, services.bell, asked, services.clock).task_id


def _params(given: Given, form: Form) -> bytes:
    """Return the parameters of a task with those of a form instead of its own."""
    own = msgspec.json.decode(given.params)
    if MASK in own:
        own[MASK] = not form.texts.get(SHOW_PERSONAL)
    return msgspec.json.encode({**own, READ: read_from_form(form.texts)})


def _fields() -> frozenset[str]:
    texts = frozenset(option.field for option in read_options())
    return texts.union({SHOW_PERSONAL}, *(input_fields(agent) for agent in AGENTS))
