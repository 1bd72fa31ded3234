"""Random tables, and files that hold them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

Draw = Any
LETTERS = (
    "abzABZ äÉñßªΩσΣЖя東京のカ한مאก0179½٣_-.,;:'\"#%$()/\\|\t\n\r\x00\x1f\x7f\u0085\u00a0\u2003"
)
LETTERS += "\u0301—…€😀\ufeff\u202e"
WORDS = (
    "Berlin", "berlin ", " BERLIN", "New York", "new-york", "NEW  YORK", "São Paulo", "Sa\u0303o",
    "東京", "Москва", "Ωmega", 'say "hi"', "a,b", "a;b", "two\nlines", "cr\rhere", "x" * 70,
    "y" * 210, "e5", "0x1F", "1-2", "12abc", "A-1", "B-2", "\u00a0", "1.2.3", "192.168.0.1",
    "not\x00a\x07number", "½", "oﬁce", "٣", "T-90", "(5)", "1 2",
)  # fmt: skip
MISSING = ("", "", " ", "\t ", "NA", " NA ", "NULL", "null", "-", "?", "\\N", "Missing")


def _pool(*cells: str) -> st.SearchStrategy[str]:
    return st.sampled_from(cells)


def _day() -> st.SearchStrategy[str]:
    return st.dates().map(lambda day: f"{day.year:04}-{day.month:02}-{day.day:02}")


POOLS: dict[str, st.SearchStrategy[str]] = {
    "small": st.integers(-20, 20).map(str),
    "integer": st.integers(-(10**6), 10**6).map(str),
    "large": st.integers(-(2**63), 2**63 - 1).map(str),
    "huge": st.integers(-(10**30), 10**30).map(str),
    "cents": st.integers(-99999, 99999).map(lambda n: f"{n / 100:.2f}"),
    "real": st.floats(-1e9, 1e9).map(repr),
    "extreme": st.floats(-1e300, 1e300).map(repr),
    "special": _pool(
        "-.5", "+7", "5.", "0", "-0", "1e3", "2.5E-7", "0.10", "inf", "NaN", "2.0", "2", "-Infinity"
    ),
    "code": _pool("007", "00501", "0123", "-01", "00", "0" * 20 + "1"),
    "comma": _pool("1,5", "3,75", "1.234,5", "-0,5", "7", "1.234", "12,10"),
    "money": _pool("$1,234.50", "-$5", "12 €", "USD 3.20", "$7", "5", "2.25", "£-3", "($4.00)"),
    "percent": _pool("12.5%", "-3 %", "100%", "0%", "1,000%"),
    "thousands": _pool("1,234", "1,234,567", "1'000.25", "(1,000)", "2 500", "999", "12,34"),
    "boolean": _pool("true", "FALSE", "Yes", "no", "t", "N", "on", "OFF"),
    "date": _day(),
    "dates": _pool("03/04/2026", "13/04/2026", "05/06/2026", "1.2.26", "31.12.99", "3-4-2026"),
    "named": _pool("3 Apr 2026", "03-Apr-26", "April 3, 2026", "Sept 1 2020", "2026/4/3"),
    "timestamp": st.datetimes().map(lambda at: at.isoformat(" ", "seconds").rjust(19, "0")),
    "zoned": _pool("2026-04-03T10:20:30Z", "2026-04-03 10:20+02:00", "2026-04-03 1:05 PM"),
    "time": _pool("13:05", "1:05:09 pm", "00:00:00.25", "23:59:59", "25:00", "12:00 am"),
    "word": _pool(*WORDS),
    "text": st.text(LETTERS, max_size=12),
    "missing": _pool(*MISSING),
}
MIXES = (
    *((name,) for name in POOLS),
    ("small", "cents"), ("cents", "code"), ("date", "timestamp"), ("date", "dates"),
    ("small", "special"), ("boolean", "word"), ("large", "huge"), ("money", "thousands"),
)  # fmt: skip


@dataclass(frozen=True)
class Written:
    """A table as cells and as a file.

    Attributes:
        rows: the cells, row by row, without the header.
        data: the file.
        lines: on which line of the file each row starts, from 1.
        delimiter: between fields.

    """

    rows: tuple[tuple[str, ...], ...]
    data: bytes
    lines: tuple[int, ...]
    delimiter: str = ","

    @property
    def columns(self) -> list[tuple[str, ...]]:
        """The cells, column by column; there is at least one row."""
        return list(zip(*self.rows, strict=True))


def line_breaks(text: str) -> int:
    """Count LF, CRLF and CR."""
    return text.replace("\r\n", "\n").replace("\r", "\n").count("\n")


def field(cell: str, delimiter: str, *, always: bool) -> str:
    """Write a cell, in quotes where it needs them."""
    needs = cell[:1] == '"' or any(c in cell for c in (delimiter, "\n", "\r"))
    return '"' + cell.replace('"', '""') + '"' if needs or always else cell


def write(
    rows: Sequence[tuple[str, ...]], delimiter: str = ",", end: str = "\n", quoted: int = 0
) -> Written:
    """Write rows under a header; every bit of `quoted` says whether a column is always quoted."""
    lines, parts = [], [delimiter.join(f"c{n}" for n in range(len(rows[0]))) + end]
    line = 2
    for row in rows:
        always = (bool(quoted >> n & 1) for n in range(len(row)))
        record = delimiter.join(
            field(cell, delimiter, always=each) for cell, each in zip(row, always, strict=True)
        )
        lines.append(line)
        line += line_breaks(record) + 1
        parts.append(record + end)
    return Written(tuple(rows), "".join(parts).encode(), tuple(lines), delimiter)


def column(*cells: str) -> Written:
    """Write a table of one column."""
    return write([(cell,) for cell in cells])


ANYTHING = st.one_of(*POOLS.values())


@st.composite
def cells(draw: Draw, rows: int) -> list[str]:
    """Draw the cells of a column: mostly of one kind or two, now and then anything."""
    mix = [POOLS[name] for name in draw(st.sampled_from(MIXES))]
    noise = [ANYTHING] * draw(st.sampled_from([0, 0, 0, 1]))
    element = st.one_of(*(mix * 8), *noise)
    different = draw(st.sampled_from([rows, rows, 3]))
    if different >= rows:
        return list(draw(st.lists(element, min_size=rows, max_size=rows)))
    few = draw(st.lists(element, min_size=different, max_size=different))
    return list(draw(st.lists(st.sampled_from(few), min_size=rows, max_size=rows)))


@st.composite
def tables(draw: Draw) -> Written:
    """Draw a table of 1 to 3 columns and up to 30 rows, and how it is written."""
    rows = draw(st.sampled_from([1, 2, 3, 5, 8, 13, 24]))
    drawn = [draw(cells(rows)) for _ in range(draw(st.integers(1, 3)))]
    delimiter = draw(st.sampled_from([",", ";", "\t", "|"]))
    end = draw(st.sampled_from(["\n", "\n", "\r\n", "\r"]))
    quoted = draw(st.integers(0, 7))
    return write(list(zip(*drawn, strict=True)), delimiter, end, quoted)
