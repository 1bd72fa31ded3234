"""Every figure of a profile has a test that knows the right answer: here is written which one.

An oracle is DuckDB, the slow profiler of `tests/oracle`, a formula or a literal. A figure without
one fails here, and so does one whose test is gone or does not look at it.
"""

import ast
import re
from functools import cache
from pathlib import Path
from typing import Any, Final, get_args, get_type_hints

import pytest
from msgspec import Struct

from agensium.core.profile import TableProfile

TESTS: Final = Path(__file__).parents[1]
PLAIN: Final = "oracle/compare.py"
PLAIN_DATES: Final = "oracle/dates.py"
BY_HAND: Final = "kernel/test_statistics.py"
DUCKDB: Final = "kernel/test_against_duckdb.py"
FORMULA: Final = "kernel/test_figures.py"
PAIRS: Final = "kernel/test_pairs.py"
READING: Final = "kernel/test_reading.py"
DEPENDENCIES: Final = "kernel/test_dependencies.py"
TYPED: Final = "data/test_typed.py"
PERSONAL: Final = "agents/test_personal.py::test_each_column_says_what_and_how_much_of_it_is_masked"

ORACLES: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "TableProfile": {
        f"{PLAIN}::assert_same": ("rows", "bytes", "columns", "missing_cells", "duplicate_rows"),
        f"{READING}::test_ragged_rows_are_padded_cut_and_reported_by_line": ("repairs",),
        f"{PAIRS}::test_columns_that_are_missing_together": ("co_missing",),
        f"{PAIRS}::test_a_wide_table_says_what_was_not_measured": ("not_computed",),
        f"{PAIRS}::association": ("associations",),
        f"{PAIRS}::test_relations_that_hold_in_every_row": ("relations",),
        f"{DEPENDENCIES}::test_dependencies_and_keys_of_random_tables_are_those_of_duckdb": (
            "keys",
        ),
        f"{DEPENDENCIES}::dependencies": ("dependencies",),
    },
    "ColumnProfile": {
        f"{PLAIN}::assert_same": ("name",),
        f"{PLAIN}::assert_same_counts": (
            "kind", "rows", "missing", "missing_tokens", "empty", "whitespace_only", "conforming",
            "evidence", "leading_zeros",
        ),
        f"{PLAIN}::assert_same_values": (
            "distinct", "unique", "booleans", "top_values", "rare_values", "patterns",
            "near_duplicates",
        ),
        f"{PLAIN}::assert_same_examples": ("nonconforming",),
        f"{PLAIN}::assert_same_numbers": ("numbers", "histogram"),
        f"{PLAIN}::assert_same_text": ("text",),
        f"{PLAIN_DATES}::assert_same_dates": ("dates",),
        f"{FORMULA}::test_sampled_frequent_values_hold_their_bound": ("top_method",),
        f"{FORMULA}::test_patterns_of_many_values_hold_their_bound": ("pattern_method",),
        "kernel/test_properties.py::test_a_plain_profiler_finds_the_same": ("position",),
        f"{TYPED}::test_declared_types_and_values_without_a_value_are_told": ("declared", "nulls"),
        PERSONAL: ("personal",),
    },
    "PersonalValues": {PERSONAL: ("what", "by", "seen", "of", "masked")},
    "Estimate": {
        f"{FORMULA}::test_a_sampled_correlation_holds_its_bound": (
            "value", "method", "error", "error_of", "n", "of",
        ),
    },
    "ValueCount": {
        f"{FORMULA}::test_sampled_frequent_values_hold_their_bound": ("value", "count", "error"),
    },
    "Example": {f"{PLAIN}::assert_same_examples": ("line", "value")},
    "KindCount": {f"{PLAIN}::assert_same_counts": ("kind", "count")},
    "Lines": {
        f"{READING}::test_ragged_rows_are_padded_cut_and_reported_by_line": ("count", "first"),
    },
    "Bin": {
        f"{PLAIN}::assert_counted": ("lower", "upper", "count"),
    },
    "Histogram": {
        f"{PLAIN}::assert_counted": ("bins",),
        f"{FORMULA}::test_a_histogram_of_dates_counts_whole_days": ("method",),
    },
    "Quantile": {f"{PLAIN}::assert_same_distribution": ("probability", "value")},
    "Outliers": {
        f"{FORMULA}::test_the_fences_are_those_of_tukey_and_of_iglewicz_and_hoaglin": (
            "rule", "lower_fence", "upper_fence", "below", "above", "method",
        ),
        f"{DUCKDB}::test_outliers_and_mad": ("error",),
    },
    "NumberStatistics": {
        f"{PLAIN}::assert_same_figures": (
            "count", "min", "max", "sum", "zeros", "negatives", "whole",
        ),
        f"{PLAIN}::assert_same_moments": ("mean", "variance", "skewness", "kurtosis"),
        "kernel/test_nist.py::test_mean_and_deviation_have_the_certified_digits": ("deviation",),
        f"{FORMULA}::test_the_coefficient_of_variation_is_the_deviation_by_the_size_of_the_mean": (
            "coefficient_of_variation",
        ),
        f"{PLAIN}::assert_same_numbers": ("infinities", "nans", "order"),
        f"{PLAIN}::assert_same_distribution": ("quantiles", "quantile_method", "mad"),
        f"{DUCKDB}::test_quantiles_hold_their_bound": ("quantile_error",),
        f"{FORMULA}::test_the_fences_are_those_of_tukey_and_of_iglewicz_and_hoaglin": ("outliers",),
        f"{BY_HAND}::test_order_and_step": ("step",),
        f"{FORMULA}::test_first_digits_are_the_first_that_are_not_zero": ("first_digits",),
        f"{PLAIN}::assert_same_writing": (
            "decimals", "decimal_comma", "thousands_separator", "currencies",
        ),
    },
    "TextStatistics": {
        f"{PLAIN}::assert_same_text": (
            "length_min", "length_max", "length_mean", "length_histogram", "words_mean",
            "words_max", "leading_blanks", "trailing_blanks", "inner_blanks", "upper", "lower",
            "mixed", "control_characters", "non_ascii", "non_nfc", "characters", "scripts",
        ),
    },
    "DateStatistics": {
        f"{PLAIN_DATES}::assert_same_dates": (
            "count", "earliest", "latest", "span_seconds", "day_order", "gap_count", "weekdays",
            "hours",
        ),
        f"{FORMULA}::test_a_format_is_told_in_the_letters_of_strftime": ("formats",),
        f"{FORMULA}::test_the_granularity_is_the_coarsest_unit_that_fits": ("granularity",),
        f"{FORMULA}::test_dates_have_an_order": ("order",),
        f"{BY_HAND}::test_dates": ("gaps", "future", "sentinels"),
    },
    "DateGap": {f"{BY_HAND}::test_dates": ("after", "before", "missing")},
    "BooleanStatistics": {f"{PLAIN}::assert_same_values": ("true", "false", "spellings")},
    "NearDuplicate": {f"{PLAIN}::assert_same_values": ("key", "spellings")},
    "NotComputed": {
        "oracle/test_mended_defects.py::test_decimal_commas_that_come_too_late_are_said": (
            "what", "why", "column",
        ),
    },
    "Repairs": {
        f"{READING}::test_ragged_rows_are_padded_cut_and_reported_by_line": ("padded", "cut"),
        f"{READING}::test_stray_and_unclosed_quotes_are_reported": (
            "stray_quotes", "unclosed_quote",
        ),
        f"{READING}::test_bytes_that_are_not_utf_8_are_replaced_and_reported": ("invalid_utf8",),
        f"{READING}::test_lines_are_counted_through_quoted_breaks_and_blank_lines": (
            "blank_lines",
        ),
        f"{READING}::test_a_byte_order_mark_and_skipped_lines_are_no_part_of_the_table": (
            "byte_order_mark",
        ),
    },
    "CoMissing": {
        f"{PAIRS}::test_columns_that_are_missing_together": ("left", "right", "rows"),
        f"{FORMULA}::test_what_holds_between_columns_of_many_rows_says_it_is_of_a_sample": (
            "method",
        ),
    },
    "Association": {
        f"{FORMULA}::strengths": ("left", "right", "measure"),
        f"{FORMULA}::test_categories_go_together_as_the_formulas_say": ("estimate",),
    },
    "Relation": {
        f"{PAIRS}::test_relations_that_hold_in_every_row": ("kind", "columns", "rows"),
        f"{FORMULA}::test_order_between_columns_of_many_rows_is_of_a_sample": ("method",),
    },
    "Key": {
        f"{FORMULA}::test_what_holds_between_columns_of_many_rows_says_it_is_of_a_sample": (
            "columns", "method",
        ),
    },
    "Dependency": {
        f"{FORMULA}::test_what_holds_between_columns_of_many_rows_says_it_is_of_a_sample": (
            "determinant", "dependent", "method",
        ),
    },
}  # fmt: skip


def structures(kind: Any, known: dict[str, type[Struct]]) -> dict[str, type[Struct]]:
    """Collect the structures that a type is made of."""
    for part in get_args(kind):
        structures(part, known)
    if isinstance(kind, type) and issubclass(kind, Struct) and kind.__name__ not in known:
        known[kind.__name__] = kind
        for hint in get_type_hints(kind).values():
            structures(hint, known)
    return known


STRUCTURES: Final = structures(TableProfile, {})
NAMED: Final = [
    (name, field, oracle)
    for name, oracles in ORACLES.items()
    for oracle, fields in oracles.items()
    for field in fields
]


@cache
def functions(path: str) -> dict[str, str]:
    """Return the source of each function of a file."""
    text = (TESTS / path).read_text()
    found = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef))
    return {node.name: ast.get_source_segment(text, node) or "" for node in found}


@pytest.mark.parametrize("name", sorted(STRUCTURES))
def test_every_figure_has_an_oracle(name: str) -> None:
    listed = sorted(field for of, field, _ in NAMED if of == name)
    assert listed == sorted(STRUCTURES[name].__struct_fields__)


@pytest.mark.parametrize(("name", "field", "oracle"), NAMED)
def test_the_oracle_looks_at_the_figure(name: str, field: str, oracle: str) -> None:
    path, _, function = oracle.partition("::")
    source = functions(path).get(function, "")
    assert re.search(rf"\.{field}\b|\b{field}=", source), (
        f"{oracle} does not look at {name}.{field}"
    )
