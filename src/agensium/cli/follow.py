"""Following a task on a server until it is over, and showing what came out."""

import io
import sys
import time
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from agensium.cli.exits import Exit
from agensium.cli.remote import Remote
from agensium.cli.shapes import Standing
from agensium.core.errors import Unavailable
from agensium.core.report import decode_report
from agensium.exports.terminal import render_terminal

PAUSE_SECONDS: Final = 0.1
RETRY_SECONDS: Final = 1.0
PATIENCE_SECONDS: Final = 90.0
"""How long a server may be away: the ticket is good, whatever happens to it."""


def follow(remote: Remote, task_id: str) -> Exit:
    """Show a task's progress and result; return the exit code that fits."""
    standing = _wait(remote, task_id)
    if standing.status != "SUCCESS":
        reason = standing.error or f"The task ended as {standing.status}."
        sys.stderr.write(f"agensium: {reason}\n")
        return Exit.TASK_FAILED
    report = io.BytesIO()
    remote.download(task_id, "report.json", report)
    render_terminal(decode_report(report.getvalue()), Console())
    return Exit.OK


def submit_and_show(url: str, file: Path) -> Exit:
    """Submit a file, show ticket, progress, result and the page's address."""
    remote = Remote(url)
    task_id = remote.submit("profile", file)
    sys.stdout.write(f"ticket {task_id}\n")
    code = follow(remote, task_id)
    sys.stdout.write(f"report {remote.page(task_id)}\n")
    return code


def _wait(remote: Remote, task_id: str) -> Standing:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        bar = progress.add_task("waiting", total=None)
        standing = remote.standing(task_id)
        while not standing.is_over:
            _show(progress, bar, standing, standing.phase or "waiting")
            time.sleep(PAUSE_SECONDS)
            standing = _news(remote, task_id, standing)
        _show(progress, bar, standing, standing.status)
    return standing


def _news(remote: Remote, task_id: str, known: Standing) -> Standing:
    """Return the next standing; a server that is started again meanwhile is waited for."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return remote.standing(task_id, known)
        except Unavailable:
            if time.monotonic() > deadline:
                raise
            time.sleep(RETRY_SECONDS)


def _show(progress: Progress, bar: TaskID, standing: Standing, what: str) -> None:
    total = standing.total_bytes or None
    progress.update(bar, description=what, completed=standing.bytes, total=total)
