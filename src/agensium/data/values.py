"""The first rows of a table column by column, for a look at how values are written."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from agensium.core.profile import ColumnProfile, TableProfile
from agensium.data.kernel import MISSING_TOKENS


class SampledColumn(Struct, frozen=True):
    """A column's profile, and its first values that are not missing, with their lines."""

    profile: ColumnProfile
    values: tuple[tuple[int, str], ...]

    @property
    def name(self) -> str:
        """Its name in the report."""
        return self.profile.name


def sampled_columns(
    profile: TableProfile, rows: Sequence[tuple[int, Sequence[str]]]
) -> tuple[SampledColumn, ...]:
    """Turn the first rows into columns."""
    return tuple(
        SampledColumn(column, tuple(_present(rows, column.position))) for column in profile.columns
    )


def _present(rows: Iterable[tuple[int, Sequence[str]]], position: int) -> Iterable[tuple[int, str]]:
    for line, cells in rows:
        value = cells[position].strip() if position < len(cells) else ""
        if value not in MISSING_TOKENS:
            yield line, value
