from msgspec.structs import replace

from agensium.core.measures import Estimate
from agensium.core.scoring import Weights, score
from agensium.exports.html import render_html
from agensium.exports.markdown import render_markdown
from agensium.exports.score import points, score_panel
from tests.exports.reports import FULL, NOTHING, table

SCORED = replace(FULL, score=score(FULL.table))


def test_points_are_never_rounded_up() -> None:
    assert [points(each) for each in (100.0, 99.99, 99.85, 50.0, 0.0, None)] == [
        "100", "99.9", "99.8", "50.0", "0", "–",
    ]  # fmt: skip


def test_the_arithmetic_gives_the_score() -> None:
    panel = score_panel(SCORED.score)
    assert panel is not None
    said, _, term = panel.arithmetic.partition(" = ")
    computed = eval(term.replace("×", "*").replace("^", "**"))
    assert abs(computed - float(said)) < 0.2


def test_the_arithmetic_shows_weights_that_differ() -> None:
    panel = score_panel(score(FULL.table, Weights(completeness=3)))
    assert panel is not None
    assert "^3" in panel.arithmetic


def test_a_score_that_is_not_exact_says_between_what_it_lies() -> None:
    rough = replace(FULL.table, duplicate_rows=Estimate(value=100, method="sketch", error=0.1))
    panel = score_panel(score(rough))
    assert panel is not None
    assert panel.figure.startswith("≈")
    low, _, high = panel.range.partition(" to ")
    assert float(low) < float(high)


def test_every_surface_shows_it() -> None:
    page = render_html(SCORED).decode()
    for words in ("Completeness", "not assessed", "needs a reference to compare with", "of 100"):
        assert words in page
    assert "Score **" in render_markdown(SCORED).decode()


def test_a_report_without_a_score_shows_none() -> None:
    assert score_panel(score(table(NOTHING, rows=0))) is None
    assert b"score-title" not in render_html(FULL)
