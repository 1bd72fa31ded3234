"""How numbers are written: the same on every surface, and never more exact than they are."""

from math import floor, log10
from typing import Final

from agensium.core.profile import Estimate, Method, Number

NBSP: Final = "\N{NO-BREAK SPACE}"
MINUS: Final = "\N{MINUS SIGN}"
APPROXIMATELY: Final = "≈"
SMALLEST_SHARE: Final = 0.001
SIGNIFICANT_DIGITS: Final = 4
VALUE_DIGITS: Final = 12
PLAIN_BELOW: Final = 10**15
PLAIN_FROM: Final = 1e-4

_SUPERSCRIPTS: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_BYTE_UNITS: Final = ("bytes", "kB", "MB", "GB", "TB")
_SPANS: Final = (
    ("year", 365 * 86_400),
    ("day", 86_400),
    ("hour", 3_600),
    ("minute", 60),
    ("second", 1),
)


def count(number: Number) -> str:
    """Write how many there are: ``27,004``."""
    return f"{int(number):,}"


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """Write how many there are of what: ``1 row``, ``27,004 rows``."""
    word = noun if number == 1 else plural or f"{noun}s"
    return f"{count(number)}{NBSP}{word}"


def share(part: float) -> str:
    """Write a share as a percentage that is 0 or 100 only when it is exactly that."""
    if part in {0, 1}:
        return f"{part:.0%}".replace("%", f"{NBSP}%")
    if 0 < part < SMALLEST_SHARE:
        return f"<0.1{NBSP}%"
    if 1 - SMALLEST_SHARE < part < 1:
        return f">99.9{NBSP}%"
    return f"{part * 100:.1f}{NBSP}%"


def share_of(part: Number, whole: Number) -> str:
    """Write a part as a percentage of the whole; of nothing it is 0."""
    return share(part / whole if whole else 0.0)


def value(number: Number) -> str:
    """Write a number that stands in the data: all its digits, grouped from five on."""
    if isinstance(number, int):
        return _grouped(f"{number:,}")
    if number and not PLAIN_FROM <= abs(number) < PLAIN_BELOW:
        return _scientific(number, VALUE_DIGITS)
    whole = float(number).is_integer()
    return _grouped(f"{int(number):,}" if whole else f"{number:,.{VALUE_DIGITS}g}")


def measure(number: Number) -> str:
    """Write a number that was computed from the data: four digits that mean something."""
    if isinstance(number, int):
        return value(number)
    if not number:
        return "0"
    if not PLAIN_FROM <= abs(number) < PLAIN_BELOW:
        return _scientific(number, SIGNIFICANT_DIGITS)
    decimals = max(0, SIGNIFICANT_DIGITS - 1 - floor(log10(abs(number))))
    text = f"{number:,.{decimals}f}"
    return _grouped(text.rstrip("0").rstrip(".") if "." in text else text)


def degree(value: float) -> str:
    """Write a coefficient from -1 to 1 with two digits; it is 1 only when it is exactly that."""
    most = abs(value) if abs(value) >= 1 else min(abs(value), 0.99)
    return f"{MINUS if value < 0 else ''}{most:.2f}"


def estimate(number: Estimate) -> str:
    """Write a number with a sign before it when it is not exact."""
    return marked(measure(number.value), number.method)


def estimated_count(number: Estimate) -> str:
    """Write a count with a sign before it when it is not exact."""
    return marked(count(number.value), number.method)


def marked(text: str, method: Method | None) -> str:
    """Put a sign before a figure that is not exact."""
    return text if method in {None, "exact"} else f"{APPROXIMATELY}{NBSP}{text}"


def size(number: int) -> str:
    """Write a number of bytes: ``2.5 MB``."""
    amount, unit = float(number), _BYTE_UNITS[0]
    for following in _BYTE_UNITS[1:]:
        if amount < 1000:
            break
        amount, unit = amount / 1000, following
    return f"{amount:.1f}".removesuffix(".0") + f"{NBSP}{unit}"


def moment(text: str) -> str:
    """Write a date or timestamp of ISO 8601 for people."""
    day, separator, clock = text.partition("T")
    if not separator:
        return text
    zone = f"{NBSP}UTC" if clock.endswith("Z") else ""
    hours = clock.removesuffix("Z")
    return f"{day} {hours.removesuffix(':00') if len(hours) == len('hh:mm:ss') else hours}{zone}"


def span(seconds: float) -> str:
    """Write a stretch of time by its two largest units: ``30 days 18 hours``."""
    rest, words = seconds, []
    for unit, length in _SPANS:
        amount, rest = divmod(rest, length)
        if amount:
            words.append(counted(int(amount), unit))
        if len(words) == 2:
            break
    return " ".join(words) or f"{measure(seconds)}{NBSP}seconds"


def _grouped(text: str) -> str:
    """Take the comma out of four-digit numbers, which are often years or codes."""
    whole, point, decimals = text.partition(".")
    return (whole.replace(",", "") if len(whole.lstrip("-")) <= 5 else whole) + point + decimals


def _scientific(number: float, digits: int) -> str:
    mantissa, _, exponent = f"{number:.{digits - 1}e}".partition("e")
    power = str(int(exponent)).translate(_SUPERSCRIPTS)
    return f"{mantissa.rstrip('0').rstrip('.')}{NBSP}×{NBSP}10{power}"
