"""Compares a profile with what the slow profiler finds in the same cells."""

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from math import isfinite

import pytest

from agensium.core.profile import (
    ColumnProfile,
    Histogram,
    NumberStatistics,
    TableProfile,
    ValueCount,
)
from tests.oracle import figures, texts
from tests.oracle.cells import Read
from tests.oracle.dates import assert_same_dates
from tests.oracle.plain import PlainColumn, most_frequent, rare, repeated_rows, row_order
from tests.oracle.tables import Written

PLACES_IN_NUMBERS = {"integer": 0, "decimal": 0, "money": 1, "percent": 2}


def pairs(counted: Sequence[ValueCount] | None) -> list[tuple[str, int]]:
    return [(each.value, each.count) for each in counted or ()]


def assert_same(profile: TableProfile, table: Written) -> None:
    assert profile.rows == len(table.rows)
    assert [c.name for c in profile.columns] == [f"c{n}" for n in range(len(table.rows[0]))]
    assert profile.bytes == len(table.data)
    assert profile.duplicate_rows is not None
    assert profile.duplicate_rows.value == repeated_rows(table.rows)
    for column, cells in zip(profile.columns, table.columns, strict=True):
        plain = PlainColumn.of(cells)
        assert_same_counts(column, plain)
        assert_same_values(column, plain)
        assert_same_examples(column, plain, table)
        assert_same_text(column, plain)
        assert_same_numbers(column, plain)
        assert_same_dates(column, plain)
    missing = sum(column.missing for column in profile.columns)
    assert profile.missing_cells == missing


def assert_same_counts(column: ColumnProfile, plain: PlainColumn) -> None:
    assert column.kind == plain.kind
    assert column.rows == len(plain.cells)
    assert column.missing == len(plain.cells) - len(plain.present)
    assert dict(pairs(column.missing_tokens)) == plain.missing_tokens
    assert column.empty == plain.cells.count("")
    blank = sum(cell != "" and not cell.strip(" \t\n\v\f\r") for cell in plain.cells)
    assert column.whitespace_only == blank
    assert column.conforming == sum(plain.conforms(read) for _, read in plain.present)
    assert {each.kind: each.count for each in column.evidence} == plain.evidence
    assert column.leading_zeros == plain.count("code")


def assert_same_values(column: ColumnProfile, plain: PlainColumn) -> None:
    values = plain.values
    assert column.distinct is not None
    assert column.unique is not None
    assert column.distinct.value == len(values)
    assert column.unique.value == sum(count == 1 for count in values.values())
    assert column.top_method == column.pattern_method == "exact"
    assert pairs(column.top_values) == most_frequent(values)
    assert (None if column.rare_values is None else pairs(column.rare_values)) == rare(values)
    masks = Counter(texts.mask(cell) for cell, _ in plain.present)
    if plain.present:
        assert pairs(column.patterns) == most_frequent(masks)
    if column.kind == "text":
        found = {
            each.key: Counter(dict(pairs(each.spellings))) for each in column.near_duplicates or ()
        }
        expected = texts.near_duplicates(values)
        assert found == {
            key: Counter({v[:200]: n for v, n in group.items()}) for key, group in expected.items()
        }
    if column.kind == "boolean":
        truths = Counter(read.truth for _, read in plain.present)
        assert column.booleans is not None
        assert (column.booleans.true, column.booleans.false) == (truths[True], truths[False])
        words = Counter(cell for cell, read in plain.present if read.truth is not None)
        assert pairs(column.booleans.spellings) == most_frequent(words, 40)


def assert_same_examples(column: ColumnProfile, plain: PlainColumn, table: Written) -> None:
    """The first different cells that do not conform, by the line on which their rows start."""
    first: dict[str, int] = {}
    reads = iter(plain.present)
    read = next(reads, None)
    for cell, line in zip(plain.cells, table.lines, strict=True):
        if read is None or read[0] != cell:
            continue
        if not plain.conforms(read[1]):
            first.setdefault(cell[:200], line)
        read = next(reads, None)
    found = [(each.value, each.line) for each in column.nonconforming]
    assert found == list(first.items())[:10]


def assert_same_text(column: ColumnProfile, plain: PlainColumn) -> None:
    if not plain.present:
        assert column.text is None
        return
    text, facts = column.text, [texts.facts(cell) for cell, _ in plain.present]
    assert text is not None
    lengths = [each.length for each in facts]
    assert (text.length_min, text.length_max) == (min(lengths), max(lengths))
    assert text.length_mean == pytest.approx(sum(lengths) / len(lengths), rel=1e-15)
    assert text.words_max == max(each.words for each in facts)
    assert text.words_mean == pytest.approx(sum(each.words for each in facts) / len(facts))
    cases = Counter(each.case for each in facts)
    assert (text.upper, text.lower, text.mixed) == (cases["upper"], cases["lower"], cases["mixed"])
    assert text.leading_blanks == sum(each.leading for each in facts)
    assert text.trailing_blanks == sum(each.trailing for each in facts)
    assert text.inner_blanks == sum(each.inner for each in facts)
    assert text.control_characters == sum(each.control for each in facts)
    assert text.non_ascii == sum(each.non_ascii for each in facts)
    assert text.non_nfc == sum(each.non_nfc for each in facts)
    assert dict(pairs(text.scripts)) == Counter(name for each in facts for name in each.scripts)
    found = Counter(dict(pairs(text.characters)))
    assert found["letter"] == sum(each.letters for each in facts)
    assert found["digit"] == sum(each.digits for each in facts)
    assert found["blank"] == sum(each.blanks for each in facts)
    assert found.total() == sum(lengths)
    assert_counted(text.length_histogram, [Fraction(length) for length in lengths])


def assert_counted(histogram: Histogram | None, values: Sequence[Fraction]) -> None:
    """Adjacent bins of equal width that count what lies in them."""
    assert histogram is not None
    ends = [(Fraction(b.lower), Fraction(b.upper)) for b in histogram.bins]
    assert all(a[1] == b[0] for a, b in pairwise(ends))
    assert len({high - low for low, high in ends}) <= 1 or max(abs(b[1]) for b in ends) > 2**52
    for each, (low, high) in zip(histogram.bins, ends, strict=True):
        last = each is histogram.bins[-1]
        assert each.count == sum(low <= v < high or (last and v == high) for v in values)


def assert_same_numbers(column: ColumnProfile, plain: PlainColumn) -> None:
    if column.kind not in PLACES_IN_NUMBERS:
        assert column.numbers is None
        return
    reads = [read for _, read in plain.present if plain.conforms(read) and read.number is not None]
    finite = [read for read in reads if read.number is not None and isfinite(read.number)]
    if not finite:
        assert column.numbers is None
        return
    numbers = column.numbers
    assert numbers is not None
    values = [
        Fraction(r.number if r.whole is None else r.whole) for r in finite if r.number is not None
    ]
    assert_same_figures(numbers, values)
    assert_same_moments(numbers, values)
    assert_same_writing(numbers, finite, plain)
    assert_same_distribution(numbers, sorted(Fraction(read.number or 0) for read in finite))
    assert_counted(column.histogram, [Fraction(read.number or 0) for read in finite])
    assert numbers.infinities == sum(abs(read.number or 0) == float("inf") for read in reads)
    assert numbers.nans == sum(read.number != read.number for read in reads)
    assert numbers.order == expected_order(plain)


def expected_order(plain: PlainColumn) -> str:
    keys: list[Fraction] = []
    for _, read in plain.present:
        if read.number is None or not isfinite(read.number):
            return "none"
        keys.append(Fraction(read.number if read.whole is None else read.whole))
    return row_order(keys)


def close(found: float | None, expected: float | None, rel: float, scale: float = 0.0) -> bool:
    if expected is None or found is None:
        return found is None and (expected is None or not isfinite(expected))
    return abs(found - expected) <= max(rel * abs(expected), scale)


def assert_same_figures(numbers: NumberStatistics, values: Sequence[Fraction]) -> None:
    assert numbers.count == len(values)
    ends = (min(values), max(values))
    if all(value.denominator == 1 and abs(value) < 2**63 for value in values):
        assert (Fraction(numbers.min), Fraction(numbers.max)) == ends
    assert (float(numbers.min), float(numbers.max)) == (float(ends[0]), float(ends[1]))
    assert close(float(numbers.sum), figures.double(sum(values, Fraction(0))), 1e-15)
    assert numbers.zeros == sum(value == 0 for value in values)
    assert numbers.negatives == sum(value < 0 for value in values)
    assert numbers.whole == sum(value.denominator == 1 for value in values)


def assert_same_moments(numbers: NumberStatistics, values: Sequence[Fraction]) -> None:
    expected = figures.moments(values)
    assert close(numbers.mean, expected.mean, 1e-14)
    largest = float(max(abs(value) for value in values))
    spread = float(max(values) - min(values))
    if largest > 1e70 or 0 < spread < 1e-70:  # a fourth power may have no double
        return
    assert close(numbers.variance, expected.variance, 1e-9)
    assert close(numbers.skewness, expected.skewness, 1e-6, 1e-6)
    assert close(numbers.kurtosis, expected.kurtosis, 1e-6, 1e-6)


def assert_same_writing(
    numbers: NumberStatistics, finite: Sequence[Read], plain: PlainColumn
) -> None:
    assert numbers.decimals == max(read.decimals for read in finite)
    assert numbers.decimal_comma == (plain.notation == ",")
    separators = {read.separator for read in finite} - {None}
    assert numbers.thousands_separator in (separators or {None})
    assert dict(pairs(numbers.currencies)) == Counter(r.currency for r in finite if r.currency)
    if len(finite) < 100:
        assert numbers.first_digits is None


def assert_same_distribution(numbers: NumberStatistics, ordered: Sequence[Fraction]) -> None:
    scale = 1e-14 * float(max(abs(ordered[0]), abs(ordered[-1])))
    assert numbers.quantile_method == "exact"
    assert numbers.quantiles is not None
    assert tuple(each.probability for each in numbers.quantiles) == figures.PROBABILITIES
    for each in numbers.quantiles:
        expected = float(figures.quantile(ordered, each.probability))
        assert close(float(each.value), expected, 1e-12, scale)
    assert numbers.mad is not None
    assert close(
        float(numbers.mad.value), float(figures.median_distance(ordered)), 1e-12, 4 * scale
    )
    for fences in numbers.outliers or ():
        counted = figures.beyond(ordered, fences.lower_fence, fences.upper_fence)
        assert (fences.below, fences.above) == counted
