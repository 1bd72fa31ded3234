import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.servers.missing import ServerMissingError, find_program
from tests.servers.process import ServerFailedError, ServerProcess, free_ports

_START_AND_WAIT = """
from tests.servers.valkey import run_valkey
with run_valkey() as server:
    print(server.process._running.pid, server.process.log.parent, flush=True)
    input()
"""


def gone(path: str) -> bool:
    end = time.monotonic() + 10
    while Path(path).exists() and time.monotonic() < end:
        time.sleep(0.1)
    return not Path(path).exists()


def test_ports_are_distinct() -> None:
    assert len(set(free_ports(20))) == 20


def test_a_server_that_ends_at_once_tells_its_log(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "raise SystemExit('no disk')"]
    process = ServerProcess(command, tmp_path / "log", probe=lambda: 1 / 0)
    with pytest.raises(ServerFailedError, match="no disk"):
        process.start()


def test_a_missing_program_says_how_to_get_it() -> None:
    with pytest.raises(
        ServerMissingError, match=r"Nothing is not installed \(run scripts/test-setup\)"
    ):
        find_program("Nothing", "no-such-program")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ties children to their parent")
def test_a_killed_test_run_leaves_neither_server_nor_folder() -> None:
    run = subprocess.Popen(
        [sys.executable, "-c", _START_AND_WAIT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert run.stdout is not None
    server, folder = run.stdout.readline().split()
    os.kill(run.pid, signal.SIGKILL)
    run.communicate()
    assert gone(f"/proc/{server}")
    assert gone(folder)
