"""A part is slow, refuses, or swallows every packet: the API answers all the same."""

import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import Engine, NullPool, create_engine

from tests.chaos.objects import list_bucket
from tests.chaos.rows import count_strays, read_rows
from tests.chaos.stage import through
from tests.servers.mariadb import MariaDB
from tests.servers.proxy import Proxy, run_proxy
from tests.servers.seaweedfs import Bucket, SeaweedFS
from tests.servers.valkey import Valkey
from tests.service.harness import AGENSIUM, Service, clean_environment, make_service, running

PATIENCE_SECONDS = 60.0
"""A client that waited so long would say that the service hangs."""
TABLE = b"id,name\n1,a\n2,b\n"
CROWD = 50
"""More requests at once than the API has threads."""


@dataclass
class Site:
    """A service with a bad network to each of its parts; one task of it is done."""

    service: Service
    links: dict[str, Proxy]
    engine: Engine
    bucket: Bucket
    done: str

    def ask(self, method: str, path: str) -> httpx2.Response:
        content = {"files": {"file": ("t.csv", TABLE)}} if method == "POST" else {}
        url = self.service.url + path
        return httpx2.request(method, url, timeout=PATIENCE_SECONDS, **content)  # type: ignore[arg-type]

    def ask_all(self, *wanted: tuple[str, str]) -> list[httpx2.Response]:
        with ThreadPoolExecutor(len(wanted)) as pool:
            return list(pool.map(lambda each: self.ask(*each), wanted))

    def works(self) -> bool:
        return bool(self.service.finished(self.service.submit(TABLE))["status"] == "SUCCESS")


@pytest.fixture(scope="module")
def site(
    mariadb: MariaDB,
    valkey_server: Valkey,
    seaweedfs: SeaweedFS,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Site]:
    with ExitStack() as held:
        url = held.enter_context(mariadb.fresh_database())
        bucket = held.enter_context(seaweedfs.fresh_bucket())
        ports = {"database": mariadb.port, "broker": valkey_server.port, "store": seaweedfs.port}
        links = {name: held.enter_context(run_proxy(port)) for name, port in ports.items()}
        environment = {
            "DATABASE_URL": through(url, links["database"]),
            "REDIS_URL": through(valkey_server.url, links["broker"]),
            **bucket.environment,
            "S3_ENDPOINT_URL": through(bucket.endpoint_url, links["store"]),
        }
        subprocess.run([AGENSIUM, "migrate"], env=clean_environment(environment), check=True)
        folder: Path = tmp_path_factory.mktemp("behind")
        service = held.enter_context(running(make_service(folder, environment, workers=1)))
        task_id = service.submit(TABLE)
        service.finished(task_id)
        engine = create_engine(url, poolclass=NullPool)
        yield Site(service, links, engine, bucket, task_id)
        for link in links.values():
            link.heal()
        engine.dispose()


UPLOAD = ("POST", "/profile/async?reuse=false")
HEALTH, TASKS = ("GET", "/health"), ("GET", "/tasks")


def is_refused(answer: httpx2.Response, code: str) -> bool:
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (503, code), answer.text
    assert problem["retryable"]
    return int(answer.headers["retry-after"]) > 0


def strike(link: Proxy, trouble: str) -> None:
    if trouble == "black hole":
        link.hang()
    elif trouble == "refused":
        link.refuse()
    else:
        link.delay_seconds = 0.1


def relieve(link: Proxy) -> None:
    link.reset()  # what was swallowed never arrives
    link.heal()


@pytest.mark.parametrize("trouble", ["black hole", "refused"])
def test_without_a_store_uploads_are_told_to_come_back(site: Site, trouble: str) -> None:
    link = site.links["store"]
    doomed = site.service.submit(TABLE)
    site.service.finished(doomed)
    before = set(read_rows(site.engine).tasks)
    strike(link, trouble)
    try:
        one = ("GET", f"/tasks/{site.done}")
        reused = ("POST", "/profile/async")
        brief = ("GET", f"{one[1]}?result=false")
        upload, again, shown, removal, *others = site.ask_all(
            UPLOAD, reused, one, ("DELETE", f"/tasks/{doomed}"), HEALTH, TASKS, brief
        )
        assert is_refused(upload, "storage_unavailable")
        assert is_refused(again, "storage_unavailable")
        assert is_refused(shown, "storage_unavailable")
        assert [each.status_code for each in (removal, *others)] == [204, 200, 200, 200]
    finally:
        relieve(link)
    assert set(read_rows(site.engine).tasks) == before - {doomed}
    assert site.works()
    # What was noted for the uploads that failed is swept as soon as the store is back.
    while count_strays(site.engine):
        site.service.wait()
    stored = list_bucket(site.bucket.client(), site.bucket.name)
    assert stored.whole.keys() == read_rows(site.engine).owned.keys()
    assert stored.half == frozenset()


@pytest.mark.parametrize("trouble", ["black hole", "refused"])
def test_without_a_database_everybody_is_told_to_come_back(site: Site, trouble: str) -> None:
    before = set(read_rows(site.engine).tasks)
    link = site.links["database"]
    strike(link, trouble)
    try:
        one = ("GET", f"/tasks/{site.done}?wait=5")
        *answers, health = site.ask_all(UPLOAD, one, TASKS, ("GET", "/workers"), HEALTH)
        assert all(is_refused(each, "database_unavailable") for each in answers)
        assert health.status_code == 200
    finally:
        relieve(link)
    assert set(read_rows(site.engine).tasks) == before
    assert site.works()


def test_a_crowd_that_waits_for_the_database_keeps_nobody_from_the_process(site: Site) -> None:
    link = site.links["database"]
    strike(link, "black hole")
    try:
        with ThreadPoolExecutor(CROWD) as pool:
            crowd = [pool.submit(site.ask, *TASKS) for _ in range(CROWD)]
            assert site.ask(*HEALTH).status_code == 200
            assert all(is_refused(each.result(), "database_unavailable") for each in crowd)
    finally:
        relieve(link)
    assert site.works()


@pytest.mark.parametrize("trouble", ["black hole", "refused"])
def test_without_a_broker_nobody_waits(site: Site, trouble: str) -> None:
    link = site.links["broker"]
    strike(link, trouble)
    try:
        one = ("GET", f"/tasks/{site.done}")
        upload, *others = site.ask_all(UPLOAD, one, TASKS, HEALTH)
        assert upload.status_code == 202
        assert [each.status_code for each in others] == [200, 200, 200]
        ready = site.ask("GET", "/ready")
        assert (ready.status_code, ready.json()["status"]) == (200, "degraded")
        task_id = upload.json()["task_id"]
    finally:
        relieve(link)
    assert site.service.finished(task_id)["status"] == "SUCCESS"


@pytest.mark.parametrize("part", ["database", "store", "broker"])
def test_a_slow_part_is_waited_for(site: Site, part: str) -> None:
    link = site.links[part]
    strike(link, "slow")
    try:
        upload, *others = site.ask_all(UPLOAD, ("GET", f"/tasks/{site.done}"), TASKS, HEALTH)
        assert upload.status_code == 202
        assert [each.status_code for each in others] == [200, 200, 200]
    finally:
        relieve(link)
    assert site.service.finished(upload.json()["task_id"])["status"] == "SUCCESS"
