import pytest

from agensium.core.profile import Estimate
from agensium.exports import formats


def plain(text: str) -> str:
    return text.replace(formats.NBSP, " ")


@pytest.mark.parametrize(
    ("part", "words"),
    [
        (0, "0 %"),
        (0.0000001, "<0.1 %"),
        (0.001, "0.1 %"),
        (0.0456, "4.6 %"),
        (0.5, "50.0 %"),
        (0.99996, ">99.9 %"),
        (1, "100 %"),
    ],
)
def test_a_share_is_0_or_100_only_when_it_is(part: float, words: str) -> None:
    assert plain(formats.share(part)) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "0"),
        (2013, "2013"),
        (-2013, "-2013"),
        (12_345, "12,345"),
        (2**62, "4,611,686,018,427,387,904"),
        (12.0, "12"),
        (12_345.67, "12,345.67"),
        (1_234.5, "1234.5"),
        (0.1 + 0.2, "0.3"),
        (1e-9, "1 × 10⁻⁹"),
        (-2.5e20, "-2.5 × 10²⁰"),
        (-0.0, "0"),
    ],
)
def test_a_value_keeps_its_digits(number: float, words: str) -> None:
    assert plain(formats.value(number)) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1347.2095, "1347"),
        (229_777.8, "229,778"),
        (0.355810, "0.3558"),
        (2.0, "2"),
        (0.0, "0"),
        (-0.03046, "-0.03046"),
        (123_456, "123,456"),
        (9.99999, "10"),
        (1.23456e-7, "1.235 × 10⁻⁷"),
    ],
)
def test_a_measure_shows_four_digits(number: float, words: str) -> None:
    assert plain(formats.measure(number)) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1 kB"),
        (2_481_495, "2.5 MB"),
        (2_000_000_000, "2 GB"),
        (10**16, "10000 TB"),
    ],
)
def test_sizes_are_in_decimal_units(number: int, words: str) -> None:
    assert plain(formats.size(number)) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2013-01-31", "2013-01-31"),
        ("2013-01-31T10:00:00Z", "2013-01-31 10:00 UTC"),
        ("2013-01-31T10:00:07", "2013-01-31 10:00:07"),
        ("10:30:00", "10:30:00"),
    ],
)
def test_moments_are_written_for_people(text: str, words: str) -> None:
    assert plain(formats.moment(text)) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 seconds"),
        (0.25, "0.25 seconds"),
        (1, "1 second"),
        (3_661, "1 hour 1 minute"),
        (2_656_800, "30 days 18 hours"),
        (400 * 86_400, "1 year 35 days"),
    ],
)
def test_spans_show_two_units(seconds: float, words: str) -> None:
    assert plain(formats.span(seconds)) == words


def test_only_an_estimate_is_marked() -> None:
    assert formats.estimated_count(Estimate(value=1200)) == "1,200"
    assert plain(formats.estimated_count(Estimate(value=1200, method="sketch"))) == "≈ 1,200"


def test_one_is_singular() -> None:
    assert plain(formats.counted(1, "row")) == "1 row"
    assert plain(formats.counted(27_004, "row")) == "27,004 rows"
