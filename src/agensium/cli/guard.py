"""How a command ends: whatever happens leaves as one line at most, and as a number."""

import sys
from collections.abc import Callable

from agensium.cli.exits import Exit, complain, exit_code
from agensium.cli.streams import silence_stdout
from agensium.core.errors import AgensiumError, OutputUnwritable


def guarded(work: Callable[[], int], about: str | None = None) -> int:
    """Do some work that writes to standard output; return the exit code that fits.

    Args:
        work: returns the exit code, or raises.
        about: what the work is about, for the complaint.

    """
    try:
        code = work()
        sys.stdout.flush()
    except (AgensiumError, OSError, KeyboardInterrupt, SystemExit) as error:
        return _ending(error, about)
    return code


def _ending(error: BaseException, about: str | None) -> int:
    if _is_broken_pipe(error):  # as in `agensium … | head`: nothing to complain of
        silence_stdout()
        return Exit.OK
    if isinstance(error, KeyboardInterrupt):
        sys.stderr.write("agensium: interrupted\n")
        return Exit.INTERRUPTED
    if isinstance(error, OSError):
        silence_stdout()
        error = _unwritable(error)
    if isinstance(error, AgensiumError):
        complain(error, about)
        return exit_code(error)
    raise error


def _is_broken_pipe(error: BaseException) -> bool:
    # Rich exits by itself when the reader of its output has gone.
    met = error.__context__ if isinstance(error, SystemExit) else error
    return isinstance(met, BrokenPipeError)


def _unwritable(error: OSError) -> OutputUnwritable:
    what = f"'{error.filename}'" if error.filename else "The output"
    return OutputUnwritable(f"{what} cannot be written: {error.strerror or error}.")
