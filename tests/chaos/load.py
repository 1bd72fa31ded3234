"""The load: what the clients hand over, and what they do with their tickets."""

import random
from dataclasses import dataclass
from typing import Final

POISON: Final = "poison.csv"
BROKEN: Final = "broken.csv"


@dataclass(frozen=True)
class Content:
    """A file: the same name always has the same bytes, so its reports must be the same too."""

    name: str
    data: bytes
    rows: int


@dataclass(frozen=True)
class Errand:
    """What one client does.

    Attributes:
        number: which errand.
        content: the file that it hands over.
        hang_ups: how often it hangs up in the middle of the upload, before it does it properly.
        cancel_after: cancels so many seconds after the ticket.
        delete: deletes the task once it is over.

    """

    number: int
    content: Content
    hang_ups: int = 0
    cancel_after: float | None = None
    delete: bool = False


def table(name: str, rows: int, salt: int) -> Content:
    """Return a file with so many rows, told apart by its salt."""
    lines = (
        f"{n},{(n * 7 + salt) % 1009},name {n % 97},2026-01-{n % 28 + 1:02}\n" for n in _block(rows)
    )
    block = "".join(lines).encode()
    repeats = max(1, rows // BLOCK)
    return Content(name, b"id,number,name,date\n" + block * repeats, min(rows, BLOCK) * repeats)


BLOCK: Final = 10_000


def _block(rows: int) -> range:
    return range(min(rows, BLOCK))


def contents(*, heavy: bool) -> dict[str, list[Content]]:
    """Return the files by kind; heavy ones keep a worker busy for seconds."""
    large = 1_500_000 if heavy else 400_000
    return {
        "small": [table(f"small{n}.csv", 20 + 40 * n, n) for n in range(12)],
        "medium": [table(f"medium{n}.csv", 100_000, n) for n in range(3)],
        "large": [table("large.csv", large, 1)],
        "poison": [table(POISON, large + BLOCK, 2)],
        "broken": [Content(BROKEN, b"only a header,and no rows\n", 0)],
    }


_SHARES: Final = {"small": 70, "medium": 17, "large": 7, "poison": 2, "broken": 4}


def errands(seed: int, count: int, *, heavy: bool) -> list[Errand]:
    """Return what the clients do; the same seed gives the same errands."""
    rng = random.Random(seed)
    files = contents(heavy=heavy)
    kinds = rng.choices(list(_SHARES), list(_SHARES.values()), k=count)
    return [_errand(number, rng.choice(files[kind]), rng) for number, kind in enumerate(kinds)]


def _errand(number: int, content: Content, rng: random.Random) -> Errand:
    draw = rng.random()
    if content.name == POISON or draw > 0.25:
        return Errand(number, content)
    if draw < 0.12:
        return Errand(number, content, cancel_after=rng.uniform(0, 2))
    if draw < 0.18:
        return Errand(number, content, hang_ups=rng.randint(1, 2))
    return Errand(number, content, delete=True)
