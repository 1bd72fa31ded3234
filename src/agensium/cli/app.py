"""The commands. Everything heavy is imported by the command that needs it."""

import os
import sys
from typing import Annotated

import typer

from agensium import __version__
from agensium.cli import agents, client, service
from agensium.cli.exits import Exit, complain, exit_code
from agensium.core.errors import AgensiumError

app = typer.Typer(
    name="agensium",
    help="What is in a table, can it be trusted, what changed.",
    epilog="Exit codes: 0 done, 1 internal error, 2 usage or settings, 3 the file cannot be read, "
    "4 a limit was reached, 5 a service does not answer, 6 not found, 7 the task failed, "
    "130 interrupted.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
agents.register(app)
service.register(app)
client.register(app)


def _show_version(value: bool) -> None:  # noqa: FBT001 - Typer's signature
    if value:
        typer.echo(f"agensium {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    del version


def run() -> None:
    """Run the command line."""
    try:
        app()
    except AgensiumError as error:
        complain(error)
        sys.exit(exit_code(error))
    except KeyboardInterrupt:
        sys.stderr.write("agensium: interrupted\n")
        sys.exit(Exit.INTERRUPTED)
    except BrokenPipeError:
        # The reader of our output has gone, as in `agensium … | head`: nothing to complain of.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(Exit.OK)
