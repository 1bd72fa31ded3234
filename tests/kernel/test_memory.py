"""What a scan holds stays below its cap, whatever the table; what cannot be held is an error.

Each scan runs in a process of its own, so that its peak is its own.
"""

import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from agensium.core.errors import AgensiumError
from agensium.data.kernel import ScanOptions, scan_csv

MIB: Final = 1 << 20
MEASURE: Final = """
import resource, sys
from agensium.data import _kernel
path, request = sys.argv[1], sys.argv[2].encode()
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
before = peak()
try:
    _kernel.scan_csv(path, request, lambda *progress: True)
except _kernel.KernelError as failure:
    print(failure.args[0], file=sys.stderr)
print((peak() - before) * 1024)
"""


def growth(path: Path, memory: int, threads: int) -> int:
    """Return by how many bytes a process grows that scans this file."""
    request = f'{{"memory_bytes": {memory}, "threads": {threads}}}'
    command = [sys.executable, "-c", MEASURE, str(path), request]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def write(path: Path, header: str, lines: Iterator[str]) -> Path:
    with path.open("w") as file:
        file.write(header + "\n")
        file.writelines(line + "\n" for line in lines)
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("memory")


@pytest.fixture(scope="module")
def integers(folder: Path) -> Path:
    lines = (str(n * 2_654_435_761 % 2**31) for n in range(3_000_000))
    return write(folder / "integers.csv", "id", lines)


@pytest.fixture(scope="module")
def texts(folder: Path) -> Path:
    """Five columns of long texts, no two of them equal and few of one pattern."""
    chance = random.Random(1)
    words = [chance.randbytes(6).hex()[: chance.randrange(3, 12)] for _ in range(5000)]

    def text(n: int) -> str:
        return f"{n} " + " ".join(chance.choices(words, k=6))

    lines = (",".join(text(n) for _ in range(5)) for n in range(200_000))
    return write(folder / "texts.csv", "a,b,c,d,e", lines)


@pytest.fixture(scope="module")
def wide(folder: Path) -> Path:
    """4,000 columns of numbers of very different sizes, and of texts."""
    chance = random.Random(2)

    def cell(n: int) -> str:
        return f"{chance.expovariate(1) ** 9:.6g}" if n % 2 else f"w{chance.randrange(10**9):x}"

    lines = [",".join(cell(n) for n in range(4000)) for _ in range(400)]
    return write(folder / "wide.csv", ",".join(f"c{n}" for n in range(4000)), iter(lines))


@pytest.mark.parametrize("threads", [1, 2, 8])
@pytest.mark.parametrize("mebibytes", [64, 128, 512])
@pytest.mark.parametrize("table", ["integers", "texts", "wide"])
def test_a_scan_stays_below_its_cap(
    table: str, mebibytes: int, threads: int, request: pytest.FixtureRequest
) -> None:
    path: Path = request.getfixturevalue(table)
    assert growth(path, mebibytes * MIB, threads) <= mebibytes * MIB


@pytest.mark.parametrize("threads", [2, 16])
def test_twenty_thousand_columns_fit_the_usual_cap(folder: Path, threads: int) -> None:
    line = ",".join(str(n * 7919 % 1000) for n in range(20_000))
    lines = (f"{n}{line}" for n in range(200))
    path = write(folder / "20000.csv", ",".join(f"c{n}" for n in range(20_000)), lines)
    assert growth(path, 512 * MIB, threads) <= 512 * MIB


def test_a_table_too_wide_for_its_cap_is_an_error(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", ",".join(f"c{n}" for n in range(20_000)), iter([]))
    with pytest.raises(AgensiumError) as caught:
        scan_csv(path, ScanOptions(memory_bytes=64 * MIB))
    assert caught.value.code == "limit_exceeded"
    assert "254 MiB" in caught.value.message


@pytest.mark.parametrize(
    ("start", "filling"),
    [("a,b\n1,", "x"), ("", "x"), ('a,b\n1,"', "x\n"), ("a,b\n1,2\n", ",")],
    ids=["a cell", "no line break", "an open quote", "a row of commas"],
)
@pytest.mark.parametrize("threads", [1, 8])
def test_a_record_without_end_is_an_error_within_the_cap(
    start: str, filling: str, threads: int, tmp_path: Path
) -> None:
    path = tmp_path / "long.csv"
    with path.open("w") as file:
        file.write(start)
        block = filling * (MIB // len(filling))
        for _ in range(200):
            file.write(block)
    with pytest.raises(AgensiumError) as caught:
        scan_csv(path, ScanOptions(memory_bytes=64 * MIB))
    assert caught.value.code in {"limit_exceeded", "cell_too_large"}
    assert growth(path, 64 * MIB, threads) <= 64 * MIB


@pytest.mark.parametrize("threads", [1, 8])
def test_long_cells_are_read_one_at_a_time(threads: int, tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    with path.open("w") as file:
        file.write("a,b\n")
        for n in range(20):
            file.write(f'{n},"{"long text " * (MIB // 2)}"\n')
    assert scan_csv(path, ScanOptions(memory_bytes=64 * MIB, threads=threads)).rows == 20
    assert growth(path, 64 * MIB, threads) <= 64 * MIB


def test_a_row_of_a_million_fields_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "fields.csv"
    path.write_text("a,b\n1,2\n" + "," * 1_000_000 + "\n3,4\n")
    table = scan_csv(path, ScanOptions(memory_bytes=64 * MIB))
    assert (table.rows, table.repairs.cut.first) == (3, (3,))
    assert growth(path, 64 * MIB, 2) <= 64 * MIB


def test_a_header_of_a_million_fields_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "header.csv"
    path.write_text("," * 1_000_000 + "\n1\n")
    with pytest.raises(AgensiumError) as caught:
        scan_csv(path)
    assert caught.value.code in {"limit_exceeded", "too_many_columns"}
