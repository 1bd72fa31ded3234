"""What a task costs: the processor time of every process below this one, by what it does."""

from collections import Counter
from collections.abc import Mapping

import psutil

KINDS = (
    ("nursery", "nursery"),
    ("mariadbd", "database"),
    ("mysqld", "database"),
    ("valkey", "broker"),
    ("weed", "store"),
    ("celery", "worker"),
    ("serve", "API"),
    ("uvicorn", "API"),
)
"""Words of a command line, and what such a process is."""


def seconds_by_kind() -> Counter[str]:
    """Return the processor seconds used so far; those of jobs are of what their nursery forked."""
    found: Counter[str] = Counter()
    for process in psutil.Process().children(recursive=True):
        try:
            command, times = " ".join(process.cmdline()), process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        kind = next((kind for word, kind in KINDS if word in command), None)
        if kind is None:
            continue
        found[kind] += times.user + times.system  # type: ignore[assignment]  # seconds
        if kind == "nursery":
            found["jobs"] += times.children_user + times.children_system  # type: ignore[assignment]
    return found


def told(spent: Mapping[str, float], tasks: int) -> str:
    """Return milliseconds for each task in words, the most expensive first."""
    each = sorted(((1000 * seconds / tasks, kind) for kind, seconds in spent.items()), reverse=True)
    return ", ".join(f"{kind} {figure:.1f}" for figure, kind in each if figure >= 0.05)
