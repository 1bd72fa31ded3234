"""Working against a server: submit, status, fetch."""

import sys
from pathlib import Path
from typing import Any

import click

from agensium.cli.addresses import FileOrAddress
from agensium.cli.exits import Exit
from agensium.cli.reading import reading_of, reading_options
from agensium.cli.streams import on_one_line
from agensium.data.read_options import with_read

_server = click.option(
    "--server",
    default="http://127.0.0.1:8000",
    envvar="AGENSIUM_SERVER",
    show_envvar=True,
    metavar="URL",
    help="The server's address.",
)
_params = click.option(
    "--params",
    default="",
    show_default=False,
    metavar="JSON",
    help="The agent's parameters, as JSON.",
)


def _reading(command: click.Command) -> click.Command:
    command.params += reading_options()
    return command


_task_id = click.argument("task_id", help="The ticket.  [required]")


def register(commands: click.Group) -> None:
    """Add the commands."""
    for command in (submit, status, fetch):
        commands.add_command(command)


@_reading
@click.command()
@click.argument(
    "file", type=FileOrAddress(), help="The file, or an address the server fetches.  [required]"
)
@_server
@click.option("--agent", default="profile", metavar="NAME", help="Which agent.")
@_params
@click.option("--wait/--no-wait", default=False, help="Wait for the result and show it.")
def submit(
    file: str,
    server: str,
    agent: str,
    params: str,
    *,
    wait: bool,
    **read: Any,  # noqa: ANN401 - the options of reading
) -> int:
    """Hand a file, or its address, to a server; prints the ticket."""
    from agensium.cli.follow import follow
    from agensium.cli.remote import Remote

    remote = Remote(server)
    task_id = remote.submit(agent, file, with_read(params, reading_of(read)))
    click.echo(task_id)
    return follow(remote, task_id) if wait else Exit.OK


@click.command()
@_task_id
@_server
def status(task_id: str, server: str) -> None:
    """Show where a task stands, as JSON."""
    from agensium.cli.remote import Remote

    sys.stdout.write(Remote(server).task_json(task_id) + "\n")


@click.command()
@_task_id
@_server
@click.option(
    "--name", default="report.json", metavar="NAME", help="Which file, such as report.html."
)
@click.option("--output", "-o", type=click.Path(path_type=Path), help="Where to write it.")
def fetch(task_id: str, server: str, name: str, output: Path | None) -> None:
    """Download a file that a task made; to standard output unless told otherwise."""
    from agensium.cli.files import replacing
    from agensium.cli.remote import Remote

    remote = Remote(server)
    if output is None:
        remote.download(task_id, name, sys.stdout.buffer)
        return
    with replacing(output) as file:
        remote.download(task_id, name, file)
    sys.stderr.write(f"wrote {on_one_line(str(output))}\n")
