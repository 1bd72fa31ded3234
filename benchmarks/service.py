"""How fast tickets are given and tasks begin, beside a bare FastAPI and Celery app.

Run with ``make bench-service``. For 1, 2 and 4 workers, embedded and in server mode, it prints
tickets a second, the time from a file's last byte to its 202, the time from the 202 to the first
heartbeat of an idle service, and finished tasks a second; then the rate of one large upload beside
boto3 straight to the same store. The sites take turns, so that a busy moment of the machine does
not fall on one of them alone.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import httpx2

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from service_sites import Site, bare, embedded, server
from service_uploads import compare_uploads
from upload import server_environment, upload_to

from tests.servers.valkey import run_valkey

SMALL = b"id,number,name\n" + b"".join(b"%d,%d,name %d\n" % (n, n * 7 % 10, n) for n in range(50))
CLIENTS = 8
IDLE_TASKS = 20
DRAIN_SECONDS = 300


@dataclass
class Seen:
    """What the rounds at one site showed; times in seconds."""

    tickets: list[float] = field(default_factory=list)
    ticket_rates: list[float] = field(default_factory=list)
    task_rates: list[float] = field(default_factory=list)
    pick_ups: list[float] = field(default_factory=list)


def burst(site: Site, seen: Seen, count: int) -> None:
    """Hand in files at once and wait until all tasks are over."""
    began = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = list(pool.map(lambda _: upload_to(site.url, SMALL), range(count)))
    seen.ticket_rates.append(count / (time.perf_counter() - began))
    seen.tickets += [seconds for seconds, _ in answers]
    drain(site, count)
    seen.task_rates.append(count / (time.perf_counter() - began))


def drain(site: Site, count: int) -> None:
    """Wait until all tasks are over."""
    deadline = time.monotonic() + DRAIN_SECONDS
    while left := site.unfinished(count):
        if time.monotonic() > deadline:
            raise SystemExit(f"{site.name}: {left} of {count} tasks do not end")
        time.sleep(0.05)


def pick_up(site: Site, seen: Seen) -> None:
    """Hand in one file after the other to a service that has nothing else to do."""
    for _ in range(IDLE_TASKS):
        _, task_id = upload_to(site.url, SMALL)
        accepted = time.time()
        task = httpx2.get(f"{site.url}/tasks/{task_id}?wait=20&result=false", timeout=30).json()
        while task["status"] in {"PENDING", "STARTED", "RETRY"}:
            url = f"{site.url}/tasks/{task_id}?wait=20&result=false"
            task = httpx2.get(url, timeout=30).json()
        begun = datetime.fromisoformat(task["started_at"]).timestamp()
        seen.pick_ups.append(max(0.0, begun - accepted))


def measure(open_site: Callable[[], AbstractContextManager[Site]], seen: Seen, count: int) -> str:
    """Run one round at a site; return its name."""
    with open_site() as site:
        for _ in range(4):
            upload_to(site.url, SMALL)
        drain(site, 4)
        if site.name != "bare":
            pick_up(site, seen)
            burst(site, seen, count)
        else:
            burst(Site(site.name, site.url, lambda n: site.unfinished(n + 4)), seen, count)
    return site.name


def show(name: str, workers: int, seen: Seen) -> None:
    """Print one line."""
    picked = _figures(seen.pick_ups) if seen.pick_ups else "–"
    print(
        f"| {name} | {workers} | {statistics.median(seen.ticket_rates):.0f} "
        f"| {_figures(seen.tickets)} | {picked} | {statistics.median(seen.task_rates):.1f} |",
        flush=True,
    )


def _figures(seconds: list[float]) -> str:
    ordered = sorted(seconds)
    return (
        f"{1000 * ordered[len(ordered) // 2]:.0f} / {1000 * ordered[len(ordered) * 99 // 100]:.0f}"
    )


def compare(workers: int, rounds: int, count: int) -> None:
    """Measure all sites in turn, with servers of their own."""
    with ExitStack() as held:
        environment = held.enter_context(server_environment())
        redis_url = held.enter_context(run_valkey()).url
        sites: tuple[Callable[[], AbstractContextManager[Site]], ...] = (
            lambda: bare(redis_url, workers),
            lambda: server(environment, workers),
            lambda: embedded(workers),
        )
        found = [Seen() for _ in sites]
        names = [""] * len(sites)
        for _ in range(rounds):
            for number, site in enumerate(sites):
                names[number] = measure(site, found[number], count)
    for name, seen in zip(names, found, strict=True):
        show(name, workers, seen)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tasks", type=int, default=200, help="in each burst")
    parser.add_argument("--megabytes", type=int, default=200, help="of the large upload; 0: none")
    asked = parser.parse_args()
    print(f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print("| site | workers | tickets/s | ms to the 202, p50 / p99 | ms to begin | tasks/s |")
    print("|---|---|---|---|---|---|", flush=True)
    for workers in asked.workers:
        compare(workers, asked.rounds, asked.tasks)
    if asked.megabytes:
        compare_uploads(asked.megabytes, asked.rounds)
    print(f"load after: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
