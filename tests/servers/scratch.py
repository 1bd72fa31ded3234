"""A temporary folder that vanishes even when the test run is killed."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# The reader's input ends when this process ends, however it ends. The pause lets servers,
# which the kernel kills at the same moment, let go of their files.
_REAPER = 'read -r _; sleep 1; rm -rf -- "$1"'


@contextmanager
def scratch_folder(name: str) -> Iterator[Path]:
    """Yield a new folder and remove it at the end, or when this process dies."""
    folder = Path(tempfile.mkdtemp(prefix=f"agensium-{name}-"))
    reaper = subprocess.Popen(
        ["/bin/sh", "-c", _REAPER, "reaper", str(folder)],
        stdin=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        reaper.kill()
        reaper.communicate()
