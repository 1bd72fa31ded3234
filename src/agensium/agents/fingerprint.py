"""Which code decides a report: a digest of it, which changes with every byte of that code.

A version that people raise is forgotten sooner or later; then a stored report of an older kernel
would answer for the present one.
"""

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from agensium import __version__

PARTS: Final = ("agents", "core", "data")
"""The packages that a report depends on; the native kernel lies in ``data``."""
_ROOT: Final = Path(__file__).parents[1]
_MADE: Final = "__pycache__"


@cache
def code_fingerprint() -> str:
    """Return the digest of the program's version, of these packages and of the native kernel."""
    return digest_of(_ROOT, __version__)


def digest_of(root: Path, version: str) -> str:
    """Return the digest of a version and of all files of the parts below a folder."""
    running = hashlib.sha256(version.encode())
    for part in PARTS:
        for path in sorted((root / part).rglob("*")):
            if path.is_file() and _MADE not in path.parts:
                content = hashlib.sha256(path.read_bytes()).hexdigest()
                running.update(f"\n{path.relative_to(root).as_posix()} {content}".encode())
    return running.hexdigest()
