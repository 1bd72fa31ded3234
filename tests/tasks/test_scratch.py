import subprocess
import sys
from pathlib import Path

from agensium.tasks.scratch import Scratch


def test_a_job_folder_is_removed(tmp_path: Path) -> None:
    scratch = Scratch(tmp_path)
    with scratch.folder() as folder:
        (folder / "x").write_text("x")
        assert folder.is_relative_to(tmp_path)
    assert not folder.exists()
    scratch.close()
    assert list(tmp_path.iterdir()) == []


def test_what_a_dead_worker_left_is_removed_and_what_a_living_one_uses_is_not(
    tmp_path: Path,
) -> None:
    code = (
        "import os, pathlib\nfrom agensium.tasks.scratch import Scratch\n"
        f"Scratch(pathlib.Path({str(tmp_path)!r})).folder().__enter__()\nos._exit(9)\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 9
    (dead,) = tmp_path.iterdir()
    living = Scratch(tmp_path)
    assert not dead.exists()
    other = Scratch(tmp_path)
    with living.folder() as folder:
        assert folder.exists()
    other.close()
    living.close()
