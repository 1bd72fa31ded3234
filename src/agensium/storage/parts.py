"""Objects that grow part by part, over many requests and processes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Part:
    """A part that the store has.

    Attributes:
        number: its place among the parts, from 1; gaps are allowed.
        bytes: how large it is.
        tag: what the store calls its content.

    """

    number: int
    bytes: int
    tag: str


@dataclass(frozen=True)
class Place:
    """Where a part goes: its number and the bytes before it."""

    number: int
    offset: int


class Parts(Protocol):
    """A store's way to take an object in parts; nothing is visible before they are joined.

    All parts but the last have one size, of 5 MiB at least.

    Every method raises ``StorageUnavailable`` when the store does not answer. An object that was
    begun is thrown away by deleting its key.
    """

    def begin(self, key: str) -> str:
        """Begin an object; return the token that the other methods ask for."""

    def put(self, key: str, token: str, place: Place, data: bytes) -> Part:
        """Store a part durably; the same number again replaces it."""

    def join(self, key: str, token: str, parts: Sequence[Part]) -> None:
        """Make the object of these parts, in this order; doing it twice changes nothing.

        Raises:
            NotFound: the object was never begun, or was thrown away.

        """


class DirectParts(Protocol):
    """A store that clients may send parts to themselves."""

    def sign(self, key: str, token: str, number: int, seconds: int) -> str:
        """Return an address that takes this part by PUT, for a while."""

    def stored(self, key: str, token: str) -> tuple[tuple[Part, datetime], ...]:
        """Return the parts that are there and when they came, by number."""
