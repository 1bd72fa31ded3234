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
        header: whether the first record names the columns.
        missing: the spellings of "no value", instead of the usual ones.

    """

    delimiter: Delimiter | None = None
    quote: Quote | None = None
    header: bool | None = None
    missing: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        """Refuse what no file can be read with.

        Raises:
            ValueError: msgspec makes it an error of the parameters.

        """
        _require_mark("delimiter", self.delimiter)
        _require_mark("quote", self.quote)
        if self.delimiter is not None and self.delimiter == self.quote_char:
            raise ValueError(
                f"read.delimiter and read.quote cannot both be {self.delimiter!r}; "
                "choose another quote, or an empty one if quotes have no meaning"
            )

    @property
    def quote_char(self) -> str | None:
        """The character around fields; None if quotes have no meaning."""
        return DEFAULT_QUOTE if self.quote is None else self.quote or None


def _require_mark(name: str, char: str | None) -> None:
    if char and not re.fullmatch(_MARK, char):
        raise ValueError(
            f"read.{name} cannot be {char!r}; it is a tab or one printable ASCII character "
            "other than a letter or digit"
        )
