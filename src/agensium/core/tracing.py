"""Spans: what happens within what, over processes; nothing is done with them unless wanted.

Whoever works marks its steps here. What becomes of the marks is decided at the rim
(`agensium.traces`); without that, marking costs next to nothing and imports nothing.
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from enum import Enum
from typing import Protocol

Attributes = Mapping[str, str | int | float | bool]


class Kind(Enum):
    """Which side of a message a span is on, as OpenTelemetry has it."""

    SERVER = "server"
    PRODUCER = "producer"
    CONSUMER = "consumer"
    INTERNAL = "internal"


class Span(Protocol):
    """One step that is under way."""

    def rename(self, name: str) -> None:
        """Call it otherwise."""

    def note(self, attributes: Attributes) -> None:
        """Say more of it."""

    def fail(self, code: str) -> None:
        """Mark it as failed."""


class Backend(Protocol):
    """What makes spans of marks."""

    def span(
        self, name: str, kind: Kind, parent: str | None, attributes: Attributes
    ) -> AbstractContextManager[Span]:
        """Begin a span below the one that is under way, or below this parent."""

    def here(self) -> str | None:
        """Return the span under way as a W3C ``traceparent``."""


class _Unseen:
    """A span that nobody wants."""

    def rename(self, name: str) -> None:
        del name

    def note(self, attributes: Attributes) -> None:
        del attributes

    def fail(self, code: str) -> None:
        del code


class _Nobody:
    @contextmanager
    def span(
        self, name: str, kind: Kind, parent: str | None, attributes: Attributes
    ) -> Iterator[Span]:
        del name, kind, parent, attributes
        yield _UNSEEN

    def here(self) -> str | None:
        return None


_UNSEEN = _Unseen()
_backend: list[Backend] = [_Nobody()]


def use(backend: Backend) -> None:
    """Make spans with this backend from now on; for the start of a process."""
    _backend[0] = backend


def span(
    name: str, kind: Kind = Kind.INTERNAL, parent: str | None = None, **attributes: str | int
) -> AbstractContextManager[Span]:
    """Mark a step.

    Args:
        name: what is done; few different ones.
        kind: which side of a message it is on.
        parent: the ``traceparent`` of what it belongs to, in another process.
        attributes: more about it; ``_`` in names stands for a dot.

    """
    named = {key.replace("_", "."): value for key, value in attributes.items()}
    return _backend[0].span(name, kind, parent, named)


def here() -> str | None:
    """Return the step under way as a W3C ``traceparent``, to be carried elsewhere."""
    return _backend[0].here()
