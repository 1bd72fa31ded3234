"""What is measured of one column: the parts of a profile (see `agensium.core.profile`)."""

from typing import Literal

from msgspec import Struct

Method = Literal["exact", "sketch", "sample"]
Number = int | float
Order = Literal[
    "constant",
    "increasing",
    "decreasing",
    "strictly increasing",
    "strictly decreasing",
    "none",
]
"""How the values stand from row to row."""
Point = int | float | str
"""A place on a histogram's axis: a number, or ISO 8601 text for dates and times."""


class Estimate(Struct, frozen=True, kw_only=True):
    """A number and how it was got.

    `error` is the half width of the 99 % interval: a share of `value` when `error_of` is
    "value", a share of ranks when it is "rank" (quantiles), a number of the same unit when it is
    "absolute". An exact number has error 0.
    A sample was `n` rows out of `of`.
    """

    value: Number
    method: Method = "exact"
    error: float = 0.0
    error_of: Literal["value", "rank", "absolute"] = "value"
    n: int | None = None
    of: int | None = None


class ValueCount(Struct, frozen=True, kw_only=True):
    """A value and how many rows hold it, give or take `error` (99 %; 0 when it was counted)."""

    value: str
    count: int
    error: int = 0


class Example(Struct, frozen=True, kw_only=True):
    """A cell, by the line of the file on which its row starts."""

    line: int
    value: str


class Lines(Struct, frozen=True, kw_only=True):
    """How many rows something happened to, and the first lines (at most 10) where it did."""

    count: int = 0
    first: tuple[int, ...] = ()


class Bin(Struct, frozen=True, kw_only=True):
    """lower <= value < upper; the last bin of a histogram includes its upper end."""

    lower: Point
    upper: Point
    count: int


class Histogram(Struct, frozen=True, kw_only=True):
    """Adjacent bins of equal width over all values between min and max.

    Integers and dates get bins of whole units. `method` is "exact" when every value was counted
    into these very bins, "sketch" when finer or sampled counts were spread over them.
    """

    bins: tuple[Bin, ...]
    method: Method = "exact"


class Quantile(Struct, frozen=True, kw_only=True):
    """The value below which a share of the values lies, interpolated (Hyndman and Fan's type 7)."""

    probability: float
    value: Number


class Outliers(Struct, frozen=True, kw_only=True):
    """Values beyond two fences."""

    rule: Literal["iqr", "modified_z"]
    lower_fence: float
    upper_fence: float
    below: int
    above: int
    method: Method = "exact"
    error: float = 0.0


class NumberStatistics(Struct, frozen=True, kw_only=True):
    """Statistics of a column's finite numbers; money and percent are read without their signs."""

    count: int
    min: Number
    max: Number
    sum: Number
    mean: float
    variance: float | None = None
    """Sample variance, divided by n - 1."""
    deviation: float | None = None
    coefficient_of_variation: float | None = None
    """deviation / |mean|."""
    skewness: float | None = None
    """Adjusted Fisher-Pearson G1 (unbiased under normality); needs three values that differ."""
    kurtosis: float | None = None
    """Excess kurtosis G2 (unbiased under normality); needs four values that differ."""
    zeros: int = 0
    negatives: int = 0
    infinities: int = 0
    nans: int = 0
    whole: int = 0
    """Whole numbers, among them those written like 2.0."""
    quantiles: tuple[Quantile, ...] | None = None
    """At 0.01, 0.05, 0.25, 0.5, 0.75, 0.95 and 0.99."""
    quantile_method: Method | None = None
    quantile_error: float = 0.0
    """99 % bound on the rank of each quantile, as a share of count."""
    mad: Estimate | None = None
    """Median absolute deviation from the median, not scaled."""
    outliers: tuple[Outliers, ...] | None = None
    order: Order | None = None
    step: Number | None = None
    """The difference of every pair of adjacent rows, where it is one and the same."""
    first_digits: tuple[int, ...] | None = None
    """Counts of leading digits 1 to 9, for values that span three orders of magnitude (Benford)."""
    decimals: int | None = None
    """The most digits that stand after the decimal point."""
    decimal_comma: bool = False
    thousands_separator: str | None = None
    currencies: tuple[ValueCount, ...] = ()

    def quantile(self, probability: float) -> Number | None:
        """Return one of the listed quantiles."""
        found = (q.value for q in self.quantiles or () if q.probability == probability)
        return next(found, None)

    @property
    def median(self) -> Number | None:
        """The quantile at 0.5."""
        return self.quantile(0.5)

    @property
    def iqr(self) -> Number | None:
        """The distance of the quartiles."""
        low, high = self.quantile(0.25), self.quantile(0.75)
        return None if low is None or high is None else high - low

    @property
    def range(self) -> Number:
        """The distance of max and min."""
        return self.max - self.min


class TextStatistics(Struct, frozen=True, kw_only=True):
    """Statistics of a column's non-missing cells as text; lengths are in characters, not bytes."""

    length_min: int
    length_max: int
    length_mean: float
    length_histogram: Histogram | None = None
    words_mean: float | None = None
    words_max: int | None = None
    leading_blanks: int | None = None
    trailing_blanks: int | None = None
    inner_blanks: int | None = None
    """Cells with two blanks or more in a row between words."""
    upper: int | None = None
    """Cells with cased letters, all of them upper case; likewise lower and mixed."""
    lower: int | None = None
    mixed: int | None = None
    control_characters: int | None = None
    non_ascii: int | None = None
    non_nfc: int | None = None
    characters: tuple[ValueCount, ...] | None = None
    """Characters by class: letter (alphabetic to Unicode), digit, blank, punctuation, other."""
    scripts: tuple[ValueCount, ...] | None = None
    """Cells by the scripts of their letters: Latin, Cyrillic, …; a cell may count in several."""


class DateGap(Struct, frozen=True, kw_only=True):
    """Two neighbouring dates of the column that lie further apart than its granularity."""

    after: str
    before: str
    missing: int
    """Whole units of `DateStatistics.granularity` that lie between."""


class DateStatistics(Struct, frozen=True, kw_only=True):
    """Statistics of dates, times and timestamps."""

    count: int
    earliest: str
    latest: str
    span_seconds: float
    formats: tuple[ValueCount, ...] = ()
    """Formats in strftime's letters and the values that are read by each."""
    day_order: Literal["day first", "month first", "ambiguous", "mixed"] | None = None
    """For formats like 03/04/2026: which order the values prove."""
    granularity: Literal["year", "month", "day", "hour", "minute", "second", "fraction"] | None = (
        None
    )
    gaps: tuple[DateGap, ...] | None = None
    gap_count: int | None = None
    weekdays: tuple[int, ...] | None = None
    """Seven counts, Monday first."""
    hours: tuple[int, ...] | None = None
    future: int | None = None
    """Values after `ScanOptions.today`, when that was given."""
    sentinels: tuple[ValueCount, ...] | None = None
    """Dates that usually stand for "unknown" or "for ever": 1900-01-01, 9999-12-31, …"""
    order: Order | None = None


class BooleanStatistics(Struct, frozen=True, kw_only=True):
    """Truth values and how they are spelt."""

    true: int
    false: int
    spellings: tuple[ValueCount, ...] = ()
