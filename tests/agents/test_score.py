"""Scores of tables small enough to count by hand."""

from pathlib import Path

import pytest

from agensium.core.scoring import Dimension, Score
from tests.agents.test_profile import profile


def scored(folder: Path, text: str, params: str = "") -> Score:
    score = profile(folder, text, params).score
    assert score is not None
    return score


def dimension(score: Score, name: str) -> Dimension:
    return next(each for each in score.dimensions if each.name == name)


def test_a_table_without_a_flaw_has_a_hundred(tmp_path: Path) -> None:
    score = scored(tmp_path, "id,city\n1,Rome\n2,Oslo\n3,Rome\n4,Oslo\n")
    assert score.value == score.lower == score.upper == 100


def test_each_dimension_counts_what_it_says(tmp_path: Path) -> None:
    rows = ["1,Rome,1.5", "1,Rome,1.5", "2,ROME,2.5", "3,Oslo,", "4,Oslo,x", *["5,Rome,1"] * 15]
    score = scored(tmp_path, "id,city,amount\n" + "\n".join(rows) + "\n")
    counted = {each.name: (each.numerator, each.denominator) for each in score.dimensions}
    assert counted["completeness"] == (59, 60)
    assert counted["uniqueness"] == (5, 20)
    assert counted["validity"] == (20 + 18, 20 + 19)
    assert counted["consistency"] == (19, 20)
    expected = 100 * (59 / 60 * 5 / 20 * 38 / 39 * 19 / 20) ** (1 / 4)
    assert score.value == pytest.approx(expected, abs=1e-6)


def test_what_cannot_be_told_is_not_assessed_and_has_no_part(tmp_path: Path) -> None:
    score = scored(tmp_path, "name\nada\nbob\n")
    for name in ("validity", "currency", "accuracy"):
        assert dimension(score, name).value is None
        assert dimension(score, name).formula


def test_weights_count(tmp_path: Path) -> None:
    text = "id,amount\n1,\n2,3\n"
    weights = '{"weights": {"completeness": 2, "uniqueness": 0, "validity": 1, "consistency": 0}}'
    score = scored(tmp_path, text, weights)
    assert score.value == pytest.approx(100 * (3 / 4) ** (2 / 3), abs=1e-6)


def test_one_dimension_at_nothing_is_a_score_of_nothing(tmp_path: Path) -> None:
    score = scored(tmp_path, "a,b\n,\n,\n")
    assert score.value == 0


def test_without_weights_there_is_no_score(tmp_path: Path) -> None:
    none = '{"weights": {"completeness": 0, "uniqueness": 0, "validity": 0, "consistency": 0}}'
    assert scored(tmp_path, "id\n1\n", none).value is None
