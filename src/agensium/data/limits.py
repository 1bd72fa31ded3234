"""What a file may cost before it is refused, as far as an operator may say so."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

MEBIBYTE: Final = 1 << 20


class ReadLimits(Struct, frozen=True, kw_only=True):
    """Limits of reading; each ends with an error code of its own.

    Attributes:
        unpack_ratio: unpacked bytes for each packed one, from 64 MiB on; ``ratio_exceeded``.
        unpacked_bytes: bytes that a packed file of text may hold; ``unpacked_too_large``.
        scratch_bytes: bytes of a packed file that must be unpacked to the disk first; likewise.
        archive_members: files in an archive; ``too_many_members``.
        row_bytes: a row of JSON, a value of SQLite, an average row of Parquet; ``cell_too_large``.
        sheet_cells: filled cells of a sheet; ``too_many_cells``.

    """

    unpack_ratio: int = 200
    unpacked_bytes: int = 65_536 * MEBIBYTE
    scratch_bytes: int = 10_240 * MEBIBYTE
    archive_members: int = 10_000
    row_bytes: int = 64 * MEBIBYTE
    sheet_cells: int = 20_000_000

    @property
    def of_text(self) -> Mapping[str, int]:
        """The limits that the reader of text and archives knows, by the names that it has."""
        return {
            "ratio": self.unpack_ratio,
            "unpacked_bytes": self.unpacked_bytes,
            "scratch_bytes": self.scratch_bytes,
            "members": self.archive_members,
        }

    @property
    def of_tables(self) -> Mapping[str, int]:
        """The limits that the readers of files with types know."""
        return {"row_bytes": self.row_bytes, "sheet_cells": self.sheet_cells}


USUAL: Final = ReadLimits()
