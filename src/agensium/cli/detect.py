"""`agensium detect`: how a file would be read, without reading it."""

import sys
from typing import Any

import click
import msgspec

from agensium.cli.exits import complain, exit_code
from agensium.cli.files import opened, shown_name
from agensium.cli.reading import reading_of, reading_options
from agensium.cli.streams import on_one_line
from agensium.core.errors import AgensiumError, InvalidParams
from agensium.data.look import Look, TextLook, look_at
from agensium.data.reading import ReadParams


def register(commands: click.Group) -> None:
    """Add the command."""
    detect.params += reading_options()
    commands.add_command(detect)


@click.command()
@click.argument("files", nargs=-1, required=True, help="The files, or addresses.  [required]")
@click.option("--json", "as_json", is_flag=True, help="Write each answer as a line of JSON.")
def detect(files: tuple[str, ...], *, as_json: bool, **read: Any) -> int:  # noqa: ANN401
    """Find out how a file would be read, and how sure that is, without reading it."""
    try:
        wanted = msgspec.convert(reading_of(read), ReadParams)
    except msgspec.ValidationError as error:
        raise InvalidParams(f"{error}.") from error
    worst = 0
    for name in files:
        try:
            with opened(name) as path:
                found = look_at(path, shown_name(name), wanted)
        except AgensiumError as error:
            complain(error, about=name)
            worst = worst or exit_code(error)
            continue
        shown = msgspec.json.encode(found).decode() if as_json else _told(found)
        sys.stdout.write(f"{shown}\n")
    return worst


def _told(found: Look) -> str:
    parts = [found.format]
    if found.text is not None:
        parts += _text(found.text)
    if found.tables:
        names = (f"{each.name} (hidden)" if each.hidden else each.name for each in found.tables)
        parts.append(f"tables: {', '.join(names)}")
    return on_one_line(f"{found.name}: {'; '.join(parts)}")


def _text(text: TextLook) -> list[str]:
    marks = f"delimiter {text.delimiter!r}, quote {text.quote!r}" if text.delimiter else "no marks"
    parts = [
        f"{marks} ({text.confidence:.0%} sure)",
        f"encoding {text.encoding} ({text.encoding_confidence:.0%} sure)",
        f"header rows {text.header_rows} ({text.header_why})",
        f"columns {text.width}",
    ]
    if text.packing:
        parts.append(f"packed by {text.packing}")
    if text.other is not None:
        parts.append(f"nearly as likely: {text.other.delimiter!r}, {text.other.columns} columns")
    return parts
