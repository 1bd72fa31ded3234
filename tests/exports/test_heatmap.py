"""A heat map is drawn only where it tells more than sentences."""

from itertools import combinations

import pytest

from agensium.core.profile import Association, Estimate
from agensium.exports.heatmap import heat_map


def pair(left: str, right: str, value: float) -> Association:
    return Association(left=left, right=right, measure="pearson", estimate=Estimate(value=value))


def tied(columns: int, value: float = 0.8) -> list[Association]:
    return [pair(f"c{a}", f"c{b}", value) for a, b in combinations(range(columns), 2)]


@pytest.mark.parametrize(("columns", "drawn"), [(3, False), (4, True), (30, True), (31, False)])
def test_it_needs_few_and_not_too_many_columns(columns: int, *, drawn: bool) -> None:
    assert (heat_map(tied(columns)) is not None) == drawn


def test_it_needs_some_strong_pairs() -> None:
    assert heat_map(tied(10, 0.4)) is None
    assert heat_map(tied(3, 0.9) + tied(10, 0.4)) is None
    assert heat_map(None) is None


def test_it_shows_the_strongest_measure_and_its_direction() -> None:
    found = heat_map([*tied(4), pair("c0", "c1", -0.9999), pair("c2", "c0", 0.1)])
    assert found is not None
    drawing = str(found.drawing)
    assert "\N{MINUS SIGN}0.99</text>" in drawing  # never 1.00 when it is not
    assert drawing.count("0.80</text>") == 5
    assert drawing.count('class="h4 neg"') == 1
    assert (
        'role="img" aria-label="Heat map of how strongly 4 columns go together: 6 pairs' in drawing
    )
    assert "c0 and c1 \N{MINUS SIGN}0.99, c0 and c2 0.80" in drawing


def test_columns_that_go_together_stand_together() -> None:
    groups = [("a", "b", "c"), ("x", "y", "z")]
    found = heat_map([pair(p, q, 0.9) for group in groups for p, q in combinations(group, 2)])
    assert found is not None
    names = [part.split("<")[0] for part in str(found.drawing).split('">') if "</text>" in part]
    assert [name for name in names if name.isalpha()] == ["a", "b", "c", "x", "y", "z"]


def test_names_are_shown_and_not_obeyed() -> None:
    found = heat_map([pair(f"<i>{a}", f"<i>{b}", 0.9) for a, b in combinations("abcd", 2)])
    assert found is not None
    assert "<i>" not in found.drawing
    assert "&lt;i&gt;a</text>" in found.drawing
