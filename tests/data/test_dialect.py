"""How delimited text is found out: delimiter, quote, header."""

from pathlib import Path

import pytest

from agensium.core.errors import NotATable
from agensium.data.reading import ReadParams
from agensium.data.text import Sniffed, sniff


def found(folder: Path, text: str, **read: str) -> Sniffed:
    path = folder / "x"
    path.write_bytes(text.encode())
    return sniff(path, ReadParams(**read))  # type: ignore[arg-type]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^", "~", "||", "\x1f", "§"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    rows = [("id", "name", "price"), ("1", "a b", "1.5"), ("2", "c", "2.5")]
    text = "".join(delimiter.join(row) + "\n" for row in rows)
    sniffed = found(tmp_path, text)
    assert (sniffed.plan.delimiter, sniffed.header_rows, sniffed.rival) == (delimiter, 1, None)


def test_a_delimiter_within_quotes_does_not_count(tmp_path: Path) -> None:
    text = 'id;text\n1;"a, b, c"\n2;"d, e, f"\n3;"g, h, i"\n'
    assert found(tmp_path, text).plan.delimiter == ";"


def test_a_decimal_comma_is_no_delimiter(tmp_path: Path) -> None:
    text = "id;price\n1;1,50\n2;2,75\n3;3,00\n"
    assert found(tmp_path, text).plan.delimiter == ";"


def test_line_ends_of_all_kinds(tmp_path: Path) -> None:
    for end in ("\n", "\r\n", "\r"):
        assert found(tmp_path, f"a;b{end}1;2{end}3;4{end}").plan.delimiter == ";"


def test_a_file_that_reads_two_ways_is_ambiguous(tmp_path: Path) -> None:
    assert found(tmp_path, "a,b;c\n1,2;3\n4,5;6\n").rival


def test_one_column_is_a_table(tmp_path: Path) -> None:
    sniffed = found(tmp_path, "name\nAnna\nBob\n")
    assert (sniffed.header_rows, sniffed.plan.width, sniffed.rival) == (1, 1, None)


def test_prose_is_no_table_unless_the_user_says_so(tmp_path: Path) -> None:
    prose = "It was a bright cold day in April and the clocks were striking.\n" * 5
    with pytest.raises(NotATable, match="without rows and columns"):
        found(tmp_path, prose)
    assert found(tmp_path, prose, delimiter=",").plan.delimiter == ","


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("id,name\n1,a\n2,b\n", True),
        ("1,a\n2,b\n3,c\n", False),
        ("a,b\nc,d\n", True),
        ("2019,2020,country\n1,2,x\n3,4,y\n", True),
        ("date,n\n2026-01-01,1\n2026-01-02,2\n", True),
        ("id,name\n", True),
    ],
)
def test_the_header_is_found(tmp_path: Path, text: str, header: bool) -> None:  # noqa: FBT001 - an expectation
    assert (found(tmp_path, text).header_rows > 0) is header
