"""What values tell of their past: spreadsheets, locales, units."""

from collections.abc import Iterable
from typing import Final

from agensium.agents.profile.file_rules import examples
from agensium.core.findings import Finding
from agensium.core.forensics import Damage, DayMonth, Destroyed, Forensics, MixedUnits

_TITLES: Final[dict[Destroyed, str]] = {
    "scientific": "Long numbers were turned into powers of ten",
    "serial_dates": "Dates were turned into numbers of days",
    "leading_zeros": "Codes have lost their leading zeros",
    "dates_from_codes": "Codes were turned into dates",
    "rounded": "Long numbers were rounded to 15 digits",
    "error_cells": "Cells hold errors of a spreadsheet",
}
_ACTIONS: Final[dict[Destroyed, str]] = {
    "scientific": "Take them anew from the source; the digits are lost.",
    "serial_dates": "Count them as days from 30 December 1899, or take them anew.",
    "leading_zeros": "Fill them up to their length, and keep such columns as text.",
    "dates_from_codes": "Take them anew from the source, as text.",
    "rounded": "Take them anew from the source, as text.",
    "error_cells": "Mend the formulas, or take the values anew.",
}


def value_findings(seen: Forensics) -> Iterable[Finding]:
    """Return what values tell, one finding for each column that shows it."""
    yield from map(_damage, seen.damage)
    yield from (found for each in seen.day_month if (found := _day_month(each)))
    yield from map(_units, seen.units)
    if seen.decimal_comma:
        yield _decimal_comma(seen)


def _damage(damage: Damage) -> Finding:
    return Finding(
        rule=f"values.{damage.kind}",
        severity="error",
        title=f"{_TITLES[damage.kind]}.",
        columns=(damage.column,),
        count=damage.seen,
        of=damage.of,
        unit="values",
        why="A spreadsheet does so when it opens a file of text, and writes it back that way.",
        action=_ACTIONS[damage.kind],
        examples=examples(damage.examples),
    )


def _day_month(found: DayMonth) -> Finding | None:
    # That nothing tells them apart is a rule of columns, which sees all rows.
    if not found.day_first or not found.month_first:
        return None
    return Finding(
        rule="values.day_month",
        severity="error",
        title="Some dates have the day first, others the month.",
        columns=(found.column,),
        count=found.either,
        of=found.either + found.day_first + found.month_first,
        unit="values",
        why="A date such as 03/04 is then read as another day than was meant.",
        action="Ask for dates as 2026-04-03.",
    )


def _units(found: MixedUnits) -> Finding:
    told = ", ".join(f"'{unit}' ({count:,})" for unit, count in found.units)
    return Finding(
        rule="values.units",
        severity="warning",
        title=f"Values have different units: {told}.",
        columns=(found.column,),
        count=sum(count for _, count in found.units[1:]),
        of=sum(count for _, count in found.units),
        unit="values",
        why="Numbers of different units cannot be compared or added.",
        action="Convert them to one unit, and name it in the header.",
    )


def _decimal_comma(seen: Forensics) -> Finding:
    return Finding(
        rule="values.decimal_comma",
        severity="note",
        title="Numbers have a decimal comma.",
        columns=seen.decimal_comma,
        count=len(seen.decimal_comma),
        unit="columns",
        why="Programs set to another language read 1,5 as 15 or as text.",
        action="Tell the next program so, or write a point.",
    )
