"""What the name of a column says about values that no check can tell."""

import re
from collections.abc import Callable, Mapping
from typing import Final, Literal

from msgspec import Struct

Named = Literal[
    "phone number", "card number", "identity number", "name of a person", "postal address",
    "date of birth",
]  # fmt: skip

NAMED_SHARE: Final = 0.5
"""The share of the cells that must be able to be what the name says."""
WHOLE_NAME_SHARE: Final = 0.75
"""That share where the name says no more than "name", as that of a product or a song may."""
PERSON_WORDS: Final = range(2, 7)
"""Words of the whole name of a person, titles among them."""
LEAST_DIGITS: Final = 7

_PARTS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\dA-Z_]+|\d+")
_PHONE: Final = re.compile(r"[+(]*[0-9][0-9 ()./-]{5,24}")


class NameRule(Struct, frozen=True):
    """Words in the name of a column, and what its values must look like besides."""

    what: Named
    words: re.Pattern[str]
    fits: Callable[[str], bool]
    kinds: frozenset[str] | None = None
    """The kinds that a column may be of; any if there are none."""
    share: float = NAMED_SHARE


def named(name: str, kind: str, cells: Mapping[str, int]) -> tuple[Named, int] | None:
    """Return what the values are by the column's name, and how many cells may be that."""
    if kind in {"boolean", "empty"}:
        return None
    words = " ".join(part.lower() for part in _PARTS.findall(name))
    for rule in _RULES:
        if rule.words.search(words) and (rule.kinds is None or kind in rule.kinds):
            fitting = sum(count for value, count in cells.items() if rule.fits(value))
            if fitting and fitting >= rule.share * sum(cells.values()):
                return rule.what, fitting
    return None


def _digits(text: str) -> int:
    return sum(char.isdigit() for char in text)


def _may_be_phone(text: str) -> bool:
    return _PHONE.fullmatch(text.strip()) is not None and _digits(text) >= LEAST_DIGITS


def _may_be_number(text: str) -> bool:
    return _digits(text) >= LEAST_DIGITS - 1


def _may_be_word(text: str) -> bool:
    return any(char.isalpha() for char in text)


def _may_be_date(text: str) -> bool:
    return _digits(text) >= len("1.1.90") - 2


def _may_be_whole_name(text: str) -> bool:
    words = re.split(r"[\s,]+", text.strip())
    capital = sum(word[:1].isupper() or word[:1] in "(\"'" for word in words)
    # "von", "de la" and the like are small.
    return len(words) in PERSON_WORDS and capital >= 2 and _digits(text) == 0


_TEXT: Final = frozenset({"text"})
_PEOPLE: Final = (
    "applicant|author|child|client|contact|customer|doctor|driver|employee|father|guest|holder|"
    "member|mother|owner|parent|passenger|patient|person|player|recipient|sender|staff|student|"
    "teacher|user"
)
_RULES: Final = (
    NameRule(
        "phone number",
        re.compile(r"\b(phone|telephone|tel|telefon|mobile|cell|handy|fax|msisdn|whatsapp)\b"),
        _may_be_phone,
    ),
    NameRule(
        "card number",
        re.compile(r"\b(credit ?card|card (number|no|nr)|iban|account (number|no|nr))\b"),
        _may_be_number,
    ),
    NameRule(
        "identity number",
        re.compile(
            r"\b(ssn|social security|national id|passport|personal id|identity (card|number)"
            r"|id card|tax id|driver s? ?licen[cs]e|nino|personalausweis|steuer ?(id|nummer))\b"
        ),
        _may_be_number,
    ),
    NameRule(
        "name of a person",
        re.compile(
            r"\b(first|last|middle|given|family|full|maiden) ?names?\b"
            rf"|\b({_PEOPLE}) ?name\b"
            r"|\b(surname|forename|vorname|nachname|familienname|prenom|apellidos?)\b"
        ),
        _may_be_word,
        _TEXT,
    ),
    NameRule(
        "name of a person", re.compile(r"^names?$"), _may_be_whole_name, _TEXT, WHOLE_NAME_SHARE
    ),
    NameRule(
        "postal address",
        re.compile(
            r"^(?!.*\b(ip|mac|e ?mail|mail|web|url|wallet|type)\b)"
            r".*\b(street|address|addr|adresse|anschrift|stra(ss|ß)e)\b"
        ),
        _may_be_word,
        _TEXT,
    ),
    NameRule(
        "date of birth",
        re.compile(r"\b(birth ?(date|day)|date of birth|dob|geburts(datum|tag)|naissance)\b"),
        _may_be_date,
    ),
)
