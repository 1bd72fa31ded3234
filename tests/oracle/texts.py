"""Statistics of texts, slowly: by Unicode's own tables."""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass

BLANK = re.compile("[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
MASKED_CHARS = 64
VOWEL_SIGNS = "\u0e31\u0e34\u0e35\u0e36\u0e37\u0e38\u0e39\u0e3a\u0e4d"
"""Marks of Thai that are alphabetic to Unicode, as letters are; Python knows categories only."""
SCRIPTS = {
    "LATIN": "Latin", "GREEK": "Greek", "CYRILLIC": "Cyrillic", "CJK": "Han", "ARABIC": "Arabic",
    "HIRAGANA": "Hiragana", "KATAKANA": "Katakana", "HANGUL": "Hangul", "HEBREW": "Hebrew",
    "THAI": "Thai", "FEMININE": "Latin", "MASCULINE": "Latin",
}  # fmt: skip


@dataclass(frozen=True)
class TextFacts:
    """What is seen in one text. `case` is upper, lower, mixed or none."""

    length: int
    words: int
    leading: bool
    trailing: bool
    inner: bool
    case: str
    control: bool
    non_ascii: bool
    non_nfc: bool
    letters: int
    digits: int
    blanks: int
    scripts: frozenset[str]


def facts(text: str) -> TextFacts:
    """Look at one text."""
    category = [unicodedata.category(c) for c in text]
    words = [word for word in re.split(BLANK.pattern + "+", text) if word]
    letters = [c for c in text if is_letter(c)]
    blank = BLANK.pattern
    return TextFacts(
        length=len(text),
        words=len(words),
        leading=bool(re.match(blank, text)),
        trailing=bool(re.search(blank + r"\Z", text)),
        inner=bool(re.search(f"(?<!{blank}){blank}{{2,}}(?!{blank}|\\Z)", text[_lead(text) :])),
        case=_case(text),
        control="Cc" in category,
        non_ascii=not text.isascii(),
        non_nfc=not unicodedata.is_normalized("NFC", text),
        letters=len(letters),
        digits=sum(kind[0] == "N" for kind in category),
        blanks=len(BLANK.findall(text)),
        scripts=frozenset(SCRIPTS[unicodedata.name(c).split()[0]] for c in letters),
    )


def is_letter(c: str) -> bool:
    """Whether a character is alphabetic."""
    return unicodedata.category(c)[0] == "L" or c in VOWEL_SIGNS


def _lead(text: str) -> int:
    found = re.match(BLANK.pattern + "*", text)
    return found.end() if found else 0


def _case(text: str) -> str:
    upper = any(c.isupper() for c in text)
    lower = any(c.islower() for c in text)
    return {(1, 1): "mixed", (1, 0): "upper", (0, 1): "lower", (0, 0): "none"}[upper, lower]


def mask(text: str) -> str:
    """Return the pattern: A, a, 9 and other characters as they are."""
    masked = "".join(map(_masked, text[:MASKED_CHARS]))
    return masked + ("…" if len(text) > MASKED_CHARS else "")


def _masked(c: str) -> str:
    kind = unicodedata.category(c)[0]
    if c.isupper():
        return "A"
    if is_letter(c):
        return "a"
    return "9" if kind == "N" else c


def folded(text: str) -> str:
    """Return the key under which spellings are one category: no case, blanks or punctuation."""
    kept = "".join(
        c if is_letter(c) or unicodedata.category(c)[0] == "N" else " " if _parts(c) else ""
        for c in text.lower()
    )  # fmt: skip
    return re.sub(" +", " ", kept).strip(" ")


def _parts(c: str) -> bool:
    return bool(BLANK.match(c)) or c in "-_"


def near_duplicates(counts: Counter[str]) -> dict[str, Counter[str]]:
    """Group the spellings of what is one category."""
    groups: dict[str, Counter[str]] = {}
    for value, count in counts.items():
        groups.setdefault(folded(value), Counter())[value] = count
    return {key: group for key, group in groups.items() if key and len(group) > 1}
