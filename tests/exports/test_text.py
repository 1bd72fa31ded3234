import pytest

from agensium.exports.anchors import anchors, link
from agensium.exports.text import Piece, cut, pieces, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("", ""),
        ("abc\u202egpj", "abc⟨U+202E⟩gpj"),
        ("a\x1b[31m", "a⟨U+001B⟩[31m"),
        ("a\nb\tc\x00", "a↵b⇥c⟨U+0000⟩"),
        (" a b ", "␣a b␣"),
        ("   ", "␣␣␣"),
        ("1\u00a0000", "1⟨U+00A0⟩000"),
        ("a\u200bb", "a⟨U+200B⟩b"),
        ("a\u200db", "a⟨U+200D⟩b"),
        ("👩\u200d💻", "👩\u200d💻"),
        ("שלום", "שלום"),
        ("\ufeffid", "⟨U+FEFF⟩id"),
    ],
)
def test_what_cannot_be_seen_is_named(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_pieces_tell_names_from_text() -> None:
    assert pieces("a\u202e\u202eb") == (
        Piece("a"),
        Piece("U+202E", hidden=True),
        Piece("U+202E", hidden=True),
        Piece("b"),
    )


def test_long_text_is_cut() -> None:
    assert cut("x" * 1_000_000, 5) == "xxxx…"
    assert cut("12345", 5) == "12345"


def test_anchors_are_readable_and_unique() -> None:
    names = ["dep_time", "Dep Time", "", "Größe", "x" * 100, "dep-time-2"]
    assert anchors(names) == (
        "col-dep-time",
        "col-dep-time-2",
        "col-unnamed",
        "col-größe",
        "col-" + "x" * 60,
        "col-dep-time-2-2",
    )


def test_links_are_addresses() -> None:
    assert link("col-größe") == "#col-gr%C3%B6%C3%9Fe"
