"""The files of a request: in the form, as uploads that are here already, or at an address."""

from typing import Any, Final

from ulid import ULID

from agensium.agents.agent import Agent
from agensium.api.intake import Form
from agensium.core.errors import InvalidRequest
from agensium.storage.source_rules import name_of
from agensium.tasks.receive import Received
from agensium.tasks.uploads.use import received
from agensium.wiring import Services

UPLOAD_ID: Final = "upload_id"
SOURCE: Final = "source"


def input_fields(agent: Agent[Any]) -> frozenset[str]:
    """Return the text fields that stand for files."""
    return frozenset({*_fields(agent, UPLOAD_ID), *_fields(agent, SOURCE)})


def files_of(services: Services, agent: Agent[Any], form: Form) -> dict[str, Received]:
    """Return the files of a form, by role.

    Raises:
        InvalidRequest: one comes twice, or an address is none.
        SourceNotAllowed: the operator does not allow an address.
        NotFound: there is no such upload.

    """
    files = dict(form.files)
    for field, role in _fields(agent, UPLOAD_ID).items():
        if text := form.texts.get(field, "").strip():
            _require_one(files, role)
            files[role] = received(services.uploads, services.workspace_id, text)
    for field, role in _fields(agent, SOURCE).items():
        if text := form.texts.get(field, "").strip():
            _require_one(files, role)
            files[role] = _source(services, text)
    return files


def _require_one(files: dict[str, Received], role: str) -> None:
    if role in files:
        raise InvalidRequest(
            f"The file '{role}' comes twice.",
            hint="Send the file itself, or name an upload, or give an address.",
        )


def _source(services: Services, address: str) -> Received:
    services.sources.rules.check(address)
    return Received(
        name=name_of(address), object_key=f"uploads/{ULID()}", bytes=0, sha256="", source=address
    )


def _fields(agent: Agent[Any], kind: str) -> dict[str, str]:
    """Return the fields of this kind, and the roles of the files that they stand for."""
    fields = {f"{role.name}_{kind}": role.name for role in agent.inputs}
    return {kind: agent.inputs[0].name, **fields}
