"""Files at addresses. Who types one means it: nothing is forbidden, but limits hold."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import click

SCHEMES: Final = ("https://", "http://", "s3://")


class FileOrAddress(click.Path):
    """A file that is there, or an address."""

    name = "file"

    def __init__(self) -> None:
        super().__init__(exists=True, dir_okay=False)

    def convert(
        self,
        value: Any,  # noqa: ANN401 - as the base has it
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Any:  # noqa: ANN401 - as the base has it
        """Let an address pass; look for a file."""
        return value if is_address(str(value)) else super().convert(value, param, ctx)


def is_address(name: str) -> bool:
    """Tell an address from a file's name."""
    return name.startswith(SCHEMES)


def name_at(address: str) -> str:
    """Return what the file at an address is called.

    Raises:
        InvalidRequest: it is no address of a file.

    """
    from agensium.storage.source_rules import name_of

    return name_of(address)


@contextmanager
def fetched(address: str) -> Iterator[Path]:
    """Give a copy of the file at an address.

    Raises:
        InvalidRequest: it is no address of a file.
        SourceRefused: what is there does not give the file.
        SourceUnreachable: it does not answer.

    """
    import tempfile

    from agensium.storage.source_rules import EVERYTHING
    from agensium.storage.sources import Sources

    store = _store() if address.startswith("s3://") else None
    with (
        Sources(EVERYTHING, store).open(address) as file,
        tempfile.NamedTemporaryFile(prefix="agensium-") as copy,
    ):
        for chunk in file.chunks:
            copy.write(chunk)
        copy.flush()
        yield Path(copy.name)


def _store() -> Any:  # noqa: ANN401 - its type takes time to import
    from agensium.settings import load_settings
    from agensium.wiring import s3_settings

    return s3_settings(load_settings())
