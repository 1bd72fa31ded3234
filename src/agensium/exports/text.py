"""Values of strangers as they may be shown: cut, and with everything invisible made visible."""

import unicodedata
from typing import Final

from msgspec import Struct

ELLIPSIS: Final = "…"
BLANK: Final = "␣"
LAST_ASCII: Final = "~"
MAX_TEXT_CHARS: Final = 400
MAX_SHORT_CHARS: Final = 40

_MARKS: Final = {"\n": "↵", "\t": "⇥"}
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
_JOINERS: Final = frozenset("\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}")


class Piece(Struct, frozen=True):
    """A stretch of text, or the visible name of a character that cannot be seen."""

    text: str
    hidden: bool = False


def cut(text: str, limit: int = MAX_TEXT_CHARS) -> str:
    """Return the text, or its beginning and an ellipsis when it is longer than the limit."""
    return text if len(text) <= limit else text[: limit - 1] + ELLIPSIS


def pieces(text: str, limit: int = MAX_TEXT_CHARS) -> tuple[Piece, ...]:
    """Split a value into what can be seen and the names of what cannot.

    Control characters, direction overrides, zero-width characters and unusual blanks are named;
    so are blanks at both ends. Joiners between letters of scripts that need them stay.
    """
    short = cut(text, limit)
    shown: list[Piece] = []
    start = len(short) - len(short.lstrip(" "))
    end = len(short.rstrip(" "))
    for index, char in enumerate(short):
        at_end = char == " " and (index < start or index >= end)
        name = BLANK if at_end else _name(char, short[index - 1] if index else "")
        _append(shown, Piece(name or char, hidden=name is not None))
    return tuple(shown)


def visible(text: str, limit: int = MAX_TEXT_CHARS) -> str:
    """Return a value as plain text with everything invisible made visible."""
    return "".join(
        f"⟨{piece.text}⟩" if piece.hidden and piece.text.startswith("U+") else piece.text
        for piece in pieces(text, limit)
    )


def _name(char: str, before: str) -> str | None:
    if " " <= char <= LAST_ASCII or (char in _JOINERS and before > LAST_ASCII):
        return None
    category = unicodedata.category(char)
    if category in _INVISIBLE or category == "Zs":
        return _MARKS.get(char, f"U+{ord(char):04X}")
    return None


def _append(shown: list[Piece], piece: Piece) -> None:
    last = shown[-1] if shown else None
    if last is not None and last.hidden == piece.hidden and not piece.text.startswith("U+"):
        shown[-1] = Piece(last.text + piece.text, piece.hidden)
    else:
        shown.append(piece)
