"""The API alone, over real HTTP, on a database whose tasks the test itself works on."""

import json
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import uvicorn
from fastapi import FastAPI
from pydantic import SecretStr

from agensium.core.report import Summary
from agensium.db.migrate import upgrade
from agensium.server.app import create_app
from agensium.server.guard import Guard
from agensium.settings import Settings
from agensium.tasks.leases import Lease, Progress, Result, claim, heartbeat, succeed
from agensium.wiring import Services, build_services
from tests.servers.process import HOST, free_ports

SUMMARY = msgspec.json.encode(
    Summary(verdict="v", rows=2, columns=2, missing_cells=0, duplicate_rows=0, findings=0)
)


@dataclass
class Api:
    """A running API; `url` is where."""

    url: str
    services: Services
    app: FastAPI
    server: uvicorn.Server

    def submit(self, content: bytes = b"a,b\n1,2\n3,4\n", **fields: str) -> str:
        answer = httpx2.post(
            f"{self.url}/profile/async", files={"file": ("t.csv", content)}, data=fields, timeout=60
        )
        assert answer.status_code == 202, answer.text
        task_id: str = answer.json()["task_id"]
        return task_id

    def task(self, task_id: str, query: str = "", **headers: str) -> httpx2.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return httpx2.get(f"{self.url}/tasks/{task_id}{query}", headers=named, timeout=30)

    def claim(self, task_id: str) -> Lease:
        clock = self.services.clock
        lease = self.services.database.transact(lambda s: claim(s, task_id, "worker-1", clock()))
        assert lease is not None
        return lease

    def beat(self, lease: Lease, rows: int, done: int, total: int = 100) -> None:
        progress = Progress("scanning", rows, done, total)
        clock = self.services.clock
        self.services.database.transact(lambda s: heartbeat(s, lease, progress, clock()))

    def finish(self, lease: Lease) -> None:
        result = Result(SUMMARY, (), Progress("storing", 2, 100, 100))
        clock = self.services.clock
        assert self.services.database.transact(lambda s: succeed(s, lease, result, clock()))


@contextmanager
def running_api(services: Services) -> Iterator[Api]:
    """Serve the API from a thread, without a worker."""
    (port,) = free_ports(1)
    app = create_app(services)
    config = uvicorn.Config(
        Guard(app, None), host=HOST, port=port, log_config=None, timeout_graceful_shutdown=5
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
        yield Api(f"http://{HOST}:{port}", services, app, server)
    finally:
        app.state.changes.close()
        server.should_exit = True
        thread.join()


def make_services(database_url: str, folder: Path, **settings: Any) -> Services:
    """Return services on this database and a folder."""
    key = SecretStr("a key of the tests that opens nothing else")
    chosen = {"secret_key": key, **settings}
    given = Settings(database_url=SecretStr(database_url), data_dir=folder, **chosen)
    services = build_services(given)
    upgrade(services.database)
    return services


@dataclass
class Follower:
    """A client of server-sent events that remembers what it hears."""

    url: str
    headers: dict[str, str] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    comments: int = 0
    status: int = 0

    def follow(self, until: int | None = None) -> "Follower":
        """Listen until the server ends the stream, or this many events have come."""
        with ExitStack() as stack:
            client = stack.enter_context(httpx2.Client(timeout=60))
            answer = stack.enter_context(client.stream("GET", self.url, headers=self.headers))
            self.status = answer.status_code
            for line in answer.iter_lines():
                self._hear(line)
                if until is not None and len(self.ids) == until:
                    break
        return self

    def _hear(self, line: str) -> None:
        name, _, value = line.partition(": ")
        if name == "data":
            self.events.append(json.loads(value))
        elif name == "id":
            self.ids.append(value)
        elif line.startswith(":"):
            self.comments += 1

    @property
    def statuses(self) -> list[str]:
        return [event["status"] for event in self.events]
