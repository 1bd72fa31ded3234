"""Sentences about columns: words with the names of columns among them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from agensium.core.profile import ColumnProfile
from agensium.exports.anchors import anchors


class Name(Struct, frozen=True):
    """The name of a column, and the anchor of its line when it has one."""

    text: str
    anchor: str | None = None


Sentence = tuple[str | Name, ...]


class Names(Struct, frozen=True):
    """The columns of a table by name, so that sentences can point at them.

    Attributes:
        anchors: one for each column, in the order of the file.
        by_name: the anchor of the first column of each name.

    """

    anchors: tuple[str, ...]
    by_name: Mapping[str, str]

    @classmethod
    def of(cls, columns: Sequence[ColumnProfile]) -> "Names":
        """Give each column its anchor."""
        made = anchors(column.name for column in columns)
        by_name: dict[str, str] = {}
        for column, anchor in zip(columns, made, strict=True):
            by_name.setdefault(column.name, anchor)
        return cls(made, by_name)

    def name(self, text: str) -> Name:
        """Return the name with its anchor."""
        return Name(text, self.by_name.get(text))

    def listed(self, names: Iterable[str]) -> Sentence:
        """Return names as people list them: ``a, b and c``."""
        return tuple(joined([self.name(name) for name in names]))


def joined(names: Sequence[Name]) -> Iterator[str | Name]:
    """Put commas and an "and" between names."""
    for index, name in enumerate(names):
        if index:
            yield " and " if index == len(names) - 1 else ", "
        yield name
