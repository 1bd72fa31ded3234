"""Defects that random tables found, each in its smallest form, until they are mended.

A test here that passes fails the run: take its mark off, move it to where its like are, and give
the cells back to the pools in tables.py.
"""

import pytest

from agensium.core.profile import NumberStatistics
from tests.kernel.tables import column, profile


def numbers(*cells: str) -> NumberStatistics:
    found = column(*cells, pairs=False).numbers
    assert found is not None
    return found


@pytest.mark.xfail(strict=True, reason="a missing NaN votes for the decimal comma")
def test_a_missing_nan_does_not_turn_points_into_thousands() -> None:
    assert numbers("NaN", "1.234", "2.345").max == 2.345


@pytest.mark.xfail(strict=True, reason="an infinity votes for the decimal comma")
def test_an_infinity_does_not_turn_points_into_thousands() -> None:
    assert numbers("inf", "1.234", "2.345").max == 2.345


@pytest.mark.xfail(strict=True, reason="the pivot of the powers is infinite")
def test_infinities_in_front_leave_the_variance() -> None:
    assert numbers("inf", "inf", "inf", "1.5", "2.5").variance == pytest.approx(0.5)


@pytest.mark.xfail(strict=True, reason="the pivot is 0 when the first 1000 rows are missing")
def test_numbers_that_start_late_have_their_deviation() -> None:
    late = ["1000000000.1", "1000000000.3"] * 500
    assert numbers(*[""] * 1000, *late).deviation == pytest.approx(0.10005, rel=1e-4)


@pytest.mark.xfail(strict=True, reason="the pivot is read with the point: 1,234 is 1234")
def test_decimal_commas_have_exact_moments() -> None:
    found = numbers(*["1,234"] * 3, "12,34", *["1,234"] * 3)
    assert found.kurtosis == pytest.approx(7, rel=1e-9)


@pytest.mark.xfail(strict=True, reason="a fence beyond the largest double becomes null")
def test_the_largest_doubles_have_a_profile() -> None:
    assert numbers("1.7976931348623157e+308", "-1.7976931348623157e+308", "1.5").count == 3


@pytest.mark.xfail(strict=True, reason="1 and 1.0 are compared as texts")
def test_equal_numbers_are_constant_however_they_are_written() -> None:
    assert numbers("1.0", "1").order == "constant"


@pytest.mark.xfail(strict=True, reason="$ is taken off before R$ is looked for")
def test_a_long_currency_may_follow_the_amount() -> None:
    assert column("5 R$", "8 R$").kind == "money"


@pytest.mark.xfail(strict=True, reason="the more frequent order wins, mixed is never said")
def test_dates_that_prove_both_orders_are_mixed() -> None:
    dates = column("13/04/2026", "14/04/2026", "04/13/2026").dates
    assert dates is not None
    assert dates.day_order == "mixed"


@pytest.mark.xfail(strict=True, reason="only the main blocks are known")
@pytest.mark.parametrize("letter", ["\ufb01", "\uff21"])
def test_ligatures_and_wide_letters_are_latin(letter: str) -> None:
    text = column(letter).text
    assert text is not None
    assert text.scripts is not None
    assert [script.value for script in text.scripts] == ["Latin"]


@pytest.mark.xfail(strict=True, reason="the place of a tiny number underflows to 0")
def test_a_tiny_negative_number_is_counted_below_zero() -> None:
    histogram = column("0.0", "1e+78", "-4.9e-248", pairs=False).histogram
    assert histogram is not None
    assert sum(each.count for each in histogram.bins if float(each.lower) < 0) == 1


def test_lines_of_invalid_bytes_are_counted_through_carriage_returns() -> None:
    table = profile(b"a,b\rx,1\ry,\xff\r", pairs=False)
    assert table.repairs.invalid_utf8.first == (3,)


@pytest.mark.xfail(strict=True, reason="among fractions a whole number is kept as a double")
def test_a_large_whole_number_among_fractions_is_exact() -> None:
    assert numbers("9007199254740993", "-.5").max == 9007199254740993
