"""What makes two requests the same: digests of what was asked for."""

import hashlib

import msgspec

from agensium.tasks.submission import Submission


def content_key(asked: Submission) -> str | None:
    """Return the digest of all that decides a report: agent, version, parameters, contents.

    There is none where the contents of a file are not known by their digest.
    """
    if not all(file.sha256 for file in asked.files.values()):
        return None
    files = sorted((role, file.sha256) for role, file in asked.files.items())
    return _digest([asked.agent.name, asked.agent.version, _params(asked), files])


def fingerprint(asked: Submission) -> str:
    """Return the digest of a whole request, file names and wishes too."""
    files = sorted(
        (role, file.name, file.sha256 or file.object_key) for role, file in asked.files.items()
    )
    callback = None if asked.callback is None else asked.callback.url
    wishes = [asked.priority.value, asked.reuse, callback]
    return _digest([asked.agent.name, _params(asked), files, wishes])


def _params(asked: Submission) -> str:
    return msgspec.json.encode(asked.params).decode()


def _digest(parts: list[object]) -> str:
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()
