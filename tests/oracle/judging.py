"""What one cell says, slowly: a second reading of the rules for numbers and truth words."""

import re
from dataclasses import replace

from tests.oracle.cells import Read
from tests.oracle.moments import moment

CURRENCIES = (
    "R$", "USD", "EUR", "GBP", "JPY", "CHF", "CAD", "AUD", "CNY", "INR", "BRL",
    "$", "€", "£", "¥", "₹", "₽", "₩", "₺", "₴", "₪", "฿",
)  # fmt: skip
TRUE = {"true", "yes", "t", "y", "on"}
FALSE = {"false", "no", "f", "n", "off"}
INTEGER = re.compile(r"[+-]?[0-9]+")
DECIMAL = re.compile(
    r"[+-]?(?:(?:0|[1-9][0-9]*)\.(?P<a>[0-9]*)|\.(?P<b>[0-9]+)|(?:0|[1-9][0-9]*)(?=[eE]))"
    r"(?:[eE][+-]?[0-9]{1,4})?"
)
NOT_FINITE = re.compile(r"([+-]?)(inf|infinity|nan)", re.IGNORECASE)
GROUPED = {
    ".": re.compile(r"([1-9][0-9]{0,2})(?:(?P<m>[ ,'’\u00a0\u202f])[0-9]{3}(?:(?P=m)[0-9]{3})*)"),
    ",": re.compile(r"([1-9][0-9]{0,2})(?:(?P<m>[ .'’\u00a0\u202f])[0-9]{3}(?:(?P=m)[0-9]{3})*)"),
}


def judge(cell: str, notation: str = ".") -> Read:
    """Read a present cell, without blanks at its ends."""
    read = number(cell, notation) or moment(cell)
    if read is not None:
        return read
    word = cell.lower() if cell.isascii() else cell
    if word in TRUE | FALSE:
        return Read("boolean", truth=word in TRUE)
    return Read("text")


def number(cell: str, notation: str) -> Read | None:
    """Read a number or a code."""
    found = plain(cell)
    if found is not None and not (
        notation == "," and found.sort == "decimal" and found.decimals == 3
    ):
        return found
    return written(cell, notation)


def plain(cell: str) -> Read | None:
    """Read digits with a sign, a point and an exponent; and the words for what is not finite."""
    if INTEGER.fullmatch(cell):
        digits = cell.lstrip("+-")
        if len(digits) > 1 and digits[0] == "0":
            return Read("code")
        return _whole("integer", int(cell))
    fraction = DECIMAL.fullmatch(cell)
    if fraction:
        value = float(cell)
        finite = abs(value) != float("inf")
        decimals = len(fraction["a"] or fraction["b"] or "")
        return Read("decimal", number=value, decimals=decimals) if finite else None
    word = NOT_FINITE.fullmatch(cell)
    return Read("not finite", number=float(cell)) if word and cell.isascii() else None


def _whole(sort: str, value: int) -> Read | None:
    try:
        double = float(value)
    except OverflowError:
        return None
    return Read(sort, number=double, whole=value if -(2**63) <= value < 2**63 else None)


def written(cell: str, notation: str) -> Read | None:
    """Read money, per cent, thousands, the decimal comma and brackets for minus."""
    if len(cell.encode()) > 48 or not re.search("[0-9]", cell):
        return None
    inner = re.fullmatch(r"\((.*)\)", cell, re.DOTALL)
    text, currency = _without_currency(inner[1] if inner else cell)
    percent = text.endswith("%")
    text = text[:-1].rstrip() if percent else text
    negative = bool(inner) != text.startswith(("-", "−"))
    text = text[1:].lstrip() if text.startswith(("-", "−")) else text.removeprefix("+")
    front, mark, fraction = text.partition(notation)
    grouped = GROUPED[notation].fullmatch(front)
    digits = re.sub("[^0-9]", "", front) if grouped else front
    if not re.fullmatch("[0-9]+", digits) or (mark and not re.fullmatch("[0-9]*", fraction)):
        return None
    read = plain(digits + ("." + fraction if fraction else ""))
    separator = grouped["m"] if grouped else None
    if read is None or (inner and not (currency or separator or fraction)):
        return None
    read = _negated(read) if negative else read
    if separator in {"\u00a0", "\u202f", "’"}:
        separator = " "
    sort = "percent" if percent else "money" if currency else read.sort
    return replace(read, sort=sort, separator=separator, currency=currency)


def _negated(read: Read) -> Read:
    whole = None if read.whole is None else -read.whole
    return replace(read, number=None if read.number is None else -read.number, whole=whole)


def _without_currency(text: str) -> tuple[str, str | None]:
    sign = text[0] if text[:1] in {"-", "−"} else ""
    unsigned = text[len(sign) :].lstrip() if sign else text.removeprefix("+")
    for symbol in CURRENCIES:
        if unsigned.startswith(symbol):
            return sign + unsigned.removeprefix(symbol).lstrip(), symbol
        if text.endswith(symbol):
            return text.removesuffix(symbol).rstrip(), symbol
    return text, None
