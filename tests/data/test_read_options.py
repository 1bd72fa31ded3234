"""What may be said about reading is one list, in the API, on the command line and on the page."""

import re
from typing import Any

import msgspec
import pytest

from agensium.agents.registry import AGENTS
from agensium.core.errors import InvalidParams
from agensium.data.read_options import (
    form_of_read,
    read_from_form,
    read_options,
    with_read,
)
from agensium.data.reading import ReadParams
from agensium.ui.pages import render_home
from tests.cli.harness import agensium
from tests.ui.literals import EMPTY_HOME

NAMES = list(ReadParams.__struct_fields__)
FULL: dict[str, object] = {
    "delimiter": "\t", "quote": "", "escape": "\\", "encoding": "windows-1252", "header": False,
    "header_rows": 0, "skip_lines": 3, "comment": "#", "missing": ["n/a", "-"], "member": "a/b.csv",
    "sheet": "Prices 2024", "range": "B3:F200",
}  # fmt: skip


def test_the_api_takes_them_all() -> None:
    for agent in AGENTS:
        schema: dict[str, Any] = agent.params_schema()["$defs"]["ReadParams"]
        assert list(schema["properties"]) == NAMES
        assert all(each["description"] for each in schema["properties"].values())


@pytest.mark.parametrize("command", ["submit", *(agent.name for agent in AGENTS)])
def test_the_commands_take_them_all(command: str) -> None:
    shown = agensium(command, "--help").stdout.decode()
    flags = [f"--{name.replace('_', '-')}" for name in NAMES]
    options = re.findall(r"^  (?:-\w, )?(--[\w-]+)", shown, re.MULTILINE)
    assert [flag for flag in options if flag in flags] == flags


def test_the_page_takes_them_all() -> None:
    fields = re.findall(
        r'<(?:input|select|textarea)[^>]* name="read\.(\w+)"', render_home(EMPTY_HOME)
    )
    assert fields == NAMES


def test_every_option_says_what_it_is() -> None:
    assert [option.name for option in read_options()] == NAMES
    assert all(option.help.endswith(".") for option in read_options())
    kinds = {option.name: option.kind for option in read_options()}
    assert kinds["delimiter"] == kinds["quote"] == kinds["escape"] == "mark"
    assert kinds["header"] == "choice"
    assert kinds["header_rows"] == kinds["skip_lines"] == "number"
    assert kinds["missing"] == "list"


def test_what_a_form_says_comes_back_in_a_form() -> None:
    form = form_of_read(FULL)
    assert form["read.delimiter"] == "tab"
    assert form["read.quote"] == "none"
    assert read_from_form(form) == FULL
    assert msgspec.convert(FULL, ReadParams).delimiter == "\t"


def test_an_empty_field_says_nothing() -> None:
    assert read_from_form(dict.fromkeys(form_of_read(FULL), "")) == {}


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("delimiter", "semicolon", ";"), ("delimiter", "\\t", "\t"), ("delimiter", " ", " "),
        ("quote", "None", ""), ("quote", "'", "'"), ("comment", "none", ""),
        ("header", "Yes", True),
        ("encoding", "none", "none"), ("missing", "none\r\n\r\nx", ["none", "", "x"]),
    ],
)  # fmt: skip
def test_words_stand_for_what_cannot_be_typed(field: str, text: str, value: object) -> None:
    assert read_from_form({f"read.{field}": text}) == {field: value}


@pytest.mark.parametrize(
    ("field", "text"), [("header", "perhaps"), ("skip_lines", "three"), ("header_rows", "1.5")]
)
def test_what_means_nothing_is_refused(field: str, text: str) -> None:
    with pytest.raises(InvalidParams, match=f"^read.{field}: '{text}' is "):
        read_from_form({f"read.{field}": text})


def test_options_join_the_parameters() -> None:
    given = '{"pairs": false, "read": {"header": true}}'
    joined = msgspec.json.decode(with_read(given, {"delimiter": ";"}))
    assert joined == {"pairs": False, "read": {"header": True, "delimiter": ";"}}
    assert with_read("", {}) == ""
    assert with_read("{oops", {"header": True}) == "{oops"
    with pytest.raises(InvalidParams, match=r"^read\.header is given twice"):
        with_read(given, {"header": False})
