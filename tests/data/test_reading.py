"""What may be said about how a file is read, and what can never work."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from agensium.agents.registry import find_agent
from agensium.core.errors import InvalidParams
from agensium.data.dataset import Dataset
from agensium.data.reading import ReadParams

PROFILE = find_agent("profile")


def parse(**read: Any) -> Any:
    return PROFILE.parse_params(msgspec.json.encode({"read": read})).read


@pytest.mark.parametrize("name", ["delimiter", "quote"])
@pytest.mark.parametrize("char", ["\n", "\r", "\0", "\x1f", "\x7f", "é", "€", "a", "Z", "0"])
def test_a_character_that_no_file_can_be_read_with_is_refused(name: str, char: str) -> None:
    with pytest.raises(InvalidParams, match=f"read.{name} cannot be .*; it is a tab or one"):
        parse(**{name: char})


@pytest.mark.parametrize(
    "read", [{"delimiter": '"'}, {"delimiter": ";", "quote": ";"}, {"delimiter": ",", "quote": ","}]
)
def test_delimiter_and_quote_cannot_be_the_same(read: dict[str, str]) -> None:
    with pytest.raises(InvalidParams, match=r"cannot both be .*choose another quote"):
        parse(**read)


@pytest.mark.parametrize(
    "read", [{"delimiter": ""}, {"delimiter": "::"}, {"quote": "''"}, {"delimiter": 1}]
)
def test_it_is_one_character(read: dict[str, Any]) -> None:
    with pytest.raises(InvalidParams):
        parse(**read)


@pytest.mark.parametrize("char", [",", ";", "\t", "|", " ", ":", "^", "~", "\\", "]", "-", "`"])
def test_a_delimiter_that_can_be(tmp_path: Path, char: str) -> None:
    (tmp_path / "x").write_text(f"id{char}x\n1{char}2\n3{char}4\n")
    table = Dataset(path=tmp_path / "x", name="x").scan(parse(delimiter=char))
    assert [column.name for column in table.profile.columns] == ["id", "x"]


@pytest.mark.parametrize("char", ["'", '"', "`", "|", ",", ""])
def test_a_quote_that_can_be(tmp_path: Path, char: str) -> None:
    rows = "".join(f"{n};{char}{n}{char}\n" for n in range(4))
    (tmp_path / "x").write_text(f"id;x\n{rows}")
    table = Dataset(path=tmp_path / "x", name="x").scan(parse(quote=char))
    assert (table.source.delimiter, table.source.quote) == (";", char or None)
    assert [column.kind for column in table.profile.columns] == ["integer", "integer"]


def test_a_quote_of_ones_own_encloses_delimiters(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("id;x\n1;'a,b,c'\n2;'d,e,f'\n3;'g;h'\n")
    table = Dataset(path=tmp_path / "x", name="x").scan(ReadParams(quote="'"))
    assert (table.source.delimiter, len(table.profile.columns)) == (";", 2)


def test_a_quote_is_never_taken_for_the_delimiter(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("id,x\n1,2\n")
    table = Dataset(path=tmp_path / "x", name="x").scan(ReadParams(quote=","))
    assert table.source.delimiter != ","


def test_the_schema_says_the_same() -> None:
    read = msgspec.json.schema(ReadParams)["$defs"]["ReadParams"]["properties"]
    assert "pattern" in str(read["delimiter"])
    assert "pattern" in str(read["quote"])
