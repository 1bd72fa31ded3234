"""How values are written, and which of them a spreadsheet changed for good.

A spreadsheet that opens a file of text turns long codes into powers of ten, dates into days since
1900, codes such as 1-2 into dates, and rounds whole numbers to 15 digits. What it writes back
cannot be restored; the report can only say so.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from agensium.core.forensics import Damage, DayMonth, Destroyed, MixedUnits, QuotedLine
from agensium.data.values import SampledColumn

MAX_EXAMPLES: Final = 5
MIN_EXPONENT: Final = 11
"""From 12 digits on a general cell of a spreadsheet shows a power of ten."""
SPREADSHEET_DIGITS: Final = 15
SERIAL_DAYS: Final = (20_000, 60_000)
"""Days since 1900 of 1954 to 2064."""
MIN_UNIT_SHARE: Final = 0.05
COMMA_SHARE: Final = 0.8

_SCIENTIFIC: Final = re.compile(r"\d([.,]\d{1,14})?E\+(\d{2,3})", re.IGNORECASE)
_WHOLE: Final = re.compile(r"-?\d+")
_MONTH: Final = r"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Mrz|Mai|Okt|Dez)"
_CODE_DATE: Final = re.compile(rf"\d{{1,2}}-{_MONTH}|{_MONTH}-\d{{1,2}}|\d{{1,2}}\. {_MONTH}")
_CODE: Final = re.compile(r"\d{1,4}[-/]\d{1,4}|[A-Z]{2,5}\d{1,3}", re.IGNORECASE)
_ERROR: Final = re.compile(r"#(REF|NAME|VALUE|DIV/0|NUM|NULL|SPILL|CALC)[!?]|#{3,}")
_DATE_NAME: Final = re.compile(r"date|datum|fecha|geburt|birth|day\b|\bdob\b", re.IGNORECASE)
_CODE_NAME: Final = re.compile(
    r"\b(zip|plz|postal|postcode|post_code|postleitzahl|ean|gtin|upc|isbn|fips|ssn|sku|iban|npi)",
    re.IGNORECASE,
)
_COMMA: Final = re.compile(r"[-+]?(\d{1,3}(\.\d{3})+|\d+),\d+( ?[%€])?")
_POINT: Final = re.compile(r"[-+]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?( ?[%$])?")
_NUMERIC_DATE: Final = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})\b")
_QUANTITY: Final = re.compile(r"[-+]?\d[\d.,]*\s?([a-zA-ZµμΩ°%€$£¥/²³]{1,8})")
_PRICE: Final = re.compile(r"[-+]?([$€£¥₹]|[A-Z]{3}(?=[ \d]))\s?[-+]?\d[\d.,]*")
"""A currency before its number."""


def find_damage(columns: Sequence[SampledColumn]) -> tuple[Damage, ...]:
    """Return what a spreadsheet destroyed, column by column."""
    return tuple(damage for column in columns for damage in _damage(column))


def _damage(column: SampledColumn) -> Iterable[Damage]:
    values = column.values
    checks: tuple[tuple[Destroyed, list[tuple[int, str]]], ...] = (
        ("scientific", _scientific(values)),
        ("error_cells", [pair for pair in values if _ERROR.fullmatch(pair[1])]),
        ("dates_from_codes", _code_dates(values)),
        ("serial_dates", _serial_dates(column)),
        ("rounded", _rounded(values)),
        ("leading_zeros", _without_zeros(column)),
    )
    for kind, seen in checks:
        if seen:
            examples = tuple(
                QuotedLine(text=value, line=line) for line, value in seen[:MAX_EXAMPLES]
            )
            yield Damage(
                kind=kind, column=column.name, seen=len(seen), of=len(values), examples=examples
            )


def _scientific(values: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    """Powers of ten as long codes become, where no small or negative exponent stands by."""
    found = [(pair, match) for pair in values if (match := _SCIENTIFIC.fullmatch(pair[1]))]
    if any("e-" in value.lower() for _, value in values):
        return []
    return [pair for pair, match in found if int(match[2]) >= MIN_EXPONENT]


def _code_dates(values: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    """Day and month without a year, among codes that look as if they could become such."""
    found = [pair for pair in values if _CODE_DATE.fullmatch(pair[1])]
    codes = sum(1 for _, value in values if _CODE.fullmatch(value))
    return found if found and codes and len(found) + codes >= len(values) / 2 else []


def _serial_dates(column: SampledColumn) -> list[tuple[int, str]]:
    """Whole numbers in the range of days since 1900, in a column of dates by its name or kind."""
    low, high = SERIAL_DAYS
    whole = [pair for pair in column.values if pair[1].isdecimal() and low <= int(pair[1]) <= high]
    if column.profile.is_temporal:
        return whole
    named = bool(_DATE_NAME.search(column.name))
    return whole if named and whole and len(whole) >= 0.5 * len(column.values) else []


def _rounded(values: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    """Whole numbers of more than 15 digits, all of which end in zeros from the 16th on."""
    long = [
        pair
        for pair in values
        if _WHOLE.fullmatch(pair[1]) and len(pair[1].lstrip("-")) > SPREADSHEET_DIGITS
    ]
    zeros = all(not pair[1].lstrip("-")[SPREADSHEET_DIGITS:].strip("0") for pair in long)
    return long if zeros and len(long) > 1 else []


def _without_zeros(column: SampledColumn) -> list[tuple[int, str]]:
    """Codes by their name, some of which are one digit short of the usual length."""
    if not _CODE_NAME.search(column.name.replace("_", " ")) or column.profile.leading_zeros:
        return []
    whole = [pair for pair in column.values if pair[1].isdecimal()]
    lengths = Counter(len(value) for _, value in whole)
    if not lengths:
        return []
    usual = max(lengths, key=lambda length: (lengths[length], length))
    short = [pair for pair in whole if len(pair[1]) == usual - 1]
    return short if lengths[usual] > len(short) and not lengths[usual + 1] else []


def decimal_commas(columns: Sequence[SampledColumn]) -> tuple[str, ...]:
    """Return the columns whose numbers have a decimal comma."""
    return tuple(column.name for column in columns if _has_commas(column))


def _has_commas(column: SampledColumn) -> bool:
    values = [value for _, value in column.values]
    commas = [value for value in values if _COMMA.fullmatch(value)]
    grouped = all(_POINT.fullmatch(value) for value in commas)
    numbers = len(commas) + sum(1 for value in values if value.isdecimal())
    return bool(commas) and not grouped and numbers >= COMMA_SHARE * len(values)


def day_month(columns: Sequence[SampledColumn]) -> tuple[DayMonth, ...]:
    """Return what tells day from month in columns of dates written in numbers."""
    return tuple(found for column in columns if (found := _day_month(column)))


def _day_month(column: SampledColumn) -> DayMonth | None:
    matches = [match for _, value in column.values if (match := _NUMERIC_DATE.match(value))]
    pairs = [(int(match[1]), int(match[2])) for match in matches]
    if not pairs or len(pairs) < len(column.values) / 2:
        return None
    day = sum(1 for first, second in pairs if first > 12 >= second)
    month = sum(1 for first, second in pairs if second > 12 >= first)
    return DayMonth(
        column=column.name, day_first=day, month_first=month, either=len(pairs) - day - month
    )


def mixed_units(columns: Sequence[SampledColumn]) -> tuple[MixedUnits, ...]:
    """Return the columns of quantities that have several units."""
    return tuple(found for column in columns if (found := _units(column)))


def _unit(value: str) -> str | None:
    match = _QUANTITY.fullmatch(value) or _PRICE.fullmatch(value)
    return None if match is None else match[1]


def _units(column: SampledColumn) -> MixedUnits | None:
    units = Counter(unit for _, value in column.values if (unit := _unit(value)) is not None)
    if len(units) < 2 or units.total() < COMMA_SHARE * len(column.values):
        return None
    # Many different endings are codes, not units.
    if len(units) > 8 or min(units.values()) < MIN_UNIT_SHARE * units.total() / 5:
        return None
    return MixedUnits(column=column.name, units=tuple(units.most_common()))
