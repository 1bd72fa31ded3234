"""The score in words and bars, with its arithmetic."""

from math import floor
from typing import Final

from msgspec import Struct

from agensium.core.scoring import Dimension, Score
from agensium.exports import formats

NOT_ASSESSED: Final = "not assessed"
_STEPS: Final = 10


class DimensionBar(Struct, frozen=True):
    """A dimension: its figure, its bar, and what was counted.

    Attributes:
        name: what it is called.
        figure: its share, or that it was not assessed.
        part: the share that its bar shows; none when it was not assessed.
        counted: how many of how many.
        formula: of what, or why it was not assessed.

    """

    name: str
    figure: str
    part: float | None
    counted: str
    formula: str


class ScorePanel(Struct, frozen=True):
    """The score, its dimensions and how one comes from the others.

    Attributes:
        figure: the score from 0 to 100; never rounded up.
        range: between what it lies, when it is not exact.
        bars: the dimensions.
        arithmetic: the whole sum in one line.

    """

    figure: str
    range: str
    bars: tuple[DimensionBar, ...]
    arithmetic: str

    @property
    def assessed(self) -> str:
        """The dimensions that were assessed, in a line."""
        told = (f"{each.name.lower()} {each.figure}" for each in self.bars if each.part is not None)
        return ", ".join(told)


def score_panel(score: Score | None) -> ScorePanel | None:
    """Return the panel of a score; none without one."""
    if score is None or score.value is None:
        return None
    exact = score.lower == score.upper
    return ScorePanel(
        figure=formats.marked(points(score.value), "exact" if exact else "sketch"),
        range="" if exact else f"{points(score.lower)} to {points(score.upper)}",
        bars=tuple(_bar(each) for each in score.dimensions),
        arithmetic=_arithmetic(score),
    )


def points(value: float | None) -> str:
    """Write a score with one decimal; 100 only when it is exactly that."""
    if value is None:
        return "–"
    text = f"{floor(value * _STEPS) / _STEPS:.1f}"
    return text.removesuffix(".0") if value in {0.0, 100.0} else text


def _bar(dimension: Dimension) -> DimensionBar:
    name = dimension.name.capitalize()
    if dimension.value is None:
        return DimensionBar(name, NOT_ASSESSED, None, "", dimension.formula)
    counted = f"{formats.count(dimension.numerator)} of {formats.count(dimension.denominator)}"
    figure = formats.marked(formats.share(dimension.value), dimension.method)
    return DimensionBar(name, figure, dimension.value, counted, dimension.formula)


def _arithmetic(score: Score) -> str:
    parts = [each for each in score.dimensions if each.value is not None and each.weight]
    whole = sum(each.weight for each in parts)
    equal = len({each.weight for each in parts}) == 1
    factors = " × ".join(_factor(each, equal=equal) for each in parts)
    root = len(parts) if equal else whole
    return f"{points(score.value)} = 100 × ({factors})^(1/{root:g})"


def _factor(dimension: Dimension, *, equal: bool) -> str:
    value = f"{dimension.value:.4f}".rstrip("0").rstrip(".")
    return value if equal else f"{value}^{dimension.weight:g}"
