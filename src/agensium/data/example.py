"""The bundled example: real data, for a first look and for tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

EXAMPLE: Final = "flights.csv"


@contextmanager
def example_file() -> Iterator[Path]:
    """Give the example as a file; its source is named in examples/README.md."""
    with as_file(files("agensium.data").joinpath("examples", EXAMPLE)) as path:
        yield path
