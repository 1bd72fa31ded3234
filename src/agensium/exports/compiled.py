"""Compiled templates, kept beside their sources as Python keeps its own modules."""

import sys
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import jinja2
from jinja2 import Environment
from jinja2.bccache import Bucket, FileSystemBytecodeCache


class CompiledTemplates(FileSystemBytecodeCache):
    """The cache of a folder of templates; where it cannot be written, nothing is kept.

    Args:
        templates: the folder.
        environment: what compiles; templates compiled with other options are not taken.

    """

    def __init__(self, templates: Path, environment: Environment) -> None:
        options = (environment.autoescape, environment.trim_blocks, environment.lstrip_blocks)
        made_by = sha256(f"{jinja2.__version__} {options}".encode()).hexdigest()[:16]
        super().__init__(str(templates / "__pycache__"), f"{made_by}-%s.cache")

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take a template that was kept, if it can be read."""
        with suppress(OSError):
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template, as far as Python may keep what it compiles."""
        if sys.dont_write_bytecode:
            return
        with suppress(OSError):
            Path(self.directory).mkdir(exist_ok=True)
            super().dump_bytecode(bucket)
