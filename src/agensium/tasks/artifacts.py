"""The files that a task makes: where they lie, and their rows."""

from ulid import ULID

from agensium.exports.registry import EXPORTS, find_export
from agensium.tasks.models import Artifact


def result_key(task_id: str, fence: int, name: str) -> str:
    """Return the key of a result; each attempt has keys of its own, by its fence."""
    return f"results/{task_id}/{fence}/{name}"


def result_keys(task_id: str, fence: int) -> list[str]:
    """Return the keys of all results of an attempt."""
    return [result_key(task_id, fence, export.name) for export in EXPORTS]


def new_artifact(task_id: str, fence: int, name: str, size: int, sha256: str) -> Artifact:
    """Return the row of a result: its size in bytes, its digest in hex."""
    return Artifact(
        id=str(ULID()),
        task_id=task_id,
        name=name,
        media_type=find_export(name).media_type,
        object_key=result_key(task_id, fence, name),
        bytes=size,
        sha256=sha256,
    )
