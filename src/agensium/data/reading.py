"""What a user may say about how a file is to be read; the rest is detected."""

from typing import Annotated

from msgspec import Meta, Struct

Char = Annotated[str, Meta(min_length=1, max_length=1)]


class ReadParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How to read the file; whatever is left out is detected.

    Attributes:
        delimiter: the character between fields.
        quote: the character around fields; an empty text means that quotes have no meaning.
        header: whether the first record names the columns.
        missing: the spellings of "no value", instead of the usual ones.

    """

    delimiter: Char | None = None
    quote: Annotated[str, Meta(max_length=1)] | None = None
    header: bool | None = None
    missing: tuple[str, ...] | None = None
