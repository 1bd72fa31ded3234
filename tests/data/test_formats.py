import pytest

from agensium.core.errors import EmptyFile, UnsupportedFormat
from agensium.data.formats import FORMATS, may_be_structured, require_text


@pytest.mark.parametrize(
    "head",
    [
        b"a,b\n1,2\n",
        b"\xef\xbb\xbfa,b\n",
        "naïve;ümlaut\n".encode(),
        b"x",
        b"[a]\n",
        b"a\tb\n",
        b"\xff\xfea\x00,\x00",
        b"a\x00,\x00b\x00\n\x00",
        b"\x1f\x8b\x08rest",
        b"PK\x03\x04rest",
        b"BMI,age\n1,2\n",
        b"ORCHARD,n\n1,2\n",
        "名前,年\n".encode("iso2022_jp"),
    ],
)
def test_text_is_accepted(head: bytes) -> None:
    require_text(head)


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"PK\x03\x04....[Content_Types].xml", "office document"),
        (b"%PDF-1.4", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b"\x00\x01\x02\x03" * 9, "binary"),
    ],
)
def test_everything_else_is_refused_by_name(head: bytes, name: str) -> None:
    with pytest.raises(UnsupportedFormat, match=name) as refused:
        require_text(head)
    assert refused.value.hint


@pytest.mark.parametrize(
    ("head", "answer"),
    [
        (b"PAR1", True),
        (b"Obj\x01", True),
        (b"SQLite format 3\0", True),
        (b"ORC\0", True),
        (b"ORCHARD,n\n", False),
        (b"PK\x03\x04", True),
        (b'\n {"a": 1}', True),
        (b"42", True),
        (b"a,b\n", False),
    ],
)
def test_what_may_be_structured_is_looked_at(head: bytes, answer: bool) -> None:  # noqa: FBT001
    assert may_be_structured(head) is answer


@pytest.mark.parametrize("head", [b"", b"  \r\n\t", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n"])
def test_nothing_is_an_empty_file(head: bytes) -> None:
    with pytest.raises(EmptyFile):
        require_text(head)


def test_every_name_reads_well() -> None:
    for known in FORMATS:
        article, _, noun = known.name.partition(" ")
        assert article == ("an" if noun[0] in "AEIOo" or noun[:2] == "SQ" else "a")
