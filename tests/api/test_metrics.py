"""What Prometheus is told of tasks that wait, and of attempts that were lost."""

from datetime import timedelta
from pathlib import Path

import httpx2
from sqlalchemy import update

from agensium.tasks.counters import COUNTERS, LOST, decode
from agensium.tasks.leases import LEASE
from agensium.tasks.models import Task
from agensium.tasks.sweep import Post, Sweeper
from agensium.tasks.workers import Duty, Presence
from tests.api.harness import Api, make_services, running_api

WAITED = timedelta(minutes=10)


def figure(api: Api, name: str) -> float:
    lines = httpx2.get(f"{api.url}/metrics", timeout=30).text.splitlines()
    return next(float(line.split()[-1]) for line in lines if line.startswith(f"{name} "))


def test_the_age_of_the_queue_is_that_of_its_oldest_task(sqlite_url: str, tmp_path: Path) -> None:
    services = make_services(sqlite_url, tmp_path)
    with running_api(services) as api:
        assert figure(api, "agensium_queue_age_seconds") == 0
        task_id = api.submit()
        earlier = update(Task).values(run_after=services.clock() - WAITED)
        services.database.transact(lambda session: session.execute(earlier))
        assert figure(api, "agensium_queue_age_seconds") >= WAITED.total_seconds()
        api.claim(task_id)
        assert figure(api, "agensium_queue_age_seconds") == 0


def test_leases_that_nobody_extends_are_counted(sqlite_url: str, tmp_path: Path) -> None:
    services = make_services(sqlite_url, tmp_path)
    with running_api(services) as api:
        api.claim(api.submit())
        before = decode(COUNTERS.snapshot()).get((LOST,), 0)
        Sweeper(
            services.database,
            services.storage,
            services.bell,
            lambda: services.clock() + LEASE,
            Post("w"),
        ).sweep()
        # A worker says what it has counted, at the latest with its good-bye.
        Presence(services.database, Duty("w", "1", 1, running=lambda: 0), services.clock).stop()
        assert figure(api, "agensium_lease_expiries_total") == before + 1
