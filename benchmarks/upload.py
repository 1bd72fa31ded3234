"""Ten uploads of 100 MB at once: the API's memory, and how long the tickets take.

Run with ``make bench-upload``. It starts the service in both modes, on servers of its own, and
prints for each: the API's memory when idle and at its peak, the time from the last byte sent to
the ticket received, the rate, and how long other requests took meanwhile.
"""

import argparse
import http.client
import json
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.servers.mariadb import run_mariadb
from tests.servers.seaweedfs import run_seaweedfs
from tests.servers.valkey import run_valkey
from tests.service.harness import AGENSIUM, Service, clean_environment, make_service, running

MEGABYTE = 1_000_000
CHUNK = 1 << 17
BOUNDARY = "agensium-benchmark"
HEAD = (
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="big.csv"\r\n\r\n'
).encode()
TAIL = f"\r\n--{BOUNDARY}--\r\n".encode()


@dataclass(frozen=True)
class Measured:
    """What one run showed; times in seconds, memory in bytes."""

    idle: int
    peak: int
    tickets: list[float]
    seconds: float
    others: list[float]


def row_block() -> bytes:
    """Return a piece of a CSV file, cut at a line end."""
    rows = (f"{n},{n * 7 % 1000},name {n % 97},2026-01-{n % 28 + 1:02}\n" for n in range(8000))
    return "".join(rows).encode()


def connected(host: str, port: int) -> socket.socket:
    """Return a connection whose own buffer is small: what lies in it was not sent yet."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, CHUNK)
    connection.settimeout(600)
    connection.connect((host, port))
    return connection


def upload(service: Service, size: int) -> float:
    """Send a file; return the seconds from its last byte to the ticket."""
    host, port = service.url.removeprefix("http://").split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=600)
    connection.sock = connected(host, int(port))
    body = b"id,number,name,date\n" + row_block()
    repeats, rest = divmod(size, len(body))
    connection.putrequest("POST", "/profile/async?reuse=false")
    connection.putheader("Content-Type", f"multipart/form-data; boundary={BOUNDARY}")
    connection.putheader("Content-Length", str(len(HEAD) + size + len(TAIL)))
    connection.endheaders()
    connection.send(HEAD)
    for piece in [body] * repeats + [body[:rest]]:
        for start in range(0, len(piece), CHUNK):
            connection.send(piece[start : start + CHUNK])
    connection.send(TAIL)
    last_byte = time.perf_counter()
    answer = connection.getresponse()
    taken = time.perf_counter() - last_byte
    content = answer.read()
    if answer.status != http.client.ACCEPTED:
        raise SystemExit(f"refused: {content!r}")
    json.loads(content)
    return taken


def upload_to(url: str, data: bytes) -> tuple[float, str]:
    """Send a file; return the seconds from its last byte to the ticket, and the task's id."""
    host, port = url.removeprefix("http://").split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=600)
    connection.sock = connected(host, int(port))
    connection.putrequest("POST", "/profile/async")
    connection.putheader("Content-Type", f"multipart/form-data; boundary={BOUNDARY}")
    connection.putheader("Content-Length", str(len(HEAD) + len(data) + len(TAIL)))
    connection.endheaders()
    for piece in (HEAD, *(data[at : at + CHUNK] for at in range(0, len(data), CHUNK)), TAIL):
        connection.send(piece)
    last_byte = time.perf_counter()
    answer = connection.getresponse()
    taken, content = time.perf_counter() - last_byte, answer.read()
    connection.close()
    if answer.status != http.client.ACCEPTED:
        raise SystemExit(f"refused: {content!r}")
    return taken, json.loads(content)["task_id"]


@contextmanager
def sampling(sample: Callable[[], None], pause: float) -> Iterator[None]:
    """Call something again and again while the context lasts."""
    ended = threading.Event()

    def run() -> None:
        while not ended.wait(pause):
            sample()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    yield
    ended.set()
    thread.join()


def ask_health(service: Service) -> float:
    """Return how long a small request takes."""
    host, port = service.url.removeprefix("http://").split(":")
    began = time.perf_counter()
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        while connection.recv(4096):
            pass
    return time.perf_counter() - began


def measure(service: Service, count: int, size: int) -> Measured:
    """Upload to a running service and watch it."""
    if service.api.running is None:
        raise SystemExit("the service is not running")
    api = psutil.Process(service.api.running.pid)
    upload(service, MEGABYTE)
    time.sleep(2)
    idle = api.memory_info().rss
    memory: list[int] = [idle]
    others: list[float] = []
    began = time.perf_counter()
    with (
        sampling(lambda: memory.append(api.memory_info().rss), 0.02),
        sampling(lambda: others.append(ask_health(service)), 0.1),
        ThreadPoolExecutor(count) as pool,
    ):
        tickets = list(pool.map(lambda _: upload(service, size), range(count)))
        seconds = time.perf_counter() - began
    return Measured(idle, max(memory), tickets, seconds, others)


def median_and_max(milliseconds: list[float]) -> str:
    """Return the two figures of a list as words."""
    return f"median {statistics.median(milliseconds):.0f} ms, max {max(milliseconds):.0f} ms"


def show(mode: str, measured: Measured, count: int, size: int) -> None:
    """Print a run as lines."""
    above = (measured.peak - measured.idle) / MEGABYTE
    tickets = [1000 * each for each in measured.tickets]
    others = [1000 * each for each in measured.others]
    print(f"{mode}: {count} uploads of {size // MEGABYTE} MB at once")
    print(f"  API memory: idle {measured.idle / MEGABYTE:.0f} MB, peak +{above:.0f} MB")
    print(f"  last byte to ticket: {median_and_max(tickets)}")
    print(f"  rate: {count * size / MEGABYTE / measured.seconds:.0f} MB/s together")
    print(f"  GET /health meanwhile: {median_and_max(others)}")


@contextmanager
def server_environment() -> Iterator[dict[str, str]]:
    """Start MariaDB, Valkey and SeaweedFS and give the settings for them."""
    with ExitStack() as held:
        url = held.enter_context(held.enter_context(run_mariadb()).fresh_database())
        valkey = held.enter_context(run_valkey())
        bucket = held.enter_context(held.enter_context(run_seaweedfs()).fresh_bucket())
        environment = {"DATABASE_URL": url, "REDIS_URL": valkey.url, **bucket.environment}
        subprocess.run([AGENSIUM, "migrate"], env=clean_environment(environment), check=True)
        yield environment


def main() -> None:
    """Measure both modes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=10)
    parser.add_argument("--megabytes", type=int, default=100)
    parser.add_argument("--mode", choices=["embedded", "server", "both"], default="both")
    asked = parser.parse_args()
    size = asked.megabytes * MEGABYTE
    with tempfile.TemporaryDirectory() as scratch:
        if asked.mode != "server":
            service = make_service(Path(scratch), {"AGENSIUM_LOG_LEVEL": "WARNING"})
            with running(service):
                show("embedded", measure(service, asked.count, size), asked.count, size)
        if asked.mode != "embedded":
            with server_environment() as environment:
                service = make_service(Path(scratch), environment)
                with running(service):
                    show("server", measure(service, asked.count, size), asked.count, size)


if __name__ == "__main__":
    main()
