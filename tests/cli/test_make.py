"""What `make run` promises, through make and shell."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.servers.process import free_ports
from tests.service.harness import clean_environment

ROOT = Path(__file__).parents[2]
# What is set up is not set up again: other tests use it at the same time.
MAKE = ("make", "--no-print-directory", "-o", "setup", "run")
GREETING = "Agensium is at http://127.0.0.1:"
ODD = "we ird 'na\"me ü $$x `id` $(HOME) #.csv"


@contextmanager
def _run(folder: Path, *arguments: str) -> Iterator[Path]:
    log = folder / "log"
    with log.open("wb") as output:
        making = subprocess.Popen(
            [*MAKE, f"PORT={free_ports(1)[0]}", *arguments],
            cwd=ROOT,
            env=clean_environment({"AGENSIUM_DATA_DIR": str(folder / "data"), "COLUMNS": "200"}),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield log
    finally:
        os.killpg(making.pid, signal.SIGINT)
        making.wait(timeout=30)


def _found(tool: str) -> str:
    found = shutil.which(tool)
    assert found is not None
    return found


def _greeted(log: Path) -> str:
    deadline = time.monotonic() + 60
    while GREETING not in (text := log.read_text()):
        assert time.monotonic() < deadline, text
        time.sleep(0.1)
    return text


@pytest.mark.parametrize("name", ["a.csv", ODD])
def test_a_file_of_any_name_is_profiled(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_text("id,x\n1,2\n3,4\n")
    with _run(tmp_path, f"FILE={file}") as log:
        said = _greeted(log)
    assert f"{name} 2 rows × 2 columns" in said
    assert "\nreport http://127.0.0.1:" in said
    assert log.read_text().endswith("Stopped.\n")


def test_a_file_that_is_no_table_is_said_so_and_the_service_serves(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"%PDF-1.4")
    with _run(tmp_path, f"FILE={tmp_path / 'a.csv'}") as log:
        said = _greeted(log)
    assert "[unsupported_format]" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("argument", ["PORT=abc", "FILE=/nonexistent", "FILE=/tmp", "FILE="])
def test_wrong_usage_is_one_line(argument: str) -> None:
    done = subprocess.run(
        [*MAKE, argument], cwd=ROOT, env=clean_environment({}), capture_output=True, check=False
    )
    said = done.stderr.decode().splitlines()
    assert said[0].startswith("agensium: ")
    assert said[1] == "hint: See agensium serve --help."
    assert [line for line in said[2:] if not line.startswith("make: ")] == []
    assert done.stdout == b""


def test_a_tool_that_went_missing_is_said_so(tmp_path: Path) -> None:
    for tool in ("bash", "env", "find", "awk"):
        (tmp_path / tool).symlink_to(_found(tool))
    done = subprocess.run(
        [_found("make"), "-W", "pyproject.toml", "setup"],
        cwd=ROOT,
        env=clean_environment({}) | {"PATH": str(tmp_path)},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 2
    assert b"agensium: cargo is missing." in done.stderr
    assert b"building the kernel" not in done.stdout
