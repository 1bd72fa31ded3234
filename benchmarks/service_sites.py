"""What is measured: the service in both modes, and the bare app, each with so many workers."""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from tests.servers.process import HOST, free_ports
from tests.service.harness import Process, clean_environment, make_service, running

BIN = Path(sys.executable).parent
HERE = Path(__file__).parent
QUIET = {"AGENSIUM_LOG_LEVEL": "WARNING"}


@dataclass(frozen=True)
class Site:
    """Something that takes files.

    Attributes:
        name: what it is.
        url: where it listens.
        unfinished: how many of the tasks that it was given are not over, of so many in all.

    """

    name: str
    url: str
    unfinished: Callable[[int], int]


@contextmanager
def embedded(slots: int) -> Iterator[Site]:
    """Run the embedded service with so many slots."""
    settings = {**QUIET, "AGENSIUM_WORKER_CONCURRENCY": str(slots)}
    with tempfile.TemporaryDirectory() as folder:
        service = make_service(Path(folder), settings)
        with running(service):
            yield Site("embedded", service.url, lambda _: _waiting(service.url))


@contextmanager
def server(environment: Mapping[str, str], workers: int) -> Iterator[Site]:
    """Run server mode with so many workers of one slot each."""
    settings = {**environment, **QUIET, "AGENSIUM_WORKER_CONCURRENCY": "1"}
    with tempfile.TemporaryDirectory() as folder:
        service = make_service(Path(folder), settings, workers)
        with running(service):
            yield Site("server", service.url, lambda _: _waiting(service.url))


@contextmanager
def bare(redis_url: str, workers: int) -> Iterator[Site]:
    """Run the bare app with so many worker processes."""
    with tempfile.TemporaryDirectory() as name:
        folder, (port,) = Path(name), free_ports(1)
        settings = {"REDIS_URL": redis_url, "BARE_FOLDER": name, "PYTHONPATH": str(HERE)}
        serve = f"uvicorn service_bare:app --host {HOST} --port {port} --log-level warning"
        work = f"celery -A service_bare:queue worker --concurrency {workers} --loglevel error"
        processes = [
            Process([str(BIN / word), *words], clean_environment(settings), folder / f"{word}.log")
            for word, *words in (serve.split(), work.split())
        ]
        url = f"http://{HOST}:{port}"
        try:
            for process in processes:
                process.start()
            _wait_for(url)
            yield Site("bare", url, lambda count: count - len(list(folder.glob("*.html"))))
        finally:
            for process in processes:
                process.stop()


def _waiting(url: str) -> int:
    lines = httpx2.get(f"{url}/metrics", timeout=60).text.splitlines()
    return int(sum(float(each.split()[-1]) for each in lines if each.startswith("agensium_tasks{")))


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            httpx2.get(f"{url}/docs", timeout=5)
        except httpx2.TransportError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the bare app does not start")
