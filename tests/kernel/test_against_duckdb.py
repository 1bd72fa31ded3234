"""DuckDB as the second opinion on random tables."""

import csv
import random
from pathlib import Path
from typing import Any

import duckdb
import pytest

from agensium.core.profile import ColumnProfile, Estimate, TableProfile
from agensium.data.kernel import ScanOptions, scan_csv

CITIES = ["Berlin", "São Paulo", "New York, NY", 'the "Hague"', "line\nbreak", "東京", " padded "]


def cell(kind: str, rng: random.Random) -> str:
    if rng.random() < 0.07:
        return ""
    made = {
        "integer": lambda: str(rng.randint(-500, 500)),
        "large": lambda: str(rng.randint(-(10**17), 10**17)),
        "decimal": lambda: f"{rng.gauss(100, 30):.3f}",
        "real": lambda: repr(rng.lognormvariate(0, 4)),
        "date": lambda: f"20{rng.randint(0, 25):02}-0{rng.randint(1, 9)}-{rng.randint(10, 28)}",
        "boolean": lambda: rng.choice(["true", "false"]),
        "text": lambda: rng.choice(CITIES),
        "many": lambda: rng.choice(CITIES) + str(rng.randint(0, 3000)),
    }
    return made[kind]()


KINDS = ("integer", "large", "decimal", "real", "date", "boolean", "text", "many")


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("oracle") / "table.csv"
    rng = random.Random(7)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(KINDS)
        for _ in range(4000):
            row = [cell(kind, rng) for kind in KINDS]
            writer.writerows([row] * (2 if rng.random() < 0.02 else 1))
    return path


@pytest.fixture(scope="module", params=[(None, 1, 512), (900, 3, 512), (5000, 4, 1)])
def scanned(table: Path, request: pytest.FixtureRequest) -> TableProfile:
    """In one piece; in many; and with so little memory that dictionaries overflow."""
    chunk_bytes, threads, mebibytes = request.param
    memory = mebibytes << 20 if mebibytes > 1 else 300_000
    return scan_csv(
        table, ScanOptions(chunk_bytes=chunk_bytes, threads=threads, memory_bytes=memory)
    )


def asked(table: Path, kind: str, expression: str) -> Any:
    types = {"integer": "BIGINT", "large": "BIGINT", "date": "DATE", "boolean": "BOOLEAN"}
    number = {"decimal": "DOUBLE", "real": "DOUBLE"}
    wanted = (types | number).get(kind, "VARCHAR")
    source = f"read_csv('{table}', all_varchar=true, header=true, quote='\"', escape='\"')"
    sql = f'SELECT {expression} FROM (SELECT "{kind}"::{wanted} AS x FROM {source})'
    row = duckdb.execute(sql).fetchone()
    assert row is not None
    return row[0]


def found(scanned: TableProfile, kind: str) -> ColumnProfile:
    column = scanned.column(kind)
    assert column is not None
    return column


def holds(estimate: Estimate | None, truth: int) -> bool:
    assert estimate is not None
    return abs(estimate.value - truth) <= estimate.error * max(estimate.value, truth)


@pytest.mark.parametrize("kind", KINDS)
def test_counts(table: Path, scanned: TableProfile, kind: str) -> None:
    column = found(scanned, kind)
    assert column.rows == asked(table, kind, "count(*)")
    assert column.present == asked(table, kind, "count(x)") == column.conforming
    assert holds(column.distinct, asked(table, kind, "count(distinct x)"))
    once = "len(list_filter(map_values(histogram(x)), lambda n: n = 1))"
    assert holds(column.unique, asked(table, kind, once))


def test_kinds(scanned: TableProfile) -> None:
    kinds = [column.kind for column in scanned.columns]
    expected = ["integer", "integer", "decimal", "decimal", "date", "boolean", "text", "text"]
    assert kinds == expected


@pytest.mark.parametrize("kind", ["integer", "large", "decimal", "real"])
def test_numbers(table: Path, scanned: TableProfile, kind: str) -> None:
    numbers = found(scanned, kind).numbers
    assert numbers is not None
    assert (numbers.min, numbers.max) == (
        asked(table, kind, "min(x)"),
        asked(table, kind, "max(x)"),
    )
    pairs = {
        "fsum(x)": numbers.sum,
        "favg(x)": numbers.mean,
        "stddev_samp(x)": numbers.deviation,
        "var_samp(x)": numbers.variance,
        "skewness(x)": numbers.skewness,
        "kurtosis(x)": numbers.kurtosis,
    }
    for expression, value in pairs.items():
        assert value == pytest.approx(asked(table, kind, expression), rel=1e-9), expression
    assert numbers.zeros == asked(table, kind, "count(*) filter (x = 0)")
    assert numbers.negatives == asked(table, kind, "count(*) filter (x < 0)")


@pytest.mark.parametrize("kind", ["integer", "large", "decimal", "real"])
def test_quantiles_hold_their_bound(table: Path, scanned: TableProfile, kind: str) -> None:
    numbers = found(scanned, kind).numbers
    assert numbers is not None
    assert numbers.quantiles is not None
    for quantile in numbers.quantiles:
        if numbers.quantile_method == "exact":
            truth = asked(table, kind, f"quantile_cont(x::DOUBLE, {quantile.probability})")
            assert quantile.value == pytest.approx(truth, rel=1e-12)
        else:
            rank = asked(table, kind, f"avg((x <= {quantile.value!r})::DOUBLE)")
            below = asked(table, kind, f"avg((x < {quantile.value!r})::DOUBLE)")
            slack = numbers.quantile_error + 2 / numbers.count
            assert below - slack <= quantile.probability <= rank + slack


@pytest.mark.parametrize("kind", ["integer", "decimal", "real"])
def test_outliers_and_mad(table: Path, scanned: TableProfile, kind: str) -> None:
    numbers = found(scanned, kind).numbers
    assert numbers is not None
    assert numbers.outliers is not None
    assert numbers.mad is not None
    mad = asked(table, kind, "mad(x::DOUBLE)")
    assert numbers.mad.value == pytest.approx(mad, rel=1e-9 if numbers.mad.error == 0 else 0.05)
    for outliers in numbers.outliers:
        below = asked(table, kind, f"count(*) filter (x < {outliers.lower_fence!r})")
        above = asked(table, kind, f"count(*) filter (x > {outliers.upper_fence!r})")
        unsure = outliers.error * max(1, outliers.below + outliers.above)
        assert abs(outliers.below - below) <= unsure
        assert abs(outliers.above - above) <= unsure


@pytest.mark.parametrize("kind", ["integer", "large", "decimal", "real"])
def test_histograms_count_what_lies_in_them(table: Path, scanned: TableProfile, kind: str) -> None:
    histogram = found(scanned, kind).histogram
    assert histogram is not None
    for bin_ in histogram.bins:
        inside = f"count(*) filter (x >= {bin_.lower} AND x < {bin_.upper})"
        assert bin_.count == asked(table, kind, inside)


@pytest.mark.parametrize("kind", ["text", "many", "boolean", "integer"])
def test_top_values(table: Path, scanned: TableProfile, kind: str) -> None:
    column = found(scanned, kind)
    for top in column.top_values[:5] if column.top_method == "exact" else ():
        counted = f"count(*) filter (x::VARCHAR = '{top.value.replace(chr(39), chr(39) * 2)}')"
        assert top.count == asked(table, kind, counted)


def test_dates(table: Path, scanned: TableProfile) -> None:
    dates = found(scanned, "date").dates
    assert dates is not None
    assert dates.earliest == asked(table, "date", "min(x)::VARCHAR")
    assert dates.latest == asked(table, "date", "max(x)::VARCHAR")
    days = tuple(asked(table, "date", f"count(*) filter (isodow(x) = {n})") for n in range(1, 8))
    assert dates.weekdays == days


def test_text_lengths_are_in_characters(table: Path, scanned: TableProfile) -> None:
    for kind in ("text", "many"):
        text = found(scanned, kind).text
        assert text is not None
        assert text.length_mean == pytest.approx(asked(table, kind, "avg(length(x))"), rel=1e-12)
        assert text.length_min == asked(table, kind, "min(length(x))")
        assert text.length_max == asked(table, kind, "max(length(x))")


def test_duplicate_rows(table: Path, scanned: TableProfile) -> None:
    source = f"read_csv('{table}', all_varchar=true, header=true, quote='\"', escape='\"')"
    counted = (
        f"SELECT count(*) - (SELECT count(*) FROM (SELECT DISTINCT * FROM {source})) FROM {source}"
    )
    row = duckdb.execute(counted).fetchone()
    assert row is not None
    assert holds(scanned.duplicate_rows, row[0])
