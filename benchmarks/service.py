"""How fast tickets are given and tasks begin, beside a bare FastAPI and Celery app.

Run with ``make bench-service``. For 1, 2 and 4 workers, embedded and in server mode, it prints
tickets a second, the time from a file's last byte to its 202, the time from the 202 to the start of
its task in an idle service, finished tasks a second, and the processor time that each task takes;
then the rate of one large upload beside boto3 straight to the same store. The sites take turns, so
that a busy moment of the machine does not fall on one of them alone. No two files are the same, as
the service answers a file that it knows from its stored report.
"""

import argparse
import json
import os
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from service_cost import seconds_by_kind, told
from service_sites import Site, bare, bare_store, embedded, fetch, server
from service_uploads import compare_uploads
from upload import server_environment, upload_to

from tests.servers.valkey import run_valkey

ROWS = 50
SERIAL = count()
CLIENTS = 8
IDLE_TASKS = 40
REST_SECONDS = 0.1
WARM_UP = 8
DRAIN_SECONDS = 300
POLL_SECONDS = 0.2


@dataclass
class Seen:
    """What the rounds at one site showed; times in seconds."""

    calm: list[float] = field(default_factory=list)
    tickets: list[float] = field(default_factory=list)
    ticket_rates: list[float] = field(default_factory=list)
    task_rates: list[float] = field(default_factory=list)
    pick_ups: list[float] = field(default_factory=list)
    spent: Counter[str] = field(default_factory=Counter)
    tasks: int = 0


def small_file() -> bytes:
    """Return a file of fifty rows that nobody has sent before."""
    number = next(SERIAL)
    rows = (b"%d,%d,name %d of %d\n" % (n, n * 7 % 10, n, number) for n in range(ROWS))
    return b"id,number,name\n" + b"".join(rows)


def burst(site: Site, seen: Seen, tasks: int) -> None:
    """Hand in files at once and wait until all tasks are over."""
    spent = seconds_by_kind()
    began = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = list(pool.map(lambda _: upload_to(site.url, small_file()), range(tasks)))
    seen.ticket_rates.append(tasks / (time.perf_counter() - began))
    seen.tickets += [seconds for seconds, _ in answers]
    drain(site, tasks)
    seen.task_rates.append(tasks / (time.perf_counter() - began))
    seen.spent += seconds_by_kind() - spent
    seen.tasks += tasks


def drain(site: Site, tasks: int) -> None:
    """Wait until all tasks are over."""
    deadline = time.monotonic() + DRAIN_SECONDS
    while left := site.unfinished(tasks):
        if time.monotonic() > deadline:
            raise SystemExit(f"{site.name}: {left} of {tasks} tasks do not end")
        time.sleep(POLL_SECONDS)


def pick_up(site: Site, seen: Seen) -> None:
    """Hand in one file after the other to a service that has nothing else to do."""
    for _ in range(IDLE_TASKS):
        seconds, task_id = upload_to(site.url, small_file())
        accepted = time.time()
        seen.calm.append(seconds)
        if site.name.startswith("bare"):
            time.sleep(REST_SECONDS)  # its task is done by then
            continue
        url = f"{site.url}/tasks/{task_id}?wait=20&result=false"
        task = json.loads(fetch(url))
        while task["status"] in {"PENDING", "STARTED", "RETRY"}:
            task = json.loads(fetch(url))
        begun = datetime.fromisoformat(task["started_at"]).timestamp()
        seen.pick_ups.append(max(0.0, begun - accepted))


def measure(open_site: Callable[[], AbstractContextManager[Site]], seen: Seen, tasks: int) -> str:
    """Run one round at a site; return its name."""
    with open_site() as site:
        for _ in range(WARM_UP):
            upload_to(site.url, small_file())
        drain(site, WARM_UP)
        pick_up(site, seen)
        before = WARM_UP + IDLE_TASKS
        burst(Site(site.name, site.url, lambda n: site.unfinished(n + before)), seen, tasks)
    return site.name


def show(name: str, workers: int, seen: Seen) -> None:
    """Print one line."""
    picked = _figures(seen.pick_ups) if seen.pick_ups else "–"
    print(
        f"| {name} | {workers} | {statistics.median(seen.ticket_rates):.0f} "
        f"| {_figures(seen.calm)} | {_figures(seen.tickets)} | {picked} "
        f"| {statistics.median(seen.task_rates):.1f} "
        f"| {1000 * seen.spent.total() / seen.tasks:.0f}: {told(seen.spent, seen.tasks)} |",
        flush=True,
    )


def _figures(seconds: list[float]) -> str:
    ordered = sorted(seconds)
    return (
        f"{1000 * ordered[len(ordered) // 2]:.0f} / {1000 * ordered[len(ordered) * 99 // 100]:.0f}"
    )


def compare(workers: int, rounds: int, tasks: int) -> None:
    """Measure all sites in turn, with servers of their own."""
    with ExitStack() as held:
        environment = held.enter_context(server_environment())
        redis_url = held.enter_context(run_valkey()).url
        sites: tuple[Callable[[], AbstractContextManager[Site]], ...] = (
            lambda: bare(redis_url, workers),
            lambda: bare_store(environment, redis_url, workers),
            lambda: server(environment, workers),
            lambda: embedded(workers),
        )
        found = [Seen() for _ in sites]
        names = [""] * len(sites)
        for _ in range(rounds):
            for number, site in enumerate(sites):
                names[number] = measure(site, found[number], tasks)
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
    print(
        "| site | workers | tickets/s | ms to the 202, one sender, p50 / p99 | eight senders "
        "| ms to begin | tasks/s | CPU ms a task |"
    )
    print("|---|---|---|---|---|---|---|---|", flush=True)
    for workers in asked.workers:
        compare(workers, asked.rounds, asked.tasks)
    if asked.megabytes:
        compare_uploads(asked.megabytes, asked.rounds)
    print(f"load after: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
