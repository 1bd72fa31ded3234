"""The command line."""

import sys

from agensium import __version__
from agensium.cli.guard import guarded
from agensium.cli.streams import keep_streams


def main() -> None:
    """Run the command line and exit with the code of what happened."""
    keep_streams()
    sys.exit(guarded(_work))


def _work() -> int:
    # The version is asked for by scripts, again and again: it does not wait for the rest.
    if sys.argv[1:] == ["--version"]:
        sys.stdout.write(f"agensium {__version__}\n")
        return 0
    from agensium.cli.app import run

    return run(sys.argv[1:])
