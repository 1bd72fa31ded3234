"""The commands. Everything heavy is imported by the command that needs it."""

from collections.abc import Sequence

import click
from click.exceptions import Exit as Left
from click.exceptions import NoArgsIsHelpError

from agensium import __version__
from agensium.cli import agents, client, detect, service
from agensium.cli.exits import Exit, complain, exit_code
from agensium.core.errors import InvalidRequest


class Commands(click.Group):
    """All commands in their order; the help says all of each, and what the exit codes mean."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what each command does."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, each.help or "") for name, each in self.commands.items()])

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the exit codes mean."""
        del ctx
        with formatter.section("Exit codes"):
            formatter.write_dl([(str(int(code)), code.meaning) for code in Exit])


@click.group(
    cls=Commands,
    help="What is in a table, can it be trusted, what changed.",
    context_settings={"show_default": True, "max_content_width": 100},
)
@click.version_option(__version__, message="%(prog)s %(version)s")
def app() -> None:
    """Hold the commands."""


agents.register(app)
detect.register(app)
service.register(app)
client.register(app)


def run(arguments: Sequence[str]) -> int:
    """Run a command; return its exit code."""
    # Click's own way of running it frames usage errors and takes a broken pipe for a failure.
    try:
        with app.make_context("agensium", list(arguments)) as context:
            return app.invoke(context) or Exit.OK
    except Left as left:
        return left.exit_code
    except NoArgsIsHelpError as empty:
        click.echo(empty.format_message())
        return Exit.USAGE
    except click.ClickException as error:
        return _wrong_usage(error)


def _wrong_usage(error: click.ClickException) -> int:
    message = " ".join(error.format_message().split()).rstrip(".")
    end = "" if message.endswith("?") else "."
    context = error.ctx if isinstance(error, click.UsageError) else None
    command = context.command_path if context else "agensium"
    wrong = InvalidRequest(f"{message}{end}", hint=f"See {command} --help.")
    complain(wrong)
    return exit_code(wrong)
