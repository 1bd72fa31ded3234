"""The published JSON Schema of a report."""

from typing import Any, Final

import msgspec

from agensium.core.report import REPORT_SCHEMA, Report

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def report_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) that every report in JSON is valid against."""
    schema = msgspec.json.schema(Report)
    return {"$schema": DIALECT, "$id": f"urn:{REPORT_SCHEMA.replace('/', ':')}", **schema}


def encode_schema() -> bytes:
    """Return the schema as JSON for people to read; equal versions give equal bytes."""
    return msgspec.json.format(msgspec.json.encode(report_schema()), indent=2) + b"\n"
