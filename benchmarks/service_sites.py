"""What is measured: the service in both modes, and the bare app, each with so many workers."""

import http.client
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import create_engine

from tests.chaos.rows import count_unfinished
from tests.servers.process import HOST, free_ports
from tests.servers.seaweedfs import Bucket, Credentials
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
            database = Path(folder) / "data" / "agensium.db"
            with counting(f"sqlite:///{database}") as unfinished:
                yield Site("embedded", service.url, unfinished)


@contextmanager
def server(environment: Mapping[str, str], workers: int) -> Iterator[Site]:
    """Run server mode with so many workers of one slot each."""
    settings = {**environment, **QUIET, "AGENSIUM_WORKER_CONCURRENCY": "1"}
    with tempfile.TemporaryDirectory() as folder:
        service = make_service(Path(folder), settings, workers)
        with running(service), counting(environment["DATABASE_URL"]) as unfinished:
            yield Site("server", service.url, unfinished)


@contextmanager
def bare(redis_url: str, workers: int) -> Iterator[Site]:
    """Run the bare app with so many worker processes, and its files in a folder."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = {"REDIS_URL": redis_url, "BARE_FOLDER": name}
        with _bare("service_bare", settings, workers, folder) as url:
            yield Site("bare", url, lambda count: count - len(list(folder.glob("*.html"))))


@contextmanager
def bare_store(environment: Mapping[str, str], redis_url: str, workers: int) -> Iterator[Site]:
    """Run the bare app with so many worker processes, and its files in the store."""
    # SeaweedFS wants the checksums that boto3 adds unasked as little as our service does.
    plain = {"AWS_REQUEST_CHECKSUM_CALCULATION": "when_required"}
    settings = {**environment, **plain, "REDIS_URL": redis_url}
    client = bucket_of(environment).client()
    pages = client.get_paginator("list_objects_v2")

    def made() -> int:
        found = pages.paginate(Bucket=environment["S3_BUCKET_NAME"], Prefix="bare/")
        keys = (each["Key"] for page in found for each in page.get("Contents", ()))
        return sum(key.endswith(".html") for key in keys)

    before = made()
    with (
        tempfile.TemporaryDirectory() as name,
        _bare("service_bare_store", settings, workers, Path(name)) as url,
    ):
        yield Site("bare, in the store", url, lambda count: count - (made() - before))


@contextmanager
def _bare(module: str, settings: Mapping[str, str], workers: int, folder: Path) -> Iterator[str]:
    (port,) = free_ports(1)
    environment = clean_environment({**settings, "PYTHONPATH": str(HERE)})
    serve = f"uvicorn {module}:app --host {HOST} --port {port} --log-level warning"
    work = f"celery -A {module}:queue worker --concurrency {workers} --loglevel error"
    processes = [
        Process([str(BIN / word), *words], environment, folder / f"{word}.log")
        for word, *words in (serve.split(), work.split())
    ]
    url = f"http://{HOST}:{port}"
    try:
        for process in processes:
            process.start()
        _wait_for(url)
        yield url
    finally:
        for process in processes:
            process.stop()


def bucket_of(environment: Mapping[str, str]) -> Bucket:
    """Return the bucket of these settings."""
    credentials = Credentials(
        environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"]
    )
    return Bucket(environment["S3_ENDPOINT_URL"], environment["S3_BUCKET_NAME"], credentials)


def fetch(url: str) -> bytes:
    """Return what an address answers: by a client that takes no processor time to speak of."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=60)
    connection.request("GET", f"{parts.path}?{parts.query}")
    content = connection.getresponse().read()
    connection.close()
    return content


@contextmanager
def counting(database_url: str) -> Iterator[Callable[[int], int]]:
    """Give what counts the tasks that are not over, past the service: its own time is measured."""
    engine = create_engine(database_url)
    try:
        yield lambda _: count_unfinished(engine)
    finally:
        engine.dispose()


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            fetch(f"{url}/docs")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the bare app does not start")
