"""Reports as literals: one in which everything was computed, a hostile one, a wide one."""

from typing import Any

from msgspec import Raw
from msgspec.structs import replace

from agensium.core.findings import Example as Quote
from agensium.core.findings import Finding
from agensium.core.profile import (
    Association,
    Bin,
    BooleanStatistics,
    ColumnProfile,
    CoMissing,
    DateGap,
    DateStatistics,
    Dependency,
    Estimate,
    Example,
    Histogram,
    Key,
    Lines,
    NearDuplicate,
    NotComputed,
    NumberStatistics,
    Outliers,
    Quantile,
    Relation,
    Repairs,
    TableProfile,
    TextStatistics,
    ValueCount,
)
from agensium.core.report import AgentVersion, Report, Source

ROWS = 1_000


def counts(**values: int) -> tuple[ValueCount, ...]:
    return tuple(ValueCount(value=value, count=count) for value, count in values.items())


def histogram(*heights: int) -> Histogram:
    bins = (
        Bin(lower=10 * index, upper=10 * index + 10, count=height)
        for index, height in enumerate(heights)
    )
    return Histogram(bins=tuple(bins))


AMOUNT = ColumnProfile(
    name="amount",
    position=0,
    kind="decimal",
    rows=ROWS,
    missing=40,
    missing_tokens=counts(NA=30, none=10),
    conforming=958,
    nonconforming=(Example(line=17, value="n/k"), Example(line=930, value="12.5 EUR")),
    distinct=Estimate(value=612, method="sketch", error=0.013),
    unique=Estimate(value=400, method="sketch", error=0.02),
    numbers=NumberStatistics(
        count=958,
        min=-3.5,
        max=12_345.67,
        sum=98_765.4,
        mean=103.0954,
        variance=2500.0,
        deviation=50.0,
        coefficient_of_variation=0.485,
        skewness=1.25,
        kurtosis=-0.5,
        zeros=3,
        negatives=1,
        whole=120,
        quantiles=tuple(
            Quantile(probability=probability, value=value)
            for probability, value in (
                (0.01, 1), (0.05, 5), (0.25, 25), (0.5, 50.5), (0.75, 75), (0.95, 95), (0.99, 99),
            )
        ),
        quantile_method="sketch",
        quantile_error=0.01,
        mad=Estimate(value=20.5),
        outliers=(Outliers(rule="iqr", lower_fence=-50, upper_fence=150, below=0, above=7),),
        order="increasing",
        first_digits=(300, 180, 125, 97, 80, 67, 58, 51, 0),
        decimals=2,
    ),
    text=TextStatistics(length_min=1, length_max=8, length_mean=4.5, leading_blanks=0, lower=2),
    top_values=tuple(ValueCount(value=f"{cents}.99", count=90 - cents) for cents in range(20)),
    patterns=tuple(ValueCount(value="9" * digits, count=10) for digits in range(1, 12)),
    histogram=histogram(5, 80, 300, 400, 120, 40, 10, 2, 0, 1),
)  # fmt: skip

CITY = ColumnProfile(
    name="city",
    position=1,
    kind="text",
    rows=ROWS,
    missing=0,
    conforming=ROWS,
    distinct=Estimate(value=4),
    unique=Estimate(value=0),
    text=TextStatistics(
        length_min=4,
        length_max=9,
        length_mean=5.5,
        length_histogram=histogram(100, 500, 400),
        words_mean=1.25,
        words_max=2,
        leading_blanks=0,
        trailing_blanks=12,
        inner_blanks=0,
        upper=0,
        lower=10,
        mixed=990,
        control_characters=0,
        non_ascii=300,
        non_nfc=0,
        characters=counts(letter=5_400, blank=100),
        scripts=counts(Latin=ROWS),
    ),
    top_values=counts(Berlin=500, Paris=300, berlin=150, Rome=50),
    rare_values=counts(Bern=1),
    patterns=counts(Aaaaaa=500, Aaaaa=300),
    near_duplicates=(NearDuplicate(key="berlin", spellings=counts(Berlin=500, berlin=150)),),
)

DAY = ColumnProfile(
    name="day",
    position=2,
    kind="date",
    rows=ROWS,
    missing=0,
    conforming=ROWS,
    distinct=Estimate(value=31),
    dates=DateStatistics(
        count=ROWS,
        earliest="2026-01-01",
        latest="2026-01-31",
        span_seconds=30 * 86_400,
        formats=(ValueCount(value="%Y-%m-%d", count=ROWS),),
        day_order="day first",
        granularity="day",
        gaps=(DateGap(after="2026-01-10", before="2026-01-13", missing=2),),
        gap_count=1,
        weekdays=(200, 190, 180, 170, 160, 60, 40),
        hours=(1,) * 24,
        future=0,
        sentinels=(ValueCount(value="1900-01-01", count=2),),
    ),
    histogram=Histogram(
        bins=(
            Bin(lower="2026-01-01", upper="2026-01-16", count=600),
            Bin(lower="2026-01-16", upper="2026-01-31", count=400),
        )
    ),
)

PAID = ColumnProfile(
    name="paid",
    position=3,
    kind="boolean",
    rows=ROWS,
    missing=ROWS // 2,
    conforming=ROWS // 2,
    distinct=Estimate(value=1),
    booleans=BooleanStatistics(true=500, false=0, spellings=counts(yes=500)),
    top_values=counts(yes=500),
)

NOTHING = ColumnProfile(name="nothing", position=4, kind="empty", rows=ROWS, missing=ROWS)

FINDINGS = (
    Finding(
        rule="column.nonconforming",
        severity="error",
        title="'amount' with values of another kind in 0.2 % of the cells.",
        columns=("amount",),
        count=2,
        of=960,
        unit="cells",
        why="Such values turn into errors in the next program.",
        action="Correct the quoted cells.",
        examples=(Quote(value="n/k", line=17),),
    ),
    Finding(
        rule="column.near_duplicates",
        severity="warning",
        title="'city' with several spellings of one category.",
        columns=("city",),
        count=150,
        of=ROWS,
        unit="cells",
        why="Counts by category are split.",
        action="Choose one spelling.",
    ),
    Finding(
        rule="table.note",
        severity="note",
        title="The table is a sample.",
        why="Totals are not totals.",
        action="Ask for all of it.",
    ),
)


def table(*columns: ColumnProfile, **facts: Any) -> TableProfile:
    known: dict[str, Any] = {"rows": ROWS, "bytes": 52_345, **facts}
    return TableProfile(columns=columns, **known)


def report(
    profile: TableProfile, findings: tuple[Finding, ...] = (), name: str = "t.csv"
) -> Report:
    return Report(
        agent=AgentVersion(name="profile", version="1"),
        params=Raw(b'{"read":{}}'),
        verdict="1,000 rows: 2 columns need a look.",
        source=Source(
            name=name,
            bytes=52_345,
            sha256="ab" * 32,
            format="delimited text",
            encoding="utf-8",
            delimiter=";",
            quote='"',
            header=True,
            reading="ambiguous",
            notes=("The delimiter may also be a comma.",),
        ),
        table=profile,
        findings=findings,
    )


FULL = report(
    table(
        AMOUNT,
        CITY,
        DAY,
        PAID,
        NOTHING,
        missing_cells=1_540,
        duplicate_rows=Estimate(value=12),
        repairs=Repairs(
            padded=Lines(count=3, first=(12, 400, 731)),
            blank_lines=Lines(count=1, first=(55,)),
            byte_order_mark=True,
        ),
        not_computed=(
            NotComputed(what="rare values", why="too many distinct values", column="amount"),
            NotComputed(what="rare values", why="too many distinct values", column="day"),
        ),
        co_missing=(CoMissing(left="amount", right="paid", rows=40),),
        associations=(
            Association(
                left="amount", right="day", measure="pearson", estimate=Estimate(value=-0.92)
            ),
            Association(
                left="amount", right="day", measure="spearman", estimate=Estimate(value=-0.71)
            ),
            Association(
                left="city", right="paid", measure="cramers_v", estimate=Estimate(value=0.1)
            ),
        ),
        relations=(Relation(kind="sum", columns=("amount", "paid", "day"), rows=900),),
        keys=(Key(columns=("city", "day")),),
        dependencies=(Dependency(determinant=("day",), dependent="city"),),
    ),
    FINDINGS,
    name="orders.csv",
)

SCRIPT = "<script>alert(1)</script>"
IMAGE = '"><img src=x onerror=alert(1)>'
OVERRIDE = "abc\u202egpj.exe"
TERMINAL = "\x1b[31mred\x1b[0m [bold]b[/bold]"
LONG = "x" * 1_000_000
HOSTILE_TEXTS = (SCRIPT, IMAGE, OVERRIDE, TERMINAL, LONG, "=1+1", "{{ 7*7 }}", "", " \t ", "\u200b")

_HOSTILE_VALUES = tuple(ValueCount(value=text, count=10) for text in HOSTILE_TEXTS)

HOSTILE = report(
    table(
        *(
            replace(
                CITY,
                name=text,
                position=index,
                top_values=_HOSTILE_VALUES,
                patterns=_HOSTILE_VALUES,
                near_duplicates=(NearDuplicate(key=text, spellings=_HOSTILE_VALUES),),
                nonconforming=(Example(line=2, value=text),),
                conforming=ROWS - 1,
            )
            for index, text in enumerate(HOSTILE_TEXTS)
        ),
        not_computed=(NotComputed(what=SCRIPT, why=IMAGE, column=OVERRIDE),),
        keys=(Key(columns=(SCRIPT, OVERRIDE)),),
    ),
    tuple(
        replace(FINDINGS[0], title=text, columns=(text,), why=text, examples=(Quote(value=text),))
        for text in HOSTILE_TEXTS
    ),
    name=f"{SCRIPT}{OVERRIDE}.csv",
)


def wide(width: int) -> Report:
    """Return a report on a table of that many columns, numbers and texts by turns."""
    kinds = (AMOUNT, CITY, DAY, PAID)
    columns = (
        replace(kinds[index % len(kinds)], name=f"column number {index}", position=index)
        for index in range(width)
    )
    return report(table(*columns, missing_cells=5_000), FINDINGS)


def wide_and_hostile(width: int) -> Report:
    """Return a report on so many columns whose names and values mean harm."""
    columns = tuple(
        replace(HOSTILE.table.columns[index % len(HOSTILE_TEXTS)], position=index)
        for index in range(width)
    )
    return report(table(*columns))
