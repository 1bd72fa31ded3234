"""How columns belong together, in plain words."""

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from agensium.core.profile import (
    Association,
    CoMissing,
    Dependency,
    Key,
    Method,
    Relation,
    TableProfile,
)
from agensium.exports import formats
from agensium.exports.sentences import Names, Sentence

MAX_SENTENCES: Final = 12
LEAST_STRENGTH: Final = 0.3
_STRENGTHS: Final = ((0.9, "very closely"), (0.7, "closely"), (0.5, "clearly"), (0.0, "loosely"))
_MEASURES: Final = {
    "pearson": "Pearson's r",
    "spearman": "Spearman's ρ",
    "cramers_v": "Cramér's V",
    "theils_u": "Theil's U",
    "correlation_ratio": "correlation ratio",
}


class Statement(Struct, frozen=True):
    """A sentence about columns, and how often or how strongly it holds."""

    sentence: Sentence
    figure: str = ""


class Topic(Struct, frozen=True):
    """Statements of one kind.

    Attributes:
        title: what they are about.
        statements: the strongest first.
        note: what is said when there are none, or how many are not shown.

    """

    title: str
    statements: tuple[Statement, ...]
    note: str = ""


def topics(table: TableProfile, names: Names) -> tuple[Topic, ...]:
    """Return what was found out about columns together; nothing for what was not looked for."""
    found: list[Topic] = []
    if table.keys is not None:
        none = "No column or small group of columns identifies a row."
        found.append(_topic("What identifies a row", _keys(table.keys, names), none))
    if table.dependencies is not None:
        statements = _dependencies(table.dependencies, names)
        found.append(_topic("What determines what", statements, "No column determines another."))
    if table.relations is not None:
        statements = _relations(table.relations, names)
        found.append(_topic("What always holds", statements, "No two columns are tied together."))
    if table.associations is not None:
        none = "No two columns go together noticeably."
        found.append(_topic("What goes together", _associations(table.associations, names), none))
    if table.co_missing is not None:
        none = "No two columns are missing together."
        statements = _co_missing(table.co_missing, names, table.rows)
        found.append(_topic("What is missing together", statements, none))
    return tuple(found)


def _topic(title: str, statements: Iterator[Statement], none: str) -> Topic:
    every = tuple(statements)
    shown = every[:MAX_SENTENCES]
    rest = len(every) - len(shown)
    note = f"{formats.count(rest)} more are in the JSON report." if rest else ""
    return Topic(title, shown, note if every else none)


def _unless_exact(method: Method) -> str:
    return "" if method == "exact" else f"probably ({formats.APPROXIMATELY})"


def _keys(keys: Sequence[Key], names: Names) -> Iterator[Statement]:
    for key in keys:
        verb = " identifies a row." if len(key.columns) == 1 else " together identify a row."
        yield Statement((*names.listed(key.columns), verb), _unless_exact(key.method))


def _dependencies(dependencies: Sequence[Dependency], names: Names) -> Iterator[Statement]:
    for each in dependencies:
        verb = " determines " if len(each.determinant) == 1 else " together determine "
        sentence = (*names.listed(each.determinant), verb, names.name(each.dependent), ".")
        yield Statement(sentence, _unless_exact(each.method))


def _relations(relations: Sequence[Relation], names: Names) -> Iterator[Statement]:
    for each in relations:
        first, second, *rest = (names.name(column) for column in each.columns)
        sentence: Sentence = (first, " is never more than ", second, ".")
        if each.kind == "equal":
            sentence = (first, " equals ", second, ".")
        elif each.kind == "sum" and rest:
            sentence = (first, " + ", second, " = ", rest[0], ".")
        yield Statement(sentence, f"in {formats.counted(each.rows, 'row')}")


def _associations(pairs: Sequence[Association], names: Names) -> Iterator[Statement]:
    best: dict[frozenset[str], list[Association]] = {}
    for pair in sorted(pairs, key=_strength, reverse=True):
        if _strength(pair) >= LEAST_STRENGTH:
            best.setdefault(frozenset((pair.left, pair.right)), []).append(pair)
    for measures in best.values():
        yield Statement(_together(measures[0], names), ", ".join(map(_figure, measures)))


def _together(pair: Association, names: Names) -> Sentence:
    left, right = names.name(pair.left), names.name(pair.right)
    manner = next(words for least, words in _STRENGTHS if _strength(pair) >= least)
    if pair.measure == "theils_u":
        return (left, " tells most about ", right, ".")
    if pair.measure == "correlation_ratio":
        return (right, f" differs {manner} by ", left, ".")
    if pair.measure == "cramers_v":
        return (left, " and ", right, f" are {manner} tied.")
    if pair.estimate.value < 0:
        return (left, f" {manner} falls as ", right, " rises.")
    return (left, " and ", right, f" rise together {manner}.")


def _figure(pair: Association) -> str:
    figure = formats.marked(formats.degree(pair.estimate.value), pair.estimate.method)
    return f"{_MEASURES[pair.measure]} {figure}"


def _strength(pair: Association) -> float:
    return abs(pair.estimate.value)


def _co_missing(pairs: Sequence[CoMissing], names: Names, rows: int) -> Iterator[Statement]:
    for pair in sorted(pairs, key=lambda each: -each.rows):
        if pair.rows:
            figure = formats.marked(formats.count(pair.rows), pair.method)
            yield Statement(
                (*names.listed((pair.left, pair.right)), " are missing together."),
                f"in {figure} rows, {formats.share_of(pair.rows, rows)}",
            )
