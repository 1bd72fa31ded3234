"""The command line."""

import gc
import os
import sys
from contextlib import suppress

from agensium import __version__
from agensium.cli.guard import guarded
from agensium.cli.streams import keep_streams


def main() -> None:
    """Run the command line and exit with the code of what happened."""
    keep_streams()
    code = guarded(_work)
    if _is_profile(sys.argv[1:]):
        _leave(code)
    sys.exit(code)


def _work() -> int:
    # The version is asked for by scripts, again and again: it does not wait for the rest.
    if sys.argv[1:] == ["--version"]:
        sys.stdout.write(f"agensium {__version__}\n")
        return 0
    _begin(sys.argv[1:])
    gc.disable()  # what is imported stays: looking for garbage among it is in vain
    from agensium.cli.app import run

    gc.freeze()
    gc.enable()
    return run(sys.argv[1:])


def _is_profile(arguments: list[str]) -> bool:
    return arguments[:1] == ["profile"]


def _begin(arguments: list[str]) -> None:
    """Begin to digest the file of a profile: one processor has nothing to do while we import."""
    if _is_profile(arguments):
        from agensium.data.digest import begin_digest

        # It is the first word that names a file, but for rare lines; a wrong guess costs some time.
        for word in arguments[1:]:
            if not word.startswith("-") and begin_digest(word):
                break


def _leave(code: int) -> None:
    """End the process at once: the system takes its memory back faster than Python gives it."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # what could be told was told before
            stream.flush()
    os._exit(code)
