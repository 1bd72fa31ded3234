"""What makes two requests the same: digests of what was asked for."""

import hashlib
from collections.abc import Mapping

import msgspec

from agensium.agents.fingerprint import code_fingerprint
from agensium.tasks.submission import Submission
from agensium.tasks.work import Work


def content_key(asked: Submission) -> str | None:
    """Return the digest of all that decides a report: agent, code, parameters, contents.

    There is none where the contents of a file are not known by their digest.
    """
    files = {role: file.sha256 for role, file in asked.files.items()}
    return _content_key(asked.agent.name, code_fingerprint(), _params(asked), files)


def made_key(work: Work, code: str) -> str | None:
    """Return the same for a report that is made, by the code that made it.

    While versions change, a worker may run another one than the API that took the request.
    """
    files = {each.role: each.sha256 for each in work.inputs}
    return _content_key(work.agent, code, work.params.decode(), files)


def _content_key(agent: str, code: str, params: str, files: Mapping[str, str]) -> str | None:
    return _digest([agent, code, params, sorted(files.items())]) if all(files.values()) else None


def fingerprint(asked: Submission) -> str:
    """Return the digest of a whole request, file names and wishes too."""
    files = sorted(
        (role, file.name, file.source or file.sha256 or file.object_key)
        for role, file in asked.files.items()
    )
    callback = None if asked.callback is None else asked.callback.url
    wishes = [asked.priority.value, asked.reuse, callback]
    return _digest([asked.agent.name, _params(asked), files, wishes])


def _params(asked: Submission) -> str:
    return msgspec.json.encode(asked.params).decode()


def _digest(parts: list[object]) -> str:
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()
