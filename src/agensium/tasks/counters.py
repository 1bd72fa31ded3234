"""Counting what a worker does: in this process, told to the database by its presence.

Counts only grow. A histogram is the counts of its buckets: a value falls into the first bucket that
it does not exceed.
"""

import threading
from collections import Counter
from collections.abc import Mapping
from typing import Final

import msgspec

ATTEMPTS: Final = "attempts"
"""Labels: agent, outcome."""
SECONDS: Final = "seconds"
"""Labels: agent, bucket; how long attempts took."""
SECONDS_SUM: Final = "seconds_sum"
"""Labels: agent; in seconds."""
LOST: Final = "lost"
"""No labels: leases that ended because nobody extended them."""
EXITS: Final = "exits"
"""Labels: reason; how job processes ended."""

BUCKETS: Final = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0)
ENDLESS: Final = "+Inf"

Key = tuple[str, ...]
Counts = Mapping[Key, float]


class Counters:
    """The counts of one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[Key] = Counter()

    def add(self, name: str, *labels: str, by: float = 1) -> None:
        """Count something under these labels."""
        with self._lock:
            self._counts[name, *labels] += by  # type: ignore[assignment]  # counts may be seconds

    def time(self, agent: str, seconds: float) -> None:
        """Count an attempt's duration."""
        bucket = next((str(limit) for limit in BUCKETS if seconds <= limit), ENDLESS)
        self.add(SECONDS, agent, bucket)
        self.add(SECONDS_SUM, agent, by=seconds)

    def snapshot(self) -> bytes:
        """Return all counts as a document."""
        with self._lock:
            return encode(self._counts)


COUNTERS: Final = Counters()
"""This process's counts."""


def encode(counts: Counts) -> bytes:
    """Return counts as a document."""
    return msgspec.json.encode([[*key, value] for key, value in sorted(counts.items())])


def decode(document: bytes) -> dict[Key, float]:
    """Return the counts of a document."""
    rows = msgspec.json.decode(document, type=list[list[str | float]])
    return {tuple(str(label) for label in row[:-1]): float(row[-1]) for row in rows}


def total(documents: list[bytes]) -> dict[Key, float]:
    """Return the sum of the counts of several documents."""
    counts: Counter[Key] = Counter()
    for document in documents:
        counts.update(decode(document))
    return dict(counts)
