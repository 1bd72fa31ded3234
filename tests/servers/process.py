"""One private server process: start, wait until it works, stop, kill, start again."""

import random
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

HOST = "127.0.0.1"
START_SECONDS = 40.0
STOP_SECONDS = 15.0
_POLL_SECONDS = 0.05
# Below Linux's ephemeral range: no outgoing connection may take the port during a restart.
_PORTS = range(12_000, 22_000)


class ServerFailedError(Exception):
    """A server ended or did not answer in time; the text holds the end of its log."""


def free_ports(count: int) -> list[int]:
    """Return distinct ports that nobody listens on."""
    with ExitStack() as held:
        ports: list[int] = []
        for port in random.sample(_PORTS, k=len(_PORTS)):
            probe = held.enter_context(socket.socket())
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            ports.append(port)
            if len(ports) == count:
                return ports
    message = f"no {count} free ports between {_PORTS.start} and {_PORTS.stop}"
    raise ServerFailedError(message)


def _tied_to_us(command: Sequence[str]) -> list[str]:
    """Let the kernel kill the server when the process that runs the tests dies."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "KILL", *command] if setpriv else list(command)


@dataclass
class ServerProcess:
    """A command, where it logs, and an operation that succeeds once it serves."""

    command: Sequence[str]
    log: Path
    probe: Callable[[], object]
    environment: Mapping[str, str] | None = None
    _running: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._running is not None and self._running.poll() is None

    def start(self) -> None:
        """Start the server and return when it works."""
        with self.log.open("ab") as log:
            self._running = subprocess.Popen(
                _tied_to_us(self.command),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self.environment,
                cwd=self.log.parent,
            )
        self._wait_until_it_works()

    def _wait_until_it_works(self) -> None:
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                self.probe()
            except Exception as error:
                if not self.alive or time.monotonic() > end:
                    self.kill()
                    raise ServerFailedError(self._story()) from error
                time.sleep(_POLL_SECONDS)
            else:
                return

    def _story(self) -> str:
        tail = self.log.read_text(errors="replace").splitlines()[-15:]
        return "\n".join([f"{self.command[0]} did not start; its log ends:", *tail])

    def _end(self, how: signal.Signals) -> None:
        if self._running is None:
            return
        if self.alive:
            self._running.send_signal(how)
        try:
            self._running.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._running.kill()
            self._running.wait()
        self._running = None

    def stop(self) -> None:
        """Ask the server to end, and insist after a while."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End the server as a power cut would: no clean-up, no farewell."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Start again on the same port and data, after `kill` or from a running state."""
        self.stop()
        self.start()
