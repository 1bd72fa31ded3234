"""The findings as the report tells them: what, where, how much, why, and what to do."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from agensium.core.findings import Example, Finding, Severity
from agensium.exports import formats
from agensium.exports.sentences import Name, Names

MAX_NAMES: Final = 24
MAX_EXAMPLES: Final = 10


class Quote(Struct, frozen=True):
    """A value of the file, and the column and line that it stands in; or just a line."""

    value: str
    line: str | None
    column: str | None = None


class Concern(Struct, frozen=True):
    """One finding in words.

    Attributes:
        rule: the stable id of its rule.
        severity: error, warning or note.
        title: what was found.
        part: the share that shows it; none when it was not counted.
        share: that share in words.
        amount: how many of how many.
        columns: where it was found, as far as they are listed.
        more: how many columns are not listed.
        why: why it matters.
        action: what to do.
        quotes: values that show it.

    """

    rule: str
    severity: Severity
    title: str
    part: float | None
    share: str
    amount: str
    columns: tuple[Name, ...]
    more: int
    why: str
    action: str
    quotes: tuple[Quote, ...]


def concerns(findings: Sequence[Finding], names: Names) -> tuple[Concern, ...]:
    """Return every finding in words, in the order of the report."""
    return tuple(_concern(finding, names) for finding in findings)


def tally(findings: Sequence[Finding]) -> str:
    """Count findings by severity: ``1 error, 2 warnings``."""
    numbers = (
        (sum(1 for finding in findings if finding.severity == severity), severity)
        for severity in ("error", "warning", "note")
    )
    return ", ".join(formats.counted(number, severity) for number, severity in numbers if number)


def _concern(finding: Finding, names: Names) -> Concern:
    part = finding.count / finding.of if finding.of else None
    return Concern(
        rule=finding.rule,
        severity=finding.severity,
        title=finding.title,
        part=part,
        share="" if part is None else formats.share(min(part, 1.0)),
        amount=_amount(finding),
        columns=tuple(names.name(name) for name in finding.columns[:MAX_NAMES]),
        more=max(0, len(finding.columns) - MAX_NAMES),
        why=finding.why,
        action=finding.action,
        quotes=tuple(_quote(example) for example in finding.examples[:MAX_EXAMPLES]),
    )


def _quote(example: Example) -> Quote:
    line = None if example.line is None else formats.count(example.line)
    return Quote(example.value, line, example.column)


def _amount(finding: Finding) -> str:
    unit = finding.unit.removesuffix("s") if (finding.of or finding.count) == 1 else finding.unit
    if finding.of:
        return f"{formats.count(finding.count)} of {formats.count(finding.of)} {unit}"
    return f"{formats.count(finding.count)} {unit}" if finding.count else ""
