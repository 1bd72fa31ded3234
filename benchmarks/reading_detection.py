"""How long it takes to find out how a file is to be read: the best of seven times.

.venv/bin/python benchmarks/reading_detection.py
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from agensium.data.look import look_at
from agensium.data.reading import ReadParams

TIMES = 7
SHAPES = ((12, 400_000), (2_000, 500), (20_000, 50))
CELLS: dict[str, Callable[[int], str]] = {
    "numbers": lambda n: str(n * 7919 % 99_991 / 100),
    "words": lambda n: f"word {n % 100}",
    "quoted words": lambda n: f'"a, {n % 100}"',
}


def write(path: Path, columns: int, rows: int, cell: Callable[[int], str]) -> None:
    """Write a table with a header."""
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(f"col_{n}" for n in range(columns)) + "\n")
        for row in range(rows):
            file.write(",".join(cell(row * columns + n) for n in range(columns)) + "\n")


def milliseconds(path: Path) -> float:
    """Return the least time that a look at the file took."""
    best = float("inf")
    for _ in range(TIMES):
        began = time.perf_counter()
        look_at(path, path.name, ReadParams())
        best = min(best, time.perf_counter() - began)
    return best * 1e3


def main() -> None:
    """Print a table."""
    sys.stdout.write("| columns | rows | cells | milliseconds |\n|---|---|---|---|\n")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        for columns, rows in SHAPES:
            for kind, cell in CELLS.items():
                write(path, columns, rows, cell)
                took = milliseconds(path)
                sys.stdout.write(f"| {columns:,} | {rows:,} | {kind} | {took:.1f} |\n")


if __name__ == "__main__":
    main()
