"""Dates, times and timestamps, slowly."""

import re
from datetime import datetime, timedelta

from tests.oracle.cells import Read

MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
LONG = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
]  # fmt: skip
TIME = (
    r"(?P<H>[0-9]{1,2}):(?P<M>[0-9]{2})(?::(?P<S>[0-9]{2})(?:[.,](?P<f>[0-9]{1,9}))?)?"
    r"(?P<p> ?[aApP][mM])?"
)
ZONE = r"(?P<z>Z|z| UTC| GMT| Z| ?[+-][0-9]{2}:?(?:[0-9]{2})?)?"
DATES = (
    (r"(?P<Y>[0-9]{4})(?P<k>[-/.])(?P<m>[0-9]{1,2})(?P=k)(?P<d>[0-9]{1,2})", "%Y{k}%m{k}%d"),
    (r"(?P<d>[0-9]{1,2})(?P<k>[-/.])(?P<m>[0-9]{1,2})(?P=k)(?P<Y>[0-9]{4}|[0-9]{2})", "numeric"),
    (r"(?P<d>[0-9]{1,2})(?P<k>[-/. ])(?P<b>[A-Za-z]+)[-/. ](?P<Y>[0-9]{4}|[0-9]{2})", "%d{k}%b{k}"),
    (r"(?P<b>[A-Za-z]+)[ .-](?P<d>[0-9]{1,2}),?[ -](?P<Y>[0-9]{4}|[0-9]{2})", "%b %d, "),
)
EPOCH = datetime(1, 1, 1)  # noqa: DTZ001 - no zone: moments are compared as they stand


def moment(cell: str) -> Read | None:
    """Read a date, a time or a timestamp."""
    if not 4 <= len(cell.encode()) <= 40:
        return None
    clock = re.fullmatch(TIME, cell)
    if clock:
        time = _time(clock)
        return time and Read("time", moments=(time[0], None), form=time[1])
    for pattern, form in DATES:
        whole = re.fullmatch(rf"{pattern}(?:(?P<j>[T ]){TIME}{ZONE})?", cell)
        if whole:
            return _dated(whole, form)
    return None


def _time(found: re.Match[str]) -> tuple[int, str] | None:
    hour, minute, second = int(found["H"]), int(found["M"]), int(found["S"] or 0)
    half = (found["p"] or "").strip().lower()
    if half and not 1 <= hour <= 12:
        return None
    hour = hour % 12 + 12 * (half == "pm") if half else hour
    if hour > 23 or minute > 59 or second > 60:
        return None
    fraction = int((found["f"] or "").ljust(6, "0")[:6])
    form = f"{'%I' if half else '%H'}:%M" + (":%S" if found["S"] else "")
    form += (".%f" if found["f"] else "") + (" %p" if half else "")
    return (hour * 3600 + minute * 60 + second) * 1_000_000 + fraction, form


def _dated(found: re.Match[str], form: str) -> Read | None:
    parts = found.groupdict()
    time = _time(found) if parts["H"] else (0, "")
    if time is None:
        return None
    year = int(parts["Y"])
    if len(parts["Y"]) == 2:
        year += 2000 if year < 69 else 1900
    month = _month(parts["b"]) if parts.get("b") else int(parts["m"])
    if month is None:
        return None
    numeric = form == "numeric"
    shift = time[0] - _zone(parts["z"])
    day_first = _micros(year, month, int(parts["d"]), shift)
    month_first = _micros(year, int(parts["d"]), month, shift) if numeric else None
    if day_first is None and month_first is None:
        return None
    letters = "%Y" if len(parts["Y"]) == 4 else "%y"
    form = "%d{k}%m{k}" if numeric else form
    form = form.format(k=parts.get("k")) + ("" if "%Y" in form else letters)
    form += (parts["j"] or "") + time[1] + ("%z" if parts["z"] else "")
    sort = "timestamp" if parts["H"] else "date"
    return Read(sort, moments=(day_first, month_first), form=form, numeric_date=numeric)


def _month(name: str) -> int | None:
    word = name.lower()
    if word in MONTHS or word == "sept":
        return MONTHS.index(word[:3]) + 1
    return LONG.index(word) + 1 if word in LONG else None


def _zone(text: str | None) -> int:
    digits = re.fullmatch(r" ?([+-])([0-9]{2}):?([0-9]{2})?", text or "")
    if not digits:
        return 0
    minutes = int(digits[2]) * 60 + int(digits[3] or 0)
    return (-minutes if digits[1] == "-" else minutes) * 60_000_000


def _micros(year: int, month: int, day: int, shift: int) -> int | None:
    try:
        midnight = datetime(year, month, day)  # noqa: DTZ001
    except ValueError:
        return None
    return (midnight - EPOCH) // timedelta(microseconds=1) + shift
