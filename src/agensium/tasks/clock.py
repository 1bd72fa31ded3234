"""The clock, as a value: tests bring their own."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the present instant in UTC."""
    return datetime.now(UTC)
