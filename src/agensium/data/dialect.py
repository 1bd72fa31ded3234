"""Finding out how a text file writes its rows: delimiter, quote and header.

Each candidate delimiter parses the head of the file; the one under which most records have
the same number of fields, more than one, is taken. Two candidates that do nearly as well
make the reading ambiguous, which the report says.
"""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from typing import Final, Literal

from msgspec import Struct

from agensium.core.errors import NotATable

DELIMITERS: Final = (",", ";", "\t", "|")
MIN_CONSISTENCY: Final = 0.5
CLOSE_CALL: Final = 0.05
PROSE_WORDS: Final = 6
"""Words a line from which text may be prose."""
PROSE_FIELD_WORDS: Final = 3
PROSE_SPACED: Final = 0.9
MAX_RECORDS: Final = 500
MAX_FIELD_CHARS: Final = 1 << 20

_NUMBER = re.compile(
    r"[-+]?[\d.,]*\d[\d.,]*(?:[eE][-+]?\d+)?%?|\d{1,4}[-/.:]\d{1,2}([-/.:]\d{1,4})?.*"
)

Record = Sequence[str]


class Candidate(Struct, frozen=True):
    """How the head of the file reads under one delimiter.

    Attributes:
        delimiter: the character.
        consistency: share of records with the most frequent number of fields.
        fields: that number.

    """

    delimiter: str
    consistency: float
    fields: int

    @property
    def score(self) -> tuple[float, int]:
        """Order of preference: consistent first, then wide."""
        return (round(self.consistency, 2), self.fields)


class FoundDialect(Struct, frozen=True):
    """The dialect that was found.

    Attributes:
        delimiter: the character between fields.
        header: whether the first record names the columns.
        reading: whether another reading is nearly as likely.
        first: the fields of the first record, as far as the head goes.
        notes: what the user should know.

    """

    delimiter: str
    header: bool
    reading: Literal["detected", "ambiguous"]
    first: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def find_dialect(head: str, delimiter: str | None = None, quote: str | None = '"') -> FoundDialect:
    """Find the dialect of a text from its head.

    Args:
        head: the first records; a last record that is cut is ignored when others exist.
        delimiter: the delimiter, when the user gave it.
        quote: the character around fields; None when quotes have no meaning.

    Raises:
        NotATable: no delimiter fits and the lines read like prose.

    """
    text = _whole_lines(head)
    possible = [delimiter] if delimiter else [each for each in DELIMITERS if each != quote]
    candidates = sorted(
        (_try(text, each, quote) for each in possible),
        key=lambda candidate: candidate.score,
        reverse=True,
    )
    fitting = [
        each for each in candidates if each.fields > 1 and each.consistency >= MIN_CONSISTENCY
    ]
    best = fitting[0] if fitting else candidates[0]
    if delimiter is None and _reads_like_prose(text, best):
        raise NotATable(
            "The file is text without rows and columns.",
            hint="If it is a table nevertheless, say how it is written with read.delimiter.",
        )
    return _found(best, _rival(fitting), _records(text, best.delimiter, quote))


def _found(best: Candidate, rival: Candidate | None, records: Sequence[Record]) -> FoundDialect:
    return FoundDialect(
        delimiter=best.delimiter,
        header=has_header(records),
        reading="ambiguous" if rival else "detected",
        first=tuple(records[0]) if records else (),
        notes=(_rival_note(best, rival),) if rival else (),
    )


def has_header(records: Sequence[Record]) -> bool:
    """Tell whether the first record names the columns.

    A column of numbers under a word is evidence for a header, a number over numbers is
    evidence against it; without evidence, a first record without numbers is a header.
    """
    if not records:
        return True
    first, rest = records[0], records[1:]
    votes = sum(
        _vote(name, [row[i] for row in rest if i < len(row)]) for i, name in enumerate(first)
    )
    return votes > 0 or (votes == 0 and not any(_is_number(name) for name in first))


def _vote(name: str, below: Sequence[str]) -> int:
    filled = [cell for cell in below if cell.strip()]
    if not filled or sum(map(_is_number, filled)) < 0.8 * len(filled):
        return 0
    return -1 if _is_number(name) else 1


def _is_number(cell: str) -> bool:
    return _NUMBER.fullmatch(cell.strip()) is not None


def _whole_lines(head: str) -> str:
    text = head.removeprefix("\ufeff")
    end = max(text.rfind("\n"), text.rfind("\r"))
    return text[: end + 1] if end > 0 else text


def _records(text: str, delimiter: str, quote: str | None) -> list[Record]:
    csv.field_size_limit(MAX_FIELD_CHARS)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").split("\n")
    reader = csv.reader(
        (line + "\n" for line in lines if line),
        delimiter=delimiter,
        quotechar=quote,
        quoting=csv.QUOTE_NONE if quote is None else csv.QUOTE_MINIMAL,
    )
    return [record for record, _ in zip(reader, range(MAX_RECORDS), strict=False)]


def _try(text: str, delimiter: str, quote: str | None) -> Candidate:
    widths = Counter(len(record) for record in _records(text, delimiter, quote) if record)
    if not widths:
        return Candidate(delimiter, 0.0, 0)
    fields, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    return Candidate(delimiter, count / widths.total(), fields)


def _rival(fitting: Sequence[Candidate]) -> Candidate | None:
    if len(fitting) < 2 or fitting[0].fields >= 2 * fitting[1].fields:
        return None
    close = fitting[0].consistency - fitting[1].consistency < CLOSE_CALL
    return fitting[1] if close else None


def _rival_note(best: Candidate, rival: Candidate) -> str:
    return (
        f"The delimiter may also be {rival.delimiter!r} ({rival.fields} columns) instead of "
        f"{best.delimiter!r} ({best.fields} columns); choose with read.delimiter."
    )


def _reads_like_prose(text: str, best: Candidate) -> bool:
    """Tell sentences from rows: many words, and commas that a blank follows."""
    lines = [line for line in text.splitlines() if line.strip()]
    words = sum(len(line.split()) for line in lines)
    if words < PROSE_WORDS * len(lines):
        return False
    if best.fields <= 1 or best.consistency < MIN_CONSISTENCY:
        return True
    delimiters = text.count(best.delimiter)
    spaced = text.count(best.delimiter + " ") / delimiters
    return spaced >= PROSE_SPACED and words / (delimiters + len(lines)) >= PROSE_FIELD_WORDS
