"""The stage: the product as its operator runs it, with a bad network between its parts."""

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit, urlunsplit

import psutil
from sqlalchemy import Engine, NullPool, create_engine

from tests.chaos.journal import begin_journal
from tests.chaos.objects import ObjectList, list_bucket, list_folder
from tests.jobs import is_job
from tests.servers.mariadb import run_mariadb
from tests.servers.proxy import Proxy, run_proxy
from tests.servers.seaweedfs import run_seaweedfs
from tests.servers.valkey import run_valkey
from tests.service.harness import AGENSIUM, Process, Service, clean_environment, make_service


class Server(Protocol):
    """A server that the product needs."""

    def kill(self) -> None:
        """End it as a power cut would."""

    def restart(self) -> None:
        """Start it again with its data."""


@dataclass
class Actor:
    """One process of the product; one fault at a time strikes it."""

    name: str
    process: Process
    url: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def pid(self) -> int:
        assert self.process.running is not None
        return self.process.running.pid

    def signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def jobs(self) -> list[psutil.Process]:
        """Return the job processes that it supervises right now."""
        found = []
        for pid in descendants(self.pid):
            with suppress(psutil.NoSuchProcess):
                child = psutil.Process(pid)
                if is_job(child):
                    found.append(child)
        return found


def descendants(pid: int) -> list[int]:
    """Return the processes below one; Linux knows them without a look at all processes."""
    found: list[int] = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in map(int, path.read_text().split()):
                found += [child, *descendants(child)]
    return found


@dataclass
class Stage:
    """What the run plays on.

    Attributes:
        name: the mode.
        apis: processes that answer HTTP.
        workers: processes that run tasks; the API itself when it is embedded.
        servers: the database, the broker and the store, where they are processes.
        links: the network to each of them.
        engine: the database, past the bad network.
        objects: every key in the store with its bytes' hash, likewise.
        scratch: where jobs have their files.
        forget_messages: empties the broker.

    """

    name: str
    apis: list[Actor]
    workers: list[Actor]
    engine: Engine
    objects: Callable[[], ObjectList]
    scratch: Path
    servers: Mapping[str, Server] = field(default_factory=dict)
    links: Mapping[str, Proxy] = field(default_factory=dict)
    locks: Mapping[str, threading.Lock] = field(default_factory=dict)
    forget_messages: Callable[[], None] = lambda: None

    @property
    def actors(self) -> list[Actor]:
        return self.apis + [worker for worker in self.workers if worker not in self.apis]

    def stop(self) -> None:
        """End every process; whatever froze wakes first."""
        for actor in self.actors:
            if actor.process.running is not None:
                actor.signal(signal.SIGCONT)
                with suppress(subprocess.TimeoutExpired):
                    actor.process.stop()
                    continue
                actor.process.kill()


@contextmanager
def embedded_stage(folder: Path) -> Iterator[Stage]:
    """Play on the embedded service: one process, SQLite and a folder."""
    service = make_service(folder, {"AGENSIUM_JOB_SECONDS": "120"})
    data = folder / "data"
    actor = Actor("service", service.api, service.url)
    engine = create_engine(f"sqlite:///{data / 'agensium.db'}", connect_args={"timeout": 20})
    stage = Stage(
        name="embedded",
        apis=[actor],
        workers=[actor],
        engine=engine,
        objects=lambda: list_folder(data / "objects"),
        scratch=data / "scratch",
    )
    with _running(stage, [service]):
        yield stage


@contextmanager
def server_stage(folder: Path, apis: int, workers: int) -> Iterator[Stage]:
    """Play on server mode: several APIs and workers, MariaDB, Valkey and SeaweedFS."""
    with ExitStack() as held:
        mariadb = held.enter_context(run_mariadb())
        url = held.enter_context(mariadb.fresh_database())
        valkey = held.enter_context(run_valkey())
        seaweedfs = held.enter_context(run_seaweedfs())
        bucket = held.enter_context(seaweedfs.fresh_bucket())
        ports = {"database": mariadb.port, "broker": valkey.port, "store": seaweedfs.port}
        links = {name: held.enter_context(run_proxy(port)) for name, port in ports.items()}
        environment = {
            "DATABASE_URL": through(url, links["database"]),
            "REDIS_URL": through(valkey.url, links["broker"]),
            **bucket.environment,
            "S3_ENDPOINT_URL": through(bucket.endpoint_url, links["store"]),
            "AGENSIUM_JOB_SECONDS": "120",
            "AGENSIUM_SCRATCH_DIR": str(folder / "scratch"),
        }
        subprocess.run([AGENSIUM, "migrate"], env=clean_environment(environment), check=True)
        services = [_service(folder, f"api{n}", environment, 0) for n in range(apis)]
        services[0].workers = _service(folder, "workers", environment, workers).workers
        stage = Stage(
            name="server",
            apis=[Actor(f"api{n}", each.api, each.url) for n, each in enumerate(services)],
            workers=[Actor(f"w{n}", each) for n, each in enumerate(services[0].workers)],
            engine=create_engine(url, poolclass=NullPool),
            objects=lambda: list_bucket(bucket.client(), bucket.name),
            scratch=folder / "scratch",
            servers={"database": mariadb, "broker": valkey, "store": seaweedfs},
            links=links,
            locks={name: threading.Lock() for name in ports},
            forget_messages=valkey.clear,
        )
        held.enter_context(_running(stage, services))
        yield stage


@contextmanager
def _running(stage: Stage, services: list[Service]) -> Iterator[None]:
    try:
        for service in services:
            service.start()
        begin_journal(stage.engine)
        yield
    finally:
        stage.stop()
        stage.engine.dispose()


def _service(folder: Path, name: str, environment: Mapping[str, str], workers: int) -> Service:
    own = folder / name
    own.mkdir(parents=True)
    return make_service(own, environment, workers)


def through(url: str, link: Proxy) -> str:
    """Return the same address on the other side of a link."""
    parts = urlsplit(url)
    place = parts.netloc.rsplit(":", 1)[0]
    return urlunsplit(parts._replace(netloc=f"{place}:{link.port}"))
