"""What a cell says, as a value."""

from dataclasses import dataclass

BLANKS = " \t\n\v\f\r"


@dataclass(frozen=True)
class Read:
    """A cell's meaning.

    `sort` is integer, decimal, money, percent, not finite, code, boolean, date, time, timestamp or
    text. `number` is the double that stands for it; `moments` are its readings, day first and month
    first, in microseconds since 0001-01-01.
    """

    sort: str
    number: float | None = None
    whole: int | None = None
    decimals: int = 0
    separator: str | None = None
    currency: str | None = None
    truth: bool | None = None
    moments: tuple[int | None, int | None] = (None, None)
    form: str = ""
    numeric_date: bool = False
