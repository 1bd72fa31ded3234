"""Working against a server: submit, status, fetch."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from agensium.cli.streams import on_one_line

Server = Annotated[
    str, typer.Option("--server", envvar="AGENSIUM_SERVER", help="The server's address.")
]
TaskId = Annotated[str, typer.Argument(help="The ticket.")]
DEFAULT_SERVER = "http://127.0.0.1:8000"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("submit")(submit)
    app.command("status")(status)
    app.command("fetch")(fetch)


def submit(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The file.")],
    server: Server = DEFAULT_SERVER,
    agent: Annotated[str, typer.Option(help="Which agent.")] = "profile",
    params: Annotated[str, typer.Option(help="The agent's parameters, as JSON.")] = "",
    wait: Annotated[bool, typer.Option(help="Wait for the result and show it.")] = False,
) -> None:
    """Hand a file to a server; prints the ticket."""
    from agensium.cli.follow import follow
    from agensium.cli.remote import Remote

    remote = Remote(server)
    task_id = remote.submit(agent, file, params)
    typer.echo(task_id)
    if wait:
        raise typer.Exit(follow(remote, task_id))


def status(task_id: TaskId, server: Server = DEFAULT_SERVER) -> None:
    """Show where a task stands, as JSON."""
    from agensium.cli.remote import Remote

    sys.stdout.write(Remote(server).task_json(task_id) + "\n")


def fetch(
    task_id: TaskId,
    server: Server = DEFAULT_SERVER,
    name: Annotated[str, typer.Option(help="Which file, such as report.html.")] = "report.json",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where to write it.")
    ] = None,
) -> None:
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
