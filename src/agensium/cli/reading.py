"""The options of commands that say how a file is to be read."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import click

from agensium.data.read_options import ReadOption, read_options

PREFIX: Final = "read_"


def reading_options() -> Iterator[click.Option]:
    """Give an option for each thing that may be said; `reading_of` takes what comes of them."""
    for option in read_options():
        yield _option(option)


def reading_of(given: Mapping[str, Any]) -> dict[str, object]:
    """Return what was said about reading, as JSON has it.

    Raises:
        InvalidParams: something means nothing that can be.

    """
    found = {option: given.get(f"{PREFIX}{option.name}") for option in read_options()}
    return {
        option.name: option.parse(value) if isinstance(value, str) else value
        for option, value in found.items()
        if value is not None and value != ()
    }


def _option(option: ReadOption) -> click.Option:
    name, told = f"{PREFIX}{option.name}", option.help
    if option.kind == "choice":
        flags = f"{option.flag}/--no-{option.flag[2:]}"
        return click.Option([flags, name], default=None, help=told)
    if option.kind == "number":
        number = click.IntRange(option.minimum, option.maximum)
        return click.Option([option.flag, name], type=number, show_default=False, help=told)
    if option.kind == "list":
        again = f"{told} May be repeated."
        return click.Option([option.flag, name], multiple=True, metavar="TEXT", help=again)
    metavar = "CHAR" if option.kind == "mark" else "TEXT"
    return click.Option([option.flag, name], metavar=metavar, help=told)
