"""The commands. Everything heavy is imported by the command that needs it."""

from collections.abc import Sequence
from typing import Annotated

import typer
from typer.main import get_command

from agensium import __version__
from agensium.cli import agents, client, service
from agensium.cli.exits import Exit, complain, exit_code
from agensium.core.errors import InvalidRequest

app = typer.Typer(
    name="agensium",
    help="What is in a table, can it be trusted, what changed.",
    epilog="Exit codes: 0 done, 1 internal error, 2 usage or settings, 3 the file cannot be read, "
    "4 a limit was reached, 5 a service does not answer, 6 not found, 7 the task failed, "
    "8 the output cannot be written, 130 interrupted.",
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


def run(arguments: Sequence[str]) -> int:
    """Run a command; return its exit code."""
    # Typer's own way of running it frames usage errors and takes a broken pipe for a failure.
    command = get_command(app)
    try:
        with command.make_context("agensium", list(arguments)) as context:
            command.invoke(context)
    except typer.Exit as left:
        return left.exit_code
    except typer.TyperException as error:
        return _wrong_usage(error)
    return Exit.OK


def _wrong_usage(error: typer.TyperException) -> int:
    message = " ".join(error.format_message().split())
    if not message:  # without arguments: the help was shown
        return Exit.USAGE
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "agensium"
    wrong = InvalidRequest(f"{message.rstrip('.')}.", hint=f"See {command} --help.")
    complain(wrong)
    return exit_code(wrong)
