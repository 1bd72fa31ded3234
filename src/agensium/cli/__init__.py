"""The command line."""

import sys

from agensium import __version__


def main() -> None:
    """Run the command line.

    The version is asked for by scripts, again and again: it does not wait for the rest.
    """
    if sys.argv[1:] == ["--version"]:
        sys.stdout.write(f"agensium {__version__}\n")
        return
    from agensium.cli.app import run

    run()
