"""Answers: structs as JSON."""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response


def answer(
    value: Struct | tuple[Struct, ...], status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Return a value as a JSON response."""
    return Response(
        msgspec.json.encode(value),
        status_code=status,
        media_type="application/json",
        headers=headers,
    )


def root_of(request: Request) -> str:
    """Return the path that the service lives under, without a slash at the end."""
    return str(request.scope.get("root_path", "")).rstrip("/")


def documented(name: str, description: str) -> dict[str, Any]:
    """Return the OpenAPI description of an answer with the schema of this name."""
    schema = {"$ref": f"#/components/schemas/{name}"}
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI descriptions of problems with these statuses."""
    schema = {"$ref": "#/components/schemas/Problem"}
    content = {"application/problem+json": {"schema": schema}}
    return {status: {"description": "Problem", "content": content} for status in statuses}
