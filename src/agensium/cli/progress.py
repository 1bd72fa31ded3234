"""The progress bar, on standard error and only for people."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from agensium.data.kernel import ProgressCallback, ScanProgress


@contextmanager
def showing_progress(*, hidden: bool) -> Iterator[ProgressCallback | None]:
    """Show how far a scan has come, unless nobody looks."""
    if hidden or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn("reading"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("reading", total=None)

        def on_progress(scan: ScanProgress) -> None:
            progress.update(bar, completed=scan.bytes, total=scan.total_bytes)

        yield on_progress
