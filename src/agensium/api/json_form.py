"""Requests without a file in them: the fields of the form as one JSON object."""

from typing import Final

import msgspec
from msgspec import Raw
from python_multipart.multipart import parse_options_header
from starlette.requests import Request

from agensium.api.intake import MAX_TEXT_BYTES, Form
from agensium.core.errors import InvalidRequest

HINT: Final = 'Send one object, such as {"source": "https://example.org/table.csv", "params": {}}.'


def is_json(request: Request) -> bool:
    """Whether the body of a request is said to be JSON."""
    kind, _ = parse_options_header(request.headers.get("content-type", ""))
    return kind == b"application/json"


async def json_form(request: Request, known: frozenset[str]) -> Form:
    """Read a body as a form with these text fields.

    A value that is no text, such as an object with parameters, stands as the text that it is.

    Raises:
        InvalidRequest: it is no object, too long, or has other fields.

    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_TEXT_BYTES:
            raise InvalidRequest("The request is too long.", hint="Send files as forms or uploads.")
    try:
        fields = msgspec.json.decode(bytes(body), type=dict[str, Raw])
    except msgspec.DecodeError as error:
        raise InvalidRequest(f"The request is no JSON object: {error}.", hint=HINT) from error
    strange = sorted(fields.keys() - known)
    if strange:
        told = ", ".join(sorted(known))
        raise InvalidRequest(f"There is no field '{strange[0][:64]}'.", hint=f"There are: {told}.")
    return Form(texts={name: _text(value) for name, value in fields.items()})


def _text(value: Raw) -> str:
    plain = msgspec.json.decode(value)
    if plain is None:
        return ""
    return plain if isinstance(plain, str) else bytes(value).decode()
