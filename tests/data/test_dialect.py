import pytest

from agensium.core.errors import NotATable
from agensium.data.dialect import find_dialect


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    rows = [("id", "name", "price"), ("1", "a b", "1.5"), ("2", "c", "2.5")]
    text = "".join(delimiter.join(row) + "\n" for row in rows)
    found = find_dialect(text)
    assert (found.delimiter, found.header, found.reading) == (delimiter, True, "detected")


def test_a_delimiter_within_quotes_does_not_count() -> None:
    text = 'id;text\n1;"a, b, c"\n2;"d, e, f"\n3;"g, h, i"\n'
    assert find_dialect(text).delimiter == ";"


def test_a_decimal_comma_is_no_delimiter() -> None:
    text = "id;price\n1;1,50\n2;2,75\n3;3,00\n"
    assert find_dialect(text).delimiter == ";"


def test_line_ends_of_all_kinds() -> None:
    for end in ("\n", "\r\n", "\r"):
        assert find_dialect(f"a;b{end}1;2{end}3;4{end}").delimiter == ";"


def test_a_file_that_reads_two_ways_is_ambiguous() -> None:
    found = find_dialect("a,b;c\n1,2;3\n4,5;6\n")
    assert found.reading == "ambiguous"
    assert "read.delimiter" in found.notes[0]


def test_one_column_is_a_table() -> None:
    found = find_dialect("name\nAnna\nBob\n")
    assert (found.header, found.reading) == (True, "detected")


def test_prose_is_no_table_unless_the_user_says_so() -> None:
    prose = "It was a bright cold day in April and the clocks were striking.\n" * 5
    with pytest.raises(NotATable, match="without rows and columns"):
        find_dialect(prose)
    assert find_dialect(prose, ",").delimiter == ","


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("id,name\n1,a\n2,b\n", True),
        ("1,a\n2,b\n3,c\n", False),
        ("a,b\nc,d\n", True),
        ("2019,2020,country\n1,2,x\n3,4,y\n", False),
        ("date,n\n2026-01-01,1\n2026-01-02,2\n", True),
        ("id,name\n", True),
    ],
)
def test_the_header_is_found(text: str, header: bool) -> None:  # noqa: FBT001 - an expectation
    assert find_dialect(text).header is header
