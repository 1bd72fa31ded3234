"""The command line."""

import gc
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
    gc.disable()  # what is imported stays: looking for garbage among it is in vain
    from agensium.cli.app import run

    gc.freeze()
    gc.enable()
    return run(sys.argv[1:])
