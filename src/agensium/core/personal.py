"""Values that may be personal: told by what they are, or else by the name of their column.

Only values that a report would show are looked at. A value counts only when it passes the check
that its kind has: the sum of a card number or an IBAN, the range of an address. Digits alone are
never a telephone number: order numbers and points in time look the same.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from ipaddress import ip_address
from typing import Final, Literal

from msgspec import Struct

from agensium.core.personal_names import named

Personal = Literal[
    "e-mail address",
    "phone number",
    "card number",
    "IBAN",
    "IP address",
    "identity number",
    "name of a person",
    "postal address",
    "date of birth",
]
"""What a value may be."""

COLUMN_SHARE: Final = 0.5
"""From this share of the cells looked at on, the whole column counts as personal."""
PHONE_DIGITS: Final = range(8, 16)
"""With the code of the country; 15 is the limit of ITU-T E.164."""
IBAN_CHARS: Final = range(15, 35)
IBAN_MODULUS: Final = 97
"""The check of ISO 13616."""


class Detector(Struct, frozen=True):
    """How one kind of value is found inside a text, and checked."""

    what: Personal
    pattern: re.Pattern[str]
    check: Callable[[str], bool]

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Give where such values stand."""
        for found in self.pattern.finditer(text):
            if self.check(found[0]):
                yield found.span()


class Suspicion(Struct, frozen=True):
    """What the values of a column may be, by what, and in how many of the cells looked at."""

    what: Personal
    by: Literal["values", "name"]
    seen: int
    of: int

    @property
    def whole(self) -> bool:
        """Whether all values count, not only those that were recognised."""
        return self.by == "name" or self.seen >= COLUMN_SHARE * self.of


def suspect(name: str, kind: str, cells: Mapping[str, int]) -> Suspicion | None:
    """Return what the values of a column may be; none if nothing speaks for it.

    Args:
        name: of the column.
        kind: of the column.
        cells: its values, each with the number of its cells.

    """
    by_values = max(_counted(name, cells), key=lambda each: each.seen, default=None)
    if by_values is not None and by_values.whole:
        return by_values
    by_name = named(name, kind, cells)
    if by_name is not None:
        what, seen = by_name
        return Suspicion(what, "name", seen, sum(cells.values()))
    return by_values


def spans(text: str) -> list[tuple[int, int]]:
    """Return where in a text something stands that may be personal, from left to right."""
    return sorted(span for each in DETECTORS for span in each.spans(text))


def _counted(name: str, cells: Mapping[str, int]) -> Iterator[Suspicion]:
    joined, whole = "\n".join(cells), sum(cells.values())
    for each in DETECTORS:
        if not each.pattern.search(joined) or (each.what == "IP address" and _VERSION.search(name)):
            continue
        found = {value: n for value, n in cells.items() if any(True for _ in each.spans(value))}
        if sum(found.values()) < COLUMN_SHARE * whole:
            # Of all whole numbers, one in ten has the sum of a card number by chance.
            found = {value: n for value, n in found.items() if not value.isdigit()}
        if found:
            yield Suspicion(each.what, "values", sum(found.values()), whole)


def _is_phone(text: str) -> bool:
    return sum(char.isdigit() for char in text) in PHONE_DIGITS


def _is_card(text: str) -> bool:
    """Check the first digits, the length (ISO/IEC 7812) and the sum of Luhn."""
    digits = re.sub(r"[ -]", "", text)
    if not _CARD_RANGES.fullmatch(digits):
        return False
    doubled = (int(digit) * 2 for digit in digits[-2::-2])
    total = sum(map(int, digits[-1::-2])) + sum(each // 10 + each % 10 for each in doubled)
    return total % 10 == 0


def _is_iban(text: str) -> bool:
    plain = text.replace(" ", "")
    if len(plain) not in IBAN_CHARS:
        return False
    return int("".join(str(int(char, 36)) for char in plain[4:] + plain[:4])) % IBAN_MODULUS == 1


def _is_ip(text: str) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return not (address.is_loopback or address.is_unspecified)


def _always(_: str) -> bool:
    return True


_VERSION: Final = re.compile(r"version|release|build|firmware", re.IGNORECASE)
_CARD_RANGES: Final = re.compile(
    r"4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2(?:2[2-9]|[3-6]\d|7[01])\d{13}|2720\d{12}"
    r"|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|(?:6011|65\d\d|64[4-9]\d)\d{12}|35\d{14}"
)
_PHONE: Final = (
    r"(?<![\w+])\+[1-9](?:[ /()-]{0,3}[0-9]){7,14}(?![\w.])"
    # Without the code of the country, only as North America writes it.
    r"|(?<![\w.+-])(?:\([2-9][0-9]{2}\) ?|[2-9][0-9]{2}[-.])[2-9][0-9]{2}[-.][0-9]{4}(?![\w.-])"
)

DETECTORS: Final = (
    Detector("e-mail address", re.compile(r"[\w.+%'-]{1,64}@[\w-]+(?:\.[\w-]+)+"), _always),
    Detector(
        "IBAN",
        re.compile(
            r"(?<![A-Z0-9])[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?!\w)"
        ),
        _is_iban,
    ),
    Detector(
        "card number", re.compile(r"(?<![\w.-])[2-6](?:[ -]?[0-9]){12,18}(?![\w.-])"), _is_card
    ),
    Detector("phone number", re.compile(_PHONE), _is_phone),
    Detector(
        "IP address",
        re.compile(r"(?<![\w.:])(?:(?:[0-9]{1,3}\.){3}[0-9]{1,3}|[0-9A-Fa-f:]{3,39})(?![\w.:])"),
        _is_ip,
    ),
    Detector(
        # The social security number of the United States, the one that is told by its form.
        "identity number",
        re.compile(r"(?<![\w-])(?!000|666|9)[0-9]{3}-(?!00)[0-9]{2}-(?!0000)[0-9]{4}(?![\w-])"),
        _always,
    ),
)
"""The surest first."""
