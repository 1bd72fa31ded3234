"""Looking at a task: its progress, its tag, and waiting for news of it."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

from tests.api.harness import Api


def test_progress_tells_phase_rows_bytes_percent_rest_and_worker(api: Api) -> None:
    task_id = api.submit()
    waiting = api.task(task_id).json()["progress"]
    assert (waiting["phase"], waiting["percent"], waiting["eta_seconds"]) == (None, None, None)
    lease = api.claim(task_id)
    time.sleep(0.3)
    api.beat(lease, rows=7, done=25)
    progress = api.task(task_id).json()["progress"]
    eta = progress.pop("eta_seconds")
    assert progress == {
        "phase": "scanning",
        "rows": 7,
        "bytes": 25,
        "total_bytes": 100,
        "percent": 25.0,
        "worker": "worker-1",
    }
    assert eta >= 0.9  # a quarter took 0.3 s at least
    api.finish(lease)
    assert api.task(task_id).json()["progress"]["eta_seconds"] is None


def test_a_task_that_is_known_is_not_sent_again(api: Api) -> None:
    task_id = api.submit()
    first = api.task(task_id)
    same = api.task(task_id, if_none_match=first.headers["etag"])
    assert (same.status_code, same.content) == (304, b"")
    assert same.headers["etag"] == first.headers["etag"]
    lease = api.claim(task_id)
    news = api.task(task_id, if_none_match=first.headers["etag"])
    assert (news.status_code, news.json()["status"]) == (200, "STARTED")
    api.finish(lease)
    tags = {api.task(task_id, query).headers["etag"] for query in ("", "?result=false")}
    assert first.headers["etag"] not in tags


def test_waiting_ends_with_the_task(api: Api) -> None:
    task_id = api.submit()
    with ThreadPoolExecutor() as pool:
        by_query = pool.submit(api.task, task_id, "?wait=60")
        by_header = pool.submit(api.task, task_id, "", prefer="respond-async, wait=60")
        lease = api.claim(task_id)
        api.beat(lease, rows=1, done=10)
        assert not by_query.done()
        api.finish(lease)
        assert by_query.result().json()["status"] == "SUCCESS"
        assert by_header.result().json()["status"] == "SUCCESS"
        assert by_header.result().headers["preference-applied"] == "wait=60"


def test_waiting_with_a_known_tag_ends_with_any_news(api: Api) -> None:
    task_id = api.submit()
    lease = api.claim(task_id)
    tag = api.task(task_id).headers["etag"]
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(api.task, task_id, "?wait=60", if_none_match=tag)
        api.beat(lease, rows=1, done=10)
        shown = waiting.result().json()
        assert (shown["status"], shown["progress"]["rows"]) == ("STARTED", 1)


def test_waiting_in_vain_ends_with_what_is_known(small_api: Api) -> None:
    task_id = small_api.submit()
    shown = small_api.task(task_id, "?wait=1")
    assert (shown.status_code, shown.json()["status"]) == (200, "PENDING")
    known = small_api.task(task_id, "?wait=1", if_none_match=shown.headers["etag"])
    assert known.status_code == 304
    assert small_api.task(task_id, "", prefer="wait=x, wait=, nonsense").status_code == 200
    assert small_api.task(task_id, "?wait=61").status_code == 422


def test_a_task_that_is_deleted_meanwhile_is_gone(api: Api) -> None:
    task_id = api.submit()
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(api.task, task_id, "?wait=60")
        while not api.app.state.changes._waiting:
            assert not waiting.done()
        httpx2.delete(f"{api.url}/tasks/{task_id}")
        assert waiting.result().status_code == 404


def test_a_hundred_who_wait_take_no_thread(api: Api) -> None:
    task_id = api.submit()
    lease = api.claim(task_id)
    before = threading.active_count()
    with ThreadPoolExecutor(100) as pool:
        clients = [pool.submit(api.task, task_id, "?wait=60") for _ in range(100)]
        while len(api.app.state.changes._waiting) < 100:
            assert not any(client.done() for client in clients)
        # Whoever does not wait is answered at once meanwhile, with threads to spare.
        assert [api.task(task_id).status_code for _ in range(5)] == [200] * 5
        ours = [each.name for each in threading.enumerate() if "AnyIO" in each.name]
        assert len(ours) <= 45  # the pool's own bound: 40 and one for the news
        api.finish(lease)
        assert {client.result().json()["status"] for client in clients} == {"SUCCESS"}
    assert threading.active_count() < before + 100


@pytest.mark.parametrize("query", ["?wait=60", "/events"])
def test_who_waits_is_sent_away_when_the_service_stops(small_api: Api, query: str) -> None:
    task_id = small_api.submit()
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(small_api.task, task_id, query)
        while not small_api.app.state.changes._waiting:
            assert not waiting.done()
        small_api.app.state.changes.close()
        assert waiting.result().status_code == 200
