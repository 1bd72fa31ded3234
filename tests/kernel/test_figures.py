"""Figures against their formulas, written out in Python or asked of DuckDB."""

import math
import random
import statistics
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from agensium.core.profile import Association, ColumnProfile, NumberStatistics, TableProfile
from agensium.data.kernel import ScanOptions, scan_csv
from tests.kernel.tables import column, profile


def numbers(*cells: str) -> NumberStatistics:
    found = column(*cells, pairs=False).numbers
    assert found is not None
    return found


def test_the_coefficient_of_variation_is_the_deviation_by_the_size_of_the_mean() -> None:
    cells = ["-2", "-4", "-4", "-5", "-5", "-7.5"]
    values = [float(cell) for cell in cells]
    expected = statistics.stdev(values) / abs(statistics.fmean(values))
    assert numbers(*cells).coefficient_of_variation == pytest.approx(expected, rel=1e-14)
    assert numbers("-1", "1").coefficient_of_variation is None
    assert numbers("7").coefficient_of_variation is None


def test_the_fences_are_those_of_tukey_and_of_iglewicz_and_hoaglin() -> None:
    rng = random.Random(5)
    values = sorted(round(rng.lognormvariate(2, 1), 3) for _ in range(300))
    found = numbers(*map(str, values))
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    mad = statistics.median(abs(value - middle) for value in values)
    expected = {
        "iqr": (low - 1.5 * (high - low), high + 1.5 * (high - low)),
        "modified_z": (middle - 3.5 * mad / 0.6745, middle + 3.5 * mad / 0.6745),
    }
    assert found.outliers is not None
    for each in found.outliers:
        assert (each.lower_fence, each.upper_fence) == pytest.approx(expected[each.rule], rel=1e-12)
        assert each.below == sum(value < each.lower_fence for value in values)
        assert each.above == sum(value > each.upper_fence for value in values)
        assert (each.method, each.error) == ("exact", 0)
    assert [each.rule for each in found.outliers] == list(expected)


def test_first_digits_are_the_first_that_are_not_zero() -> None:
    rng = random.Random(6)
    cells = [f"{rng.lognormvariate(0, 4):.6f}" for _ in range(500)]
    leads = Counter(cell.lstrip("-0.")[:1] for cell in cells)
    expected = tuple(leads[str(digit)] for digit in range(1, 10))
    assert numbers(*cells).first_digits == expected


@pytest.mark.parametrize(
    ("cells", "granularity"),
    [
        (["2020-01-01", "2021-01-01"], "year"),
        (["2020-01-01", "2020-03-01"], "month"),
        (["2020-01-01", "2020-03-02"], "day"),
        (["2020-01-01 05:00", "2020-03-02 00:00"], "hour"),
        (["2020-01-01 05:10", "2020-03-02 00:00"], "minute"),
        (["2020-01-01 05:10:07", "2020-03-02 00:00:00"], "second"),
        (["2020-01-01 05:10:07.5", "2020-03-02 00:00:00"], "fraction"),
    ],
)
def test_the_granularity_is_the_coarsest_unit_that_fits(cells: list[str], granularity: str) -> None:
    dates = column(*cells).dates
    assert dates is not None
    assert dates.granularity == granularity


@pytest.mark.parametrize(
    ("cell", "form"),
    [
        ("2026-01-31", "%Y-%m-%d"),
        ("2026/01/31", "%Y/%m/%d"),
        ("31.01.2026", "%d.%m.%Y"),
        ("31/01/26", "%d/%m/%y"),
        ("31-Jan-2026", "%d-%b-%Y"),
        ("Jan 31, 2026", "%b %d, %Y"),
        ("2026-01-31T10:20", "%Y-%m-%dT%H:%M"),
        ("2026-01-31 10:20:30", "%Y-%m-%d %H:%M:%S"),
        ("2026-01-31 10:20:30.25", "%Y-%m-%d %H:%M:%S.%f"),
        ("2026-01-31T10:20:30Z", "%Y-%m-%dT%H:%M:%S%z"),
        ("10:20", "%H:%M"),
        ("10:20:30 pm", "%I:%M:%S %p"),
    ],
)
def test_a_format_is_told_in_the_letters_of_strftime(cell: str, form: str) -> None:
    dates = column(cell).dates
    assert dates is not None
    assert [(each.value, each.count) for each in dates.formats] == [(form, 1)]


@pytest.mark.parametrize(
    ("days", "order"),
    [
        ([0, 1, 5], "strictly increasing"),
        ([0, 0, 5], "increasing"),
        ([5, 1, 0], "strictly decreasing"),
        ([5, 1, 1], "decreasing"),
        ([3, 3], "constant"),
        ([0, 5, 1], "none"),
    ],
)
def test_dates_have_an_order(days: list[int], order: str) -> None:
    dates = column(*(str(date(2026, 1, 1) + timedelta(n)) for n in days)).dates
    assert dates is not None
    assert dates.order == order


def test_a_histogram_of_dates_counts_whole_days() -> None:
    rng = random.Random(8)
    days = sorted(date(2025, 1, 1) + timedelta(rng.randrange(400)) for _ in range(900))
    histogram = column(*map(str, days)).histogram
    assert histogram is not None
    for each in histogram.bins:
        low, high = str(each.lower), str(each.upper)
        assert each.count == sum(low <= str(day) < high for day in days)
    assert sum(each.count for each in histogram.bins) == len(days)
    assert histogram.method == "exact"


def test_words_of_no_value_have_no_figures() -> None:
    found = column("", "NA", " ")
    assert (found.kind, found.missing, found.rows) == ("empty", 3, 3)
    parts = (found.numbers, found.text, found.dates, found.booleans, found.histogram)
    assert parts == (None,) * 5


def contingency(rows: list[tuple[str, str]]) -> tuple[float, float, float]:
    """Return Cramér's V with Bergsma's correction, and Theil's U forwards and backwards."""
    n, cells = len(rows), Counter(rows)
    of_a, of_b = Counter(a for a, _ in rows), Counter(b for _, b in rows)
    chi_square = sum(
        (cells[a, b] - of_a[a] * of_b[b] / n) ** 2 / (of_a[a] * of_b[b] / n)
        for a in of_a
        for b in of_b
    )
    r, k = len(of_a), len(of_b)
    phi = max(0, chi_square / n - (r - 1) * (k - 1) / (n - 1))
    least = min(each - (each - 1) ** 2 / (n - 1) for each in (r, k)) - 1
    entropy = [-sum(c / n * math.log(c / n) for c in of.values()) for of in (of_a, of_b)]
    shared = sum(c / n * math.log(c * n / (of_a[a] * of_b[b])) for (a, b), c in cells.items())
    return math.sqrt(phi / least), shared / entropy[1], shared / entropy[0]


def strengths(table: TableProfile) -> dict[tuple[str, str, str], Association]:
    return {(each.measure, each.left, each.right): each for each in table.associations or ()}


def test_categories_go_together_as_the_formulas_say() -> None:
    rng = random.Random(9)
    rows = [(rng.choice("pqrs"), rng.choice("xyz")) for _ in range(400)]
    rows = [(a, "x" if a == "p" and rng.random() < 0.6 else b) for a, b in rows]
    table = profile("a,b\n" + "".join(f"{a},{b}\n" for a, b in rows))
    cramer, forward, backward = contingency(rows)
    found = {key: each.estimate.value for key, each in strengths(table).items()}
    assert found == pytest.approx(
        {
            ("cramers_v", "a", "b"): cramer,
            ("theils_u", "a", "b"): forward,
            ("theils_u", "b", "a"): backward,
        },
        rel=1e-12,
    )


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """120,000 rows, of which pairs are looked at in a sample, and frequent values too."""
    path = tmp_path_factory.mktemp("figures") / "large.csv"
    rng = random.Random(10)
    with path.open("w") as file:
        file.write("id,x,y,word,week,half,gap,hole\n")
        for n in range(120_000):
            x = rng.gauss(0, 1)
            word = rng.choice(["often", "seldom", f"w{rng.randrange(10**9)}"])
            gap = "" if n % 3 == 0 else "1"
            hole = "" if n % 6 == 0 else "2"
            y = x + rng.gauss(0, 1)
            file.write(f"{n},{x:.5f},{y:.5f},{word},d{n % 7},h{n % 7 // 4},{gap},{hole}\n")
    return path


@pytest.fixture(scope="module")
def sampled(large: Path) -> TableProfile:
    return scan_csv(large, ScanOptions(threads=2))


def asked(path: Path, expression: str) -> float:
    row = duckdb.execute(f"SELECT {expression} FROM read_csv('{path}')").fetchone()
    assert row is not None
    return float(row[0])


def test_a_sampled_correlation_holds_its_bound(large: Path, sampled: TableProfile) -> None:
    estimate = strengths(sampled)["pearson", "x", "y"].estimate
    assert (estimate.method, estimate.error_of, estimate.of) == ("sample", "absolute", 120_000)
    assert estimate.n is not None
    assert 15_000 < estimate.n <= 1 << 15
    error = 2.576 * (1 - estimate.value**2) / math.sqrt(estimate.n)
    assert estimate.error == pytest.approx(error, rel=1e-3)
    assert abs(estimate.value - asked(large, "corr(x, y)")) <= estimate.error


def found(table: TableProfile, name: str) -> ColumnProfile:
    one = table.column(name)
    assert one is not None
    return one


def test_sampled_frequent_values_hold_their_bound(large: Path, sampled: TableProfile) -> None:
    words = found(sampled, "word")
    assert words.top_method == "sample"
    assert [each.value for each in words.top_values[:2]] in (
        ["often", "seldom"],
        ["seldom", "often"],
    )
    for each in words.top_values[:2]:
        assert each.error > 0
        truth = asked(large, f"count(*) FILTER (word = '{each.value}')")
        assert abs(each.count - truth) <= each.error


def test_patterns_of_many_values_hold_their_bound(large: Path, sampled: TableProfile) -> None:
    words = found(sampled, "word")
    assert words.patterns
    assert words.pattern_method == "exact"
    for each in words.patterns:
        form = each.value.replace("9", "[0-9]").replace("a", "[a-z]")
        truth = asked(large, f"count(*) FILTER (regexp_full_match(word, '{form}'))")
        assert abs(each.count - truth) <= each.error


def test_distinct_values_beyond_the_dictionary_hold_their_bound(large: Path) -> None:
    tight = scan_csv(large, ScanOptions(threads=2, memory_bytes=16 << 20, pairs=False))
    words = found(tight, "word")
    for estimate, truth in (
        (words.distinct, asked(large, "count(DISTINCT word)")),
        (words.unique, asked(large, "count(*) FILTER (word NOT IN ('often', 'seldom'))")),
    ):
        assert estimate is not None
        assert (estimate.method == "exact") == (estimate.error == 0)
        assert estimate.error_of == "value"
        assert abs(estimate.value - truth) <= estimate.error * max(estimate.value, truth)


def test_what_holds_between_columns_of_many_rows_says_it_is_of_a_sample(
    sampled: TableProfile,
) -> None:
    together = next(each for each in sampled.co_missing or () if each.left == "gap")
    assert (together.right, together.method) == ("hole", "sample")
    assert together.rows == pytest.approx(20_000, rel=0.05)
    dependencies = [(d.determinant, d.dependent, d.method) for d in sampled.dependencies or ()]
    assert dependencies == [(("week",), "half", "sample")]
    assert [(each.columns, each.method) for each in sampled.keys or ()] == [(("id",), "exact")]


def test_order_between_columns_of_many_rows_is_of_a_sample(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,b\n" + "".join(f"{n % 97},{n % 97 + n % 5}\n" for n in range(60_000)))
    relations = scan_csv(path).relations or ()
    assert [(each.kind, each.columns, each.method) for each in relations] == [
        ("at most", ("a", "b"), "sample")
    ]
    assert 15_000 < relations[0].rows <= 1 << 15
