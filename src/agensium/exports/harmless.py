"""Texts of users in files that other programs open: shown as they are, never obeyed."""

import re
from typing import Final

FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What makes a spreadsheet take a cell of a CSV file for a formula (OWASP, "CSV Injection")."""

_MARKUP: Final = re.compile(r"[\\`*_\[\]<>#|~@&]|^[-+=](?=\s)|(?<=[wW]{3})\.|:(?=//)|^\d+(?=[.)])")
"""What begins markup, a mention or a link in GitHub's Markdown."""


def cell(text: str) -> str:
    """Return a text for a cell of a CSV file; an apostrophe keeps a spreadsheet from obeying it."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text


def prose(text: str) -> str:
    """Return a text for Markdown in which nothing is markup, a link or a mention."""
    return _MARKUP.sub(_escaped, _on_one_line(text))


def code(text: str) -> str:
    """Return a text as a code span for a cell of a Markdown table."""
    plain = _on_one_line(text).replace("|", "\\|")
    longest = max((len(run) for run in _runs(plain, "`")), default=0)
    fence = "`" * (longest + 1)
    pad = " " if longest or not plain.strip() else ""
    return f"{fence}{pad}{plain or ' '}{pad}{fence}"


def _escaped(found: re.Match[str]) -> str:
    mark = found[0]
    return f"&#{ord(mark[0])};{mark[1:]}" if mark.isalnum() else f"\\{mark}"


def _on_one_line(text: str) -> str:
    return " ".join(text.split("\n")).replace("\r", " ")


def _runs(text: str, char: str) -> list[str]:
    spaced = "".join(each if each == char else " " for each in text)
    return spaced.split()
