"""What a user may say about how a file is to be read; the rest is detected."""

import re
from typing import Annotated, Final

from msgspec import Meta, Struct

DEFAULT_QUOTE: Final = '"'
_MARK: Final = r"[\t -/:-@\[-`{-~]"
"""The characters that can separate or enclose values: a tab, or printable ASCII that no number
or word is made of."""

Delimiter = Annotated[
    str, Meta(min_length=1, max_length=1, extra_json_schema={"pattern": f"^{_MARK}$"})
]
Quote = Annotated[str, Meta(max_length=1, extra_json_schema={"pattern": f"^({_MARK})?$"})]


class ReadParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How to read the file; whatever is left out is detected.

    Attributes:
        delimiter: the character between fields.
        quote: the character around fields; an empty text means that quotes have no meaning.
        escape: the character before a quote that is part of a value, where that is not a second
            quote; an empty text means that there is none.
        encoding: the name of the encoding, such as ``utf-8``, ``windows-1252`` or ``shift_jis``.
        header: whether the first record names the columns.
        header_rows: how many records name the columns.
        skip_lines: lines before the header that are no part of the table.
        comment: what lines that are no rows start with; an empty text means that there are none.
        missing: the spellings of "no value", instead of the usual ones.
        member: the file to read, of an archive that holds several.

    """

    delimiter: Delimiter | None = None
    quote: Quote | None = None
    escape: Quote | None = None
    encoding: Annotated[str, Meta(min_length=1, max_length=40)] | None = None
    header: bool | None = None
    header_rows: Annotated[int, Meta(ge=0, le=10)] | None = None
    skip_lines: Annotated[int, Meta(ge=0, le=10_000)] | None = None
    comment: Annotated[str, Meta(max_length=8)] | None = None
    missing: tuple[str, ...] | None = None
    member: Annotated[str, Meta(min_length=1, max_length=1_000)] | None = None

    def __post_init__(self) -> None:
        """Refuse what no file can be read with.

        Raises:
            ValueError: msgspec makes it an error of the parameters.

        """
        for name in ("delimiter", "quote", "escape"):
            _require_mark(name, getattr(self, name))
        if self.delimiter is not None and self.delimiter == self.quote_char:
            raise ValueError(
                f"read.delimiter and read.quote cannot both be {self.delimiter!r}; "
                "choose another quote, or an empty one if quotes have no meaning"
            )
        if self.delimiter is not None and self.delimiter == self.escape:
            raise ValueError(f"read.delimiter and read.escape cannot both be {self.delimiter!r}")
        if self.header is not None and self.header_rows not in {None, int(self.header)}:
            _require_agreement(self.header, self.header_rows)

    @property
    def quote_char(self) -> str | None:
        """The character around fields; None if quotes have no meaning."""
        return DEFAULT_QUOTE if self.quote is None else self.quote or None

    @property
    def wanted_header_rows(self) -> int | None:
        """How many records name the columns; None if that is to be detected."""
        if self.header_rows is not None or self.header is None:
            return self.header_rows
        return int(self.header)


def _require_agreement(header: bool, rows: int | None) -> None:  # noqa: FBT001 - both are given
    if header == (rows == 0):
        raise ValueError(f"read.header is {header} and read.header_rows is {rows}; leave one out")


def _require_mark(name: str, char: str | None) -> None:
    if char and not re.fullmatch(_MARK, char):
        raise ValueError(
            f"read.{name} cannot be {char!r}; it is a tab or one printable ASCII character "
            "other than a letter or digit"
        )
