"""Which columns go together, as a triangle of coloured cells, where that tells more than words."""

from collections.abc import Mapping, Sequence
from typing import Final

from markupsafe import Markup
from msgspec import Struct

from agensium.core.profile import Association
from agensium.exports import formats, svg
from agensium.exports.text import visible

LEAST_COLUMNS: Final = 4
MOST_COLUMNS: Final = 30
STRONG: Final = 0.5
LEAST_STRONG: Final = 4
"""Below so many strong pairs, the sentences alone say it better."""
NAME_CHARS: Final = 26
TOLD_PAIRS: Final = 10
NOTE: Final = (
    f"The strongest measure of each pair; {formats.MINUS} where one falls as the other rises. "
    "Empty: under 0.2, or not measured."
)

_SIGNED: Final = frozenset({"pearson", "spearman"})

Strengths = Mapping[frozenset[str], float]


class HeatMap(Struct, frozen=True):
    """The drawing, and the words over it."""

    drawing: Markup
    note: str


def heat_map(associations: Sequence[Association] | None) -> HeatMap | None:
    """Return the heat map of all columns with a strong tie; none where it would not help."""
    strengths = _strengths(associations or ())
    strong = [pair for pair, value in strengths.items() if abs(value) >= STRONG]
    names = list(dict.fromkeys(name for pair in strong for name in sorted(pair)))
    if len(strong) < LEAST_STRONG or not LEAST_COLUMNS <= len(names) <= MOST_COLUMNS:
        return None
    names = _in_order(names, strengths)
    label = _label(names, strengths, len(strong))
    shown = [visible(name, NAME_CHARS) for name in names]
    rows = tuple(
        svg.HeatRow(name, tuple(_cell(strengths, names[row], left) for left in names[:row]))
        for row, name in enumerate(shown)
    )
    return HeatMap(svg.heat(rows, label), NOTE)


def _strengths(associations: Sequence[Association]) -> dict[frozenset[str], float]:
    """Return the strongest measure of each pair, the strongest pair first."""
    found: dict[frozenset[str], float] = {}
    for each in associations:
        pair = frozenset((each.left, each.right))
        value = float(each.estimate.value)
        value = value if each.measure in _SIGNED else abs(value)
        if len(pair) > 1 and abs(value) > abs(found.get(pair, 0.0)):
            found[pair] = value
    return dict(sorted(found.items(), key=lambda each: (-abs(each[1]), sorted(each[0]))))


def _in_order(names: list[str], strengths: Strengths) -> list[str]:
    """Put columns that go together side by side: each next to the one that it is closest to."""
    order, rest = names[:1], names[1:]
    while rest:
        last = order[-1]
        following = max(rest, key=lambda name: abs(strengths.get(frozenset((last, name)), 0.0)))
        order.append(following)
        rest.remove(following)
    return order


def _cell(strengths: Strengths, row: str, column: str) -> svg.HeatCell:
    value = strengths.get(frozenset((row, column)))
    return svg.HeatCell(0.0, "") if value is None else svg.HeatCell(value, formats.degree(value))


def _label(names: Sequence[str], strengths: Strengths, strong: int) -> str:
    told = (
        f"{visible(left, NAME_CHARS)} and {visible(right, NAME_CHARS)} {formats.degree(value)}"
        for (left, right), value in (
            (sorted(pair), value) for pair, value in list(strengths.items())[:TOLD_PAIRS]
        )
    )
    return (
        f"Heat map of how strongly {len(names)} columns go together: {strong} pairs of "
        f"{STRONG} or more. The strongest are {', '.join(told)}."
    )
