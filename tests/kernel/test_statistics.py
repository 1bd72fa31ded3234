"""Each statistic on a table that is small enough to check by hand."""

import pytest

from agensium.core.profile import (
    Bin,
    DateGap,
    Example,
    Quantile,
    ValueCount,
)
from tests.kernel.tables import column, profile


def pairs(counts: tuple[ValueCount, ...] | None) -> list[tuple[str, int]]:
    assert counts is not None
    return [(v.value, v.count) for v in counts]


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["1", "-2", "+3"], "integer"),
        (["1", "2.5", "1e3"], "decimal"),
        (["$1,200.50", "$3", "-$4.00"], "money"),
        (["5%", "12.5 %"], "percent"),
        (["yes", "No", "TRUE"], "boolean"),
        (["2026-01-31", "2026-02-01"], "date"),
        (["12:30", "23:59:59"], "time"),
        (["2026-01-31T10:00:00Z", "2026-02-01 11:30"], "timestamp"),
        (["00501", "10001", "90210"], "text"),
        (["1.234,5", "2,75"], "decimal"),
        (["1,234", "12,345,678"], "integer"),
        (["a", "b"], "text"),
        (["", "NA"], "empty"),
        (["1", "2", "3", "4", "x"], "integer"),
        (["1", "x", "y"], "text"),
        (["0", "1", "1"], "integer"),
    ],
)
def test_the_kind_is_what_most_values_say(cells: list[str], kind: str) -> None:
    assert column(*cells).kind == kind


def test_missing_cells_are_counted_by_spelling() -> None:
    found = column("", "NA", " ", "n/a", "x", "NA", "-")
    assert (found.missing, found.empty, found.whitespace_only, found.present) == (6, 1, 1, 1)
    assert pairs(found.missing_tokens) == [("", 2), ("NA", 2), ("-", 1), ("n/a", 1)]


def test_missing_tokens_can_be_given() -> None:
    found = column("?", "NA", "", missing_tokens=("?",))
    assert (found.missing, found.distinct and found.distinct.value) == (2, 1)


def test_values_that_do_not_conform_are_listed_by_line() -> None:
    found = column(
        "1", "2", "oops", "4", "5", "6", "007", "oops", "9", "10", "11", "12", "13", "14", "15"
    )
    assert found.kind == "text"  # 007 is a code
    found = column(*(str(n) for n in range(20)), "oops", "3.x", "oops")
    assert (found.kind, found.conforming, found.nonconforming_count) == ("integer", 20, 3)
    assert found.nonconforming == (Example(line=22, value="oops"), Example(line=23, value="3.x"))


def test_numbers() -> None:
    numbers = column("2", "4", "4", "4", "5", "5", "7", "9", "NA").numbers
    assert numbers is not None
    assert (numbers.count, numbers.min, numbers.max, numbers.sum, numbers.mean) == (8, 2, 9, 40, 5)
    assert numbers.variance == pytest.approx(32 / 7, rel=1e-15)
    assert numbers.skewness == pytest.approx(0.8184875533567996, rel=1e-12)
    assert numbers.kurtosis == pytest.approx(0.940625, rel=1e-12)
    assert numbers.quantiles is not None
    assert numbers.quantiles[2:5] == (
        Quantile(probability=0.25, value=4),
        Quantile(probability=0.5, value=4.5),
        Quantile(probability=0.75, value=5.5),
    )
    assert (numbers.iqr, numbers.range, numbers.median) == (1.5, 7, 4.5)
    assert numbers.mad is not None
    assert numbers.mad.value == 0.5


def test_the_size_of_integers_is_kept() -> None:
    numbers = column("9007199254740993", "-9007199254740993", "9007199254740995").numbers
    assert numbers is not None
    assert (numbers.min, numbers.max) == (-9007199254740993, 9007199254740995)
    assert numbers.sum == 9007199254740995
    huge = column("99999999999999999999999", "1").numbers
    assert huge is not None
    assert huge.max == 1e23


def test_zeros_negatives_infinities_and_nan() -> None:
    found = column("0", "-1.5", "inf", "-Infinity", "2.0", "0.0", "NaN", missing_tokens=())
    assert found.kind == "decimal"
    assert found.numbers is not None
    numbers = found.numbers
    assert (numbers.count, numbers.zeros, numbers.negatives) == (4, 2, 1)
    assert (numbers.infinities, numbers.nans, numbers.whole, numbers.decimals) == (2, 1, 3, 1)


def test_outliers_lie_beyond_the_fences() -> None:
    numbers = column(*(str(n) for n in range(1, 10)), "100", "-100").numbers
    assert numbers is not None
    assert numbers.outliers is not None
    assert [(o.rule, o.below, o.above) for o in numbers.outliers] == [
        ("iqr", 1, 1),
        ("modified_z", 1, 1),
    ]


@pytest.mark.parametrize(
    ("cells", "order", "step"),
    [
        (["1", "2", "3"], "strictly increasing", 1),
        (["10", "7", "4", ""], "strictly decreasing", -3),
        (["1", "1", "2.5"], "increasing", None),
        (["3", "3"], "constant", 0),
        (["1", "3", "2"], "none", None),
    ],
)
def test_order_and_step(cells: list[str], order: str, step: int | None) -> None:
    numbers = column(*cells, chunk_bytes=4).numbers
    assert numbers is not None
    assert (numbers.order, numbers.step) == (order, step)


def test_leading_digits_are_counted_where_values_span_orders_of_magnitude() -> None:
    numbers = column(
        *(str(2**n) for n in range(60)), *(str(3**n) for n in range(38)), "7", "8"
    ).numbers
    assert numbers is not None
    assert numbers.first_digits is not None
    assert sum(numbers.first_digits) == 100
    assert numbers.first_digits[0] > 25
    flat = column(*(str(n) for n in range(100, 200))).numbers
    assert flat is not None
    assert flat.first_digits is None


def test_written_numbers_tell_their_marks() -> None:
    money = column("$1,200.50", "$3", "€4", "5").numbers
    assert money is not None
    assert pairs(money.currencies) == [("$", 2), ("€", 1)]
    assert (money.thousands_separator, money.sum, money.decimals) == (",", 1212.5, 2)
    comma = column("1.234,5", "2,75").numbers
    assert comma is not None
    assert (comma.decimal_comma, comma.thousands_separator, comma.sum) == (True, ".", 1237.25)


def test_histograms_of_integers_have_whole_bins() -> None:
    histogram = column("3", "3", "5").histogram
    assert histogram is not None
    assert histogram.bins == (
        Bin(lower=3, upper=4, count=2),
        Bin(lower=4, upper=5, count=0),
        Bin(lower=5, upper=6, count=1),
    )


def test_text() -> None:
    found = column("New  York", " abc", "DEF ", "é", "a\u0301b", "tab\u0007", "Москва").text
    assert found is not None
    assert (found.length_min, found.length_max, found.words_max) == (1, 9, 2)
    assert (found.leading_blanks, found.trailing_blanks, found.inner_blanks) == (1, 1, 1)
    assert (found.upper, found.lower, found.mixed) == (1, 4, 2)
    assert (found.control_characters, found.non_ascii, found.non_nfc) == (1, 3, 1)
    assert pairs(found.scripts) == [("Latin", 6), ("Cyrillic", 1)]
    assert dict(pairs(found.characters))["letter"] == 7 + 3 + 3 + 1 + 2 + 3 + 6


def test_patterns() -> None:
    found = column("AB-12", "CD-34", "x1", "É9")
    assert pairs(found.patterns) == [("AA-99", 2), ("A9", 1), ("a9", 1)]


def test_top_and_rare_values() -> None:
    found = column(*["a"] * 30, *["b"] * 10, "c", "d", "d")
    assert pairs(found.top_values) == [("a", 30), ("b", 10), ("d", 2), ("c", 1)]
    assert pairs(found.rare_values) == [("c", 1), ("d", 2)]
    assert column("a", "b").rare_values is None


def test_spellings_of_one_category_are_found() -> None:
    found = column("New York", "new york ", "NEW YORK", "New York", "Boston").near_duplicates
    assert found is not None
    assert [(group.key, pairs(group.spellings)) for group in found] == [
        ("new york", [("New York", 2), ("NEW YORK", 1), ("new york ", 1)])
    ]


def test_dates() -> None:
    found = column("2026-01-01", "2026-01-02", "2026-01-06", "1900-01-01", today="2026-01-02").dates
    assert found is not None
    assert (found.earliest, found.latest, found.granularity) == ("1900-01-01", "2026-01-06", "day")
    assert pairs(found.formats) == [("%Y-%m-%d", 4)]
    assert (found.future, pairs(found.sentinels)) == (1, [("1900-01-01", 1)])
    assert found.gaps is not None
    assert found.gaps[1] == DateGap(after="2026-01-02", before="2026-01-06", missing=3)
    assert (found.weekdays, found.gap_count) == ((1, 1, 0, 1, 1, 0, 0), 2)


@pytest.mark.parametrize(
    ("cells", "order", "earliest"),
    [
        (["13/01/2026", "02/03/2026"], "day first", "2026-01-13"),
        (["01/13/2026", "02/03/2026"], "month first", "2026-01-13"),
        (["01/02/2026", "02/03/2026"], "ambiguous", "2026-01-02"),
        (["2026-01-01"], None, "2026-01-01"),
    ],
)
def test_the_order_of_day_and_month_is_proved_or_ambiguous(
    cells: list[str], order: str | None, earliest: str
) -> None:
    found = column(*cells).dates
    assert found is not None
    assert (found.day_order, found.earliest) == (order, earliest)


def test_timestamps_and_times() -> None:
    found = column("2026-01-05T08:30:00", "2026-01-05T10:30:00").dates
    assert found is not None
    assert (found.span_seconds, found.granularity, found.order) == (
        7200,
        "minute",
        "strictly increasing",
    )
    assert found.hours is not None
    assert (found.hours[8], found.hours[10]) == (1, 1)
    clock = column("08:30", "1:15 pm").dates
    assert clock is not None
    assert (clock.earliest, clock.latest, clock.weekdays) == ("08:30:00", "13:15:00", None)


def test_booleans_and_their_spellings() -> None:
    found = column("yes", "No", "yes", "Y", "").booleans
    assert found is not None
    assert (found.true, found.false) == (3, 1)
    assert pairs(found.spellings) == [("yes", 2), ("No", 1), ("Y", 1)]


def test_duplicate_rows_are_those_that_repeat_an_earlier_one() -> None:
    duplicates = profile("a,b\n1,2\n1,2\n2,1\n1,2\n12,\n1,2x\n").duplicate_rows
    assert duplicates is not None
    assert (duplicates.value, duplicates.method) == (2, "exact")


def test_an_empty_and_a_constant_column() -> None:
    empty = column("", "").text
    assert empty is None
    constant = column("5", "5", "5")
    assert constant.numbers is not None
    assert (constant.numbers.deviation, constant.numbers.skewness) == (0, None)
    one = column("5").numbers
    assert one is not None
    assert (one.deviation, one.median) == (None, 5)
