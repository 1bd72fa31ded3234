"""Defects that random tables found, each in its smallest form, so that none comes back.

One that is not mended yet is marked as a strict xfail.
"""

from itertools import pairwise
from pathlib import Path
from statistics import variance

import pytest

from agensium.core.profile import NumberStatistics
from agensium.data.kernel import Dialect, ScanOptions, scan_csv
from tests.kernel.tables import column, profile


def numbers(*cells: str) -> NumberStatistics:
    found = column(*cells, pairs=False).numbers
    assert found is not None
    return found


def test_a_missing_nan_does_not_turn_points_into_thousands() -> None:
    assert numbers("NaN", "1.234", "2.345").max == 2.345


def test_an_infinity_does_not_turn_points_into_thousands() -> None:
    assert numbers("inf", "1.234", "2.345").max == 2.345


def test_infinities_in_front_leave_the_variance() -> None:
    assert numbers("inf", "inf", "inf", "1.5", "2.5").variance == pytest.approx(0.5)


def test_numbers_that_start_late_have_their_deviation() -> None:
    late = ["1000000000.1", "1000000000.3"] * 500
    assert numbers(*[""] * 1000, *late).deviation == pytest.approx(0.10005, rel=1e-4)


def test_decimal_commas_have_exact_moments() -> None:
    found = numbers(*["1,234"] * 3, "12,34", *["1,234"] * 3)
    assert found.kurtosis == pytest.approx(7, rel=1e-9)


def test_the_largest_doubles_have_a_profile() -> None:
    assert numbers("1.7976931348623157e+308", "-1.7976931348623157e+308", "1.5").count == 3


def test_equal_numbers_are_constant_however_they_are_written() -> None:
    assert numbers("1.0", "1").order == "constant"


def test_a_long_currency_may_follow_the_amount() -> None:
    assert column("5 R$", "8 R$").kind == "money"


def test_dates_that_prove_both_orders_are_mixed() -> None:
    dates = column("13/04/2026", "14/04/2026", "04/13/2026").dates
    assert dates is not None
    assert dates.day_order == "mixed"


@pytest.mark.parametrize("letter", ["\ufb01", "\uff21"])
def test_ligatures_and_wide_letters_are_latin(letter: str) -> None:
    text = column(letter).text
    assert text is not None
    assert text.scripts is not None
    assert [script.value for script in text.scripts] == ["Latin"]


def test_a_tiny_negative_number_is_counted_below_zero() -> None:
    histogram = column("0.0", "1e+78", "-4.9e-248", pairs=False).histogram
    assert histogram is not None
    assert sum(each.count for each in histogram.bins if float(each.lower) < 0) == 1


def test_lines_of_invalid_bytes_are_counted_through_carriage_returns() -> None:
    table = profile(b"a,b\rx,1\ry,\xff\r", pairs=False)
    assert table.repairs.invalid_utf8.first == (3,)


def test_a_large_whole_number_among_fractions_is_exact() -> None:
    assert numbers("9007199254740993", "-.5").max == 9007199254740993


def test_fractions_of_money_prove_the_point() -> None:
    assert numbers(*["$1.50"] * 5, "$1,234.25", "2,5").decimal_comma is False


def test_a_sum_beyond_the_doubles_is_left_out_and_said_so() -> None:
    table = profile(b"a\n1.7e308\n1.6e308\n", pairs=False)
    assert table.columns[0].numbers is None
    assert "numbers" in [each.what for each in table.not_computed]


def test_fences_beyond_the_doubles_are_left_out_and_said_so() -> None:
    table = profile(b"a\n1.7e308\n-1.7e308\n1.5\n", pairs=False)
    assert "outliers" in [each.what for each in table.not_computed]


def test_what_is_beyond_the_doubles_is_listed() -> None:
    table = profile(b"a\n1.7e308\n-1.7e308\n1.6e308\n-1.6e308\n1.5\n1e308\n", pairs=False)
    found = table.columns[0].numbers
    assert found is not None
    absent = {name for name in ("variance", "skewness", "kurtosis") if getattr(found, name) is None}
    assert absent == {"variance", "skewness", "kurtosis"}
    listed = {each.what for each in table.not_computed}
    assert absent | {"outliers", "outliers by modified z"} <= listed
    assert ("mad" in listed) == (found.mad is None)


def test_the_bins_of_the_largest_doubles_are_adjacent() -> None:
    histogram = column(*["0.0"] * 12, "-1.7415152243978687e+308", pairs=False).histogram
    assert histogram is not None
    assert all(a.upper == b.lower for a, b in pairwise(histogram.bins))


@pytest.mark.parametrize("threads", [1, 4])
def test_numbers_after_the_first_chunk_have_their_variance(threads: int, tmp_path: Path) -> None:
    values = [1_000_000_000 + n * 7919 % 50_021 / 1024 for n in range(50_000)]
    path = tmp_path / "late.csv"
    path.write_text("a,b\n" + ",\n" * 300_000 + "".join(f"{value},\n" for value in values))
    found = scan_csv(path, ScanOptions(threads=threads, pairs=False)).columns[0].numbers
    assert found is not None
    assert found.variance == pytest.approx(variance(value - 1e9 for value in values), rel=1e-12)


def test_decimal_commas_after_empty_rows_are_read() -> None:
    cells = [*[""] * 1500, *["7"] * 100, *[f"{n % 50},{n % 7}5" for n in range(3000)]]
    table = profile("a\n" + "\n".join(cells), dialect=Dialect(delimiter=";"), pairs=False)
    found = table.columns[0]
    assert found.kind == "decimal"
    assert found.numbers is not None
    assert (found.numbers.decimal_comma, found.numbers.max) == (True, 49.65)
    assert found.numbers.order is None
    assert "order" in [each.what for each in table.not_computed]


def test_decimal_commas_that_come_too_late_are_said() -> None:
    cells = [*map(str, range(1500)), *[f"{n},25" for n in range(60_000)]]
    table = profile("a\n" + "\n".join(cells), dialect=Dialect(delimiter=";"), pairs=False)
    said = [each for each in table.not_computed if "comma" in each.what]
    assert [each.column for each in said] == ["a"]
    assert "98 %" in said[0].why or "97 %" in said[0].why
