"""Tables for the kernel's tests: a text in, a profile out."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from agensium.core.profile import ColumnProfile, TableProfile
from agensium.data.kernel import Dialect, ScanOptions, scan_csv


def profile(text: str | bytes, **options: Any) -> TableProfile:
    data = text.encode() if isinstance(text, str) else text
    with TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        path.write_bytes(data)
        return scan_csv(path, ScanOptions(**options))


def column(*cells: str, **options: Any) -> ColumnProfile:
    """Profile one column named x."""
    text = "x\n" + "".join(f"{cell}\n" for cell in cells)
    return profile(text, dialect=Dialect(delimiter="\t", quote=None), **options).columns[0]
