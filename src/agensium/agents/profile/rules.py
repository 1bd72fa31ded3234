"""From facts to findings: every rule is a frozen value in one of two tuples."""

from collections.abc import Sequence
from typing import Final

from msgspec import structs

from agensium.agents.profile.column_rules import COLUMN_RULES, ColumnRule, Hit
from agensium.agents.profile.file_rules import FILE_RULES
from agensium.agents.profile.table_rules import TABLE_RULES
from agensium.agents.profile.thresholds import Thresholds
from agensium.agents.profile.value_rules import value_findings
from agensium.core.findings import Finding
from agensium.core.profile import TableProfile
from agensium.core.report import Source

MAX_EXAMPLES: Final = 5
_RANK: Final = {"error": 0, "warning": 1, "note": 2}


def judge(table: TableProfile, source: Source, thresholds: Thresholds) -> tuple[Finding, ...]:
    """Return all findings, the most serious and most frequent first.

    The same thing in several columns is one finding.
    """
    of_table = [finding for rule in TABLE_RULES if (finding := rule(table, source))]
    of_columns = [
        _merge(rule, hits) for rule in COLUMN_RULES if (hits := _hits(rule, table, thresholds))
    ]
    return tuple(sorted(of_table + of_columns + _of_file(table, source), key=_importance))


def _of_file(table: TableProfile, source: Source) -> list[Finding]:
    seen = source.forensics
    if seen is None:
        return []
    of_file = [finding for rule in FILE_RULES if (finding := rule(table, source, seen))]
    return of_file + list(value_findings(seen))


def _hits(rule: ColumnRule, table: TableProfile, thresholds: Thresholds) -> list[Hit]:
    found = (rule.check(column, thresholds) for column in table.columns)
    return [hit for hit in found if hit]


def _merge(rule: ColumnRule, hits: Sequence[Hit]) -> Finding:
    several = len(hits) > 1
    examples = [
        structs.replace(example, column=hit.column.name) if several else example
        for hit in hits
        for example in hit.examples
    ]
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        title=rule.title(hits),
        columns=tuple(hit.column.name for hit in hits),
        count=sum(hit.count for hit in hits),
        of=sum(hit.of for hit in hits),
        unit=rule.unit,
        why=rule.why,
        action=rule.action,
        examples=tuple(examples[:MAX_EXAMPLES]),
    )


def _importance(finding: Finding) -> tuple[int, float, str]:
    share = finding.count / finding.of if finding.of else 0.0
    return (_RANK[finding.severity], -share, finding.rule)
