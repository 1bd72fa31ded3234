import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from agensium.core.report import Report, encode_report
from agensium.core.schema import encode_schema, report_schema
from tests.exports.reports import FULL, HOSTILE, wide

PUBLISHED = Path(__file__).parents[2] / "docs" / "schema" / "report.json"


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    schema = report_schema()
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def test_the_published_schema_is_the_one_in_use() -> None:
    assert PUBLISHED.read_bytes() == encode_schema()


@pytest.mark.parametrize("report", [FULL, HOSTILE, wide(12)], ids=["full", "hostile", "wide"])
def test_reports_are_valid_against_the_schema(
    report: Report, validator: Draft202012Validator
) -> None:
    validator.validate(json.loads(encode_report(report)))


@pytest.mark.parametrize(
    ("place", "value"),
    [("verdict", 7), ("source", None), ("findings", [{"rule": "x"}]), ("agent", "profile")],
)
def test_other_documents_are_not_valid(
    place: str, value: Any, validator: Draft202012Validator
) -> None:
    document = json.loads(encode_report(FULL))
    document[place] = value
    with pytest.raises(ValidationError):
        validator.validate(document)
