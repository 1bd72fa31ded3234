"""Running the command line as its users do: from a shell, as a process of its own."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.service.harness import AGENSIUM, clean_environment

Done = subprocess.CompletedProcess[bytes]


def agensium(
    *arguments: str | bytes, stdin: bytes = b"", more: Mapping[str, str] | None = None
) -> Done:
    """Run a command, with some more variables in its environment."""
    return subprocess.run(
        [AGENSIUM, *arguments],
        input=stdin,
        capture_output=True,
        check=False,
        timeout=60,
        env=clean_environment({"COLUMNS": "100", **(more or {})}),
    )


def in_shell(line: str, folder: Path) -> Done:
    """Run a line of Bash in a folder; `agensium` is ours."""
    return subprocess.run(
        ["bash", "-c", f'agensium() {{ "{AGENSIUM}" "$@"; }}; {line}'],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=60,
        cwd=folder,
        env=clean_environment({"COLUMNS": "100"}),
    )


def is_said_in_one_line(done: Done, code: int, word: str) -> bool:
    """Tell whether a command failed as promised: a code, a line, perhaps a hint, no trace."""
    lines = done.stderr.decode().splitlines()
    said = [line for line in lines if not line.startswith("hint: ")]
    return done.returncode == code and len(said) == 1 and said[0].endswith(f"[{word}]")
