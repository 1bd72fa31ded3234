"""Working against a server: submit, status, fetch."""

import sys
from pathlib import Path

import click

from agensium.cli.exits import Exit
from agensium.cli.streams import on_one_line

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
_task_id = click.argument("task_id", help="The ticket.  [required]")


def register(commands: click.Group) -> None:
    """Add the commands."""
    for command in (submit, status, fetch):
        commands.add_command(command)


@click.command()
@click.argument(
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The file.  [required]",
)
@_server
@click.option("--agent", default="profile", metavar="NAME", help="Which agent.")
@_params
@click.option("--wait/--no-wait", default=False, help="Wait for the result and show it.")
def submit(file: Path, server: str, agent: str, params: str, *, wait: bool) -> int:
    """Hand a file to a server; prints the ticket."""
    from agensium.cli.follow import follow
    from agensium.cli.remote import Remote

    remote = Remote(server)
    task_id = remote.submit(agent, file, params)
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
