"""What a user may say about how a file is to be read; the rest is detected."""

import re
from typing import Annotated, Final

from msgspec import Meta, Struct

from agensium.core.profile import TableProfile
from agensium.core.report import Source
from agensium.data.kernel import Choice

DEFAULT_QUOTE: Final = '"'
_MARK: Final = r"[\t -/:-@\[-`{-~]"
"""The characters that can separate or enclose values: a tab, or printable ASCII that no number
or word is made of."""

Delimiter = Annotated[
    str, Meta(min_length=1, max_length=1, extra_json_schema={"pattern": f"^{_MARK}$"})
]
Quote = Annotated[str, Meta(max_length=1, extra_json_schema={"pattern": f"^({_MARK})?$"})]
Name = Annotated[str, Meta(min_length=1, max_length=200)]
Cells = Annotated[str, Meta(pattern=r"^[A-Za-z]{1,3}[0-9]{0,7}:[A-Za-z]{1,3}[0-9]{0,7}$")]


class ReadParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How to read the file; whatever is left out is detected.

    The description of each field is what its option of a command and its field of a form say.
    """

    delimiter: Annotated[
        Delimiter | None, Meta(description="The character between fields, or tab.")
    ] = None
    quote: Annotated[
        Quote | None,
        Meta(description="The character around fields; none if quotes have no meaning."),
    ] = None
    escape: Annotated[
        Quote | None,
        Meta(
            description="The character before a quote inside a value, where that is not a second "
            "quote; none if there is no such character."
        ),
    ] = None
    encoding: Annotated[
        Annotated[str, Meta(min_length=1, max_length=40)] | None,
        Meta(description="The encoding, such as utf-8, windows-1252 or shift_jis."),
    ] = None
    header: Annotated[
        bool | None, Meta(description="Whether the first record names the columns.")
    ] = None
    header_rows: Annotated[
        Annotated[int, Meta(ge=0, le=10)] | None,
        Meta(description="How many records name the columns."),
    ] = None
    skip_lines: Annotated[
        Annotated[int, Meta(ge=0, le=10_000)] | None,
        Meta(description="Lines before the header that are no part of the table."),
    ] = None
    comment: Annotated[
        Annotated[str, Meta(max_length=8)] | None,
        Meta(description="What lines that are no rows start with; none if there are none."),
    ] = None
    missing: Annotated[
        tuple[str, ...] | None,
        Meta(description='A spelling of "no value", instead of the usual ones.'),
    ] = None
    member: Annotated[
        Annotated[str, Meta(min_length=1, max_length=1_000)] | None,
        Meta(description="The file to read of an archive that holds several."),
    ] = None
    sheet: Annotated[
        Name | None,
        Meta(description="The sheet of a workbook, by name or number; else the largest one."),
    ] = None
    table: Annotated[
        Name | None, Meta(description="The table of a database; else the largest.")
    ] = None
    range: Annotated[
        Cells | None,
        Meta(description="The cells of a sheet that hold the table, such as B3:F200."),
    ] = None

    def __post_init__(self) -> None:
        """Refuse what no file can be read with.

        Raises:
            ValueError: msgspec makes it an error of the parameters.

        """
        for name in ("delimiter", "quote", "escape"):
            _require_mark(name, getattr(self, name))
        if self.sheet is not None and self.table is not None:
            raise ValueError("read.sheet and read.table cannot both be given; a file has only one")
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
    def choice(self) -> Choice:
        """What to read of a file that is not delimited text."""
        return Choice(
            table=self.sheet or self.table,
            range=self.range,
            header_rows=self.wanted_header_rows,
        )

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


class ReadTable(Struct, frozen=True):
    """A table that was scanned: what it is, and how it was read."""

    profile: TableProfile
    source: Source


def _require_mark(name: str, char: str | None) -> None:
    if char and not re.fullmatch(_MARK, char):
        raise ValueError(
            f"read.{name} cannot be {char!r}; it is a tab or one printable ASCII character "
            "other than a letter or digit"
        )
