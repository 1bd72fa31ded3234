"""The score of a table: how good its data is by each dimension, and all of them together.

The dimensions are those of ISO/IEC 25012 that can be told from a table alone. A dimension that
cannot be told is not assessed and has no part in the total. The total is the weighted geometric
mean of those that were, times 100: one dimension that is bad is not made good by the others.
"""

from collections.abc import Callable, Iterator, Sequence
from math import exp, log
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct, structs

from agensium.core.measures import Method
from agensium.core.profile import ColumnProfile, TableProfile

DimensionName = Literal[
    "completeness", "uniqueness", "validity", "consistency", "currency", "accuracy"
]
Weight = Annotated[float, Meta(ge=0, le=1_000)]


class Weights(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much each dimension counts; one of weight 0 does not."""

    completeness: Weight = 1.0
    uniqueness: Weight = 1.0
    validity: Weight = 1.0
    consistency: Weight = 1.0


class Dimension(Struct, frozen=True, kw_only=True):
    """One dimension of the quality of data.

    Attributes:
        name: what ISO/IEC 25012 calls it.
        value: ``numerator / denominator``, from 0 to 1; none when it was not assessed.
        numerator: how many are as they should be.
        denominator: how many were looked at.
        unit: what both count.
        formula: what was counted, or why the dimension was not assessed.
        weight: how much it counts.
        method: how the numerator was got.
        error: half the width of the 99 % interval of the value; 0 when it is exact.

    """

    name: DimensionName
    value: float | None = None
    numerator: int = 0
    denominator: int = 0
    unit: Literal["cells", "rows"] = "cells"
    formula: str
    weight: float = 0.0
    method: Method = "exact"
    error: float = 0.0


class Score(Struct, frozen=True, kw_only=True):
    """The dimensions and their weighted geometric mean.

    Attributes:
        value: from 0 to 100; none when nothing was assessed.
        lower: the least that it may be, when a dimension is not exact; else the value.
        upper: the most.
        dimensions: all of them, also those that were not assessed.

    """

    value: float | None
    lower: float | None
    upper: float | None
    dimensions: tuple[Dimension, ...]


def score(table: TableProfile, weights: Weights = Weights()) -> Score:  # noqa: B008 - frozen
    """Return the score of a table.

    Source: ISO/IEC 25012:2008 for the dimensions; the geometric mean as in OECD, Handbook on
    Constructing Composite Indicators (2008), section 6.7.
    """
    dimensions = tuple(_dimensions(table, weights))
    return Score(
        value=_total(dimensions, lambda each: each.value),
        lower=_total(dimensions, lambda each: _moved(each, -each.error)),
        upper=_total(dimensions, lambda each: _moved(each, each.error)),
        dimensions=dimensions,
    )


def _dimensions(table: TableProfile, weights: Weights) -> Iterator[Dimension]:
    yield _completeness(table, weights.completeness)
    yield _uniqueness(table, weights.uniqueness)
    yield _validity(table.columns, weights.validity)
    yield _consistency(table.columns, weights.consistency)
    yield Dimension(name="currency", formula="needs a date to compare with")
    yield Dimension(name="accuracy", formula="needs a reference to compare with")


def _completeness(table: TableProfile, weight: float) -> Dimension:
    return _assessed(
        "completeness",
        table.cells - table.missing_cells,
        table.cells,
        "cells hold a value",
        weight=weight,
    )


def _uniqueness(table: TableProfile, weight: float) -> Dimension:
    duplicates = table.duplicate_rows
    if duplicates is None:
        return Dimension(name="uniqueness", formula="duplicate rows were not computed")
    formula = "rows repeat no earlier one"
    found = min(int(duplicates.value), table.rows)
    told = _assessed(
        "uniqueness", table.rows - found, table.rows, formula, weight=weight, unit="rows"
    )
    if duplicates.method == "exact" or not table.rows:
        return told
    width = duplicates.error * (duplicates.value if duplicates.error_of == "value" else 1)
    error = width / table.rows
    return structs.replace(told, method=duplicates.method, error=error)


def _validity(columns: Sequence[ColumnProfile], weight: float) -> Dimension:
    typed = [each for each in columns if each.kind not in {"text", "empty"}]
    if not any(each.present for each in typed):
        return Dimension(name="validity", formula="no column has a kind that a value could miss")
    return _assessed(
        "validity",
        sum(each.conforming for each in typed),
        sum(each.present for each in typed),
        "values are of their column's kind, text aside",
        weight=weight,
    )


def _consistency(columns: Sequence[ColumnProfile], weight: float) -> Dimension:
    spelled = [each for each in columns if each.near_duplicates is not None and each.present]
    if not spelled:
        return Dimension(name="consistency", formula="no column of categories was found")
    whole = sum(each.present for each in spelled)
    return _assessed(
        "consistency",
        whole - sum(map(_rarer_spellings, spelled)),
        whole,
        "values have their category's usual spelling",
        weight=weight,
    )


def _rarer_spellings(column: ColumnProfile) -> int:
    groups = column.near_duplicates or ()
    counts = [[each.count for each in group.spellings] for group in groups]
    return sum(sum(each) - max(each, default=0) for each in counts)


def _assessed(  # noqa: PLR0913 - each is a part of the dimension
    name: DimensionName,
    numerator: int,
    denominator: int,
    formula: str,
    *,
    weight: float,
    unit: Literal["cells", "rows"] = "cells",
) -> Dimension:
    if not denominator:
        return Dimension(name=name, unit=unit, formula=f"there are no {unit}")
    return Dimension(
        name=name,
        value=numerator / denominator,
        numerator=numerator,
        denominator=denominator,
        unit=unit,
        formula=formula,
        weight=weight,
    )


_FULL: Final = 100.0
DIGITS: Final = 6
"""The last digits of logarithms differ between machines; reports do not."""


def _total(
    dimensions: Sequence[Dimension], value_of: Callable[[Dimension], float | None]
) -> float | None:
    parts = [
        (value, each.weight)
        for each in dimensions
        if (value := value_of(each)) is not None and each.weight
    ]
    whole = sum(weight for _, weight in parts)
    if not whole:
        return None
    if any(value <= 0 for value, _ in parts):
        return 0.0
    mean = exp(sum(weight * log(value) for value, weight in parts) / whole)
    return round(_FULL * mean, DIGITS)


def _moved(dimension: Dimension, by: float) -> float | None:
    if dimension.value is None:
        return None
    return min(1.0, max(0.0, dimension.value + by))
