"""The charts: small SVG drawings out of numbers, with a text alternative for each.

Drawings carry no colours and no sizes of their own; the style sheet gives both. Coordinates are
whole numbers, so equal figures give equal bytes.
"""

from collections.abc import Sequence
from typing import Final

from markupsafe import Markup
from msgspec import Struct

HEIGHT: Final = 100
WIDTH: Final = 1000
BAR: Final = 10
GAP: Final = 1
CATEGORY_GAP: Final = 3
LEAST_CATEGORIES: Final = 6
LEAST_HEIGHT: Final = 3
MOST_GAPPED_BARS: Final = 40


HEAT_WIDTH: Final = 36
HEAT_HEIGHT: Final = 22
HEAT_NAME_WIDTH: Final = 190
HEAT_BASELINE: Final = 15
HEAT_GAP: Final = 6
HEAT_STEPS: Final = 5


class HeatCell(Struct, frozen=True):
    """How strongly two columns go together, from -1 to 1, and the figure that says it."""

    value: float
    text: str


class HeatRow(Struct, frozen=True):
    """The name of a column, and its cells with all columns before it."""

    name: str
    cells: tuple[HeatCell, ...]


class Box(Struct, frozen=True):
    """Five places on the axis of a histogram, each between 0 and 1, and the words for them."""

    low: float
    lower: float
    middle: float
    upper: float
    high: float
    label: str


def bars(counts: Sequence[int], label: str, name: str, *, categories: bool = False) -> Markup:
    """Draw one bar for each count, the tallest over the whole height.

    Args:
        counts: how tall each bar is.
        label: what the chart says, for those who do not see it.
        name: the id of the shape, by which :func:`again` repeats it.
        categories: whether the bars stand for values that have no neighbours.

    """
    gap = CATEGORY_GAP if categories else GAP if len(counts) <= MOST_GAPPED_BARS else 0
    places = max(len(counts), LEAST_CATEGORIES) if categories else len(counts)
    return Markup(
        '<svg class="bars{}" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" '
        'aria-label="{}"><path id="{}" d="M0 {}{}"/></svg>'
    ).format(
        " cat" if categories else "",
        places * BAR,
        HEIGHT,
        label,
        name,
        HEIGHT,
        "".join(_bar(_height(count, max(counts)), gap) for count in counts),
    )


def again(counts: Sequence[int], name: str) -> Markup:
    """Draw the bars of that name once more, at the size of another place."""
    return Markup(
        '<svg class="bars" viewBox="0 0 {} {}" preserveAspectRatio="none" aria-hidden="true">'
        '<use href="#{}"/></svg>'
    ).format(len(counts) * BAR, HEIGHT, name)


def meter(invalid: float, missing: float) -> Markup:
    """Draw which shares of a whole are invalid and missing, beside the words that say it.

    What is left is valid.
    """
    bad, absent = _percent(invalid), _percent(missing)
    good = max(0.0, 100 - bad - absent)
    return Markup('<svg class="meter" aria-hidden="true">{}{}{}</svg>').format(
        _part("ok", 0, good), _part("no", good, bad), _part("na", good + bad, absent)
    )


def bar(part: float) -> Markup:
    """Draw one share as a horizontal bar, beside the figure that says it."""
    return Markup('<svg class="bar" aria-hidden="true"><rect width="{:g}%"/></svg>').format(
        _percent(part)
    )


def box(places: Box) -> Markup:
    """Draw the middle half of the values as a box, the middle as a line, the tails as whiskers."""
    low, lower, middle, upper, high = (
        _place(place)
        for place in (places.low, places.lower, places.middle, places.upper, places.high)
    )
    return Markup(
        '<svg class="box" viewBox="0 0 {} 12" preserveAspectRatio="none" role="img" '
        'aria-label="{}"><path d="M{} 6H{}"/><rect x="{}" y="1" width="{}" height="10"/>'
        '<path class="mid" d="M{} 0V12"/></svg>'
    ).format(WIDTH, places.label, low, high, lower, max(1, upper - lower), middle)


def heat(rows: Sequence[HeatRow], label: str) -> Markup:
    """Draw a triangle: each name stands at the end of its row and at the top of its column."""
    side, width = len(rows), len(rows) * HEAT_WIDTH + HEAT_NAME_WIDTH
    return Markup(
        '<svg class="heat" width="{}" height="{}" viewBox="0 0 {} {}" role="img" aria-label="{}">'
        "{}</svg>"
    ).format(
        width,
        side * HEAT_HEIGHT,
        width,
        side * HEAT_HEIGHT,
        label,
        Markup().join(_heat_row(row, index) for index, row in enumerate(rows)),
    )


def _heat_row(row: HeatRow, index: int) -> Markup:
    """The style sheet gives cells their size and their place on the line of the text."""
    cells = Markup().join(
        _heat_cell(cell, column * HEAT_WIDTH) for column, cell in enumerate(row.cells)
    )
    return Markup('<g transform="translate(0 {})">{}<text class="who" x="{}">{}</text></g>').format(
        index * HEAT_HEIGHT + HEAT_BASELINE, cells, index * HEAT_WIDTH + HEAT_GAP, row.name
    )


def _heat_cell(cell: HeatCell, left: int) -> Markup:
    step = min(int(abs(cell.value) * HEAT_STEPS), HEAT_STEPS - 1)
    if not step:
        return Markup()
    return Markup('<rect class="h{}{}" x="{}"/><text class="v" x="{}">{}</text>').format(
        step, " neg" if cell.value < 0 else "", left, left + HEAT_WIDTH // 2, cell.text
    )


def _height(count: int, tallest: int) -> int:
    return max(LEAST_HEIGHT, round(count / tallest * HEIGHT)) if count else 0


def _bar(height: int, gap: int) -> str:
    """Go up, along and down again; without a gap the next bar starts from the baseline too."""
    along = f"v-{height}h{BAR - gap}v{height}" if height else f"h{BAR - gap}"
    return f"{along}h{gap}" if gap else along


def _percent(part: float) -> float:
    """Return the width of a share: at least one percent when it is not nothing."""
    return 0.0 if part <= 0 else min(100.0, max(1.0, round(part * 100, 1)))


def _place(part: float) -> int:
    return min(WIDTH, max(0, round(part * WIDTH)))


def _part(kind: str, start: float, width: float) -> Markup:
    if width <= 0:
        return Markup()
    return Markup('<rect class="{}" x="{:g}%" width="{:g}%"/>').format(kind, start, width)
