"""Following a task by server-sent events."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest

from agensium.api import events
from agensium.tasks.manage import cancel
from tests.api.harness import Api, Follower, make_services, running_api


def test_a_follower_hears_everything_until_the_end(api: Api) -> None:
    task_id = api.submit()
    follower = Follower(f"{api.url}/tasks/{task_id}/events")
    with ThreadPoolExecutor() as pool:
        following = pool.submit(follower.follow)
        lease = api.claim(task_id)
        for done in (20, 80):
            api.beat(lease, rows=done, done=done)
        api.finish(lease)
        following.result()
    assert follower.statuses == ["PENDING", "STARTED", "STARTED", "STARTED", "SUCCESS"]
    assert follower.ids == ["1", "2", "3", "4", "5"]
    assert [event["progress"]["percent"] for event in follower.events] == [
        None,
        None,
        20.0,
        80.0,
        100.0,
    ]
    assert {event["task_id"] for event in follower.events} == {task_id}


def test_a_follower_resumes_at_another_process(database_url: str, tmp_path: Path) -> None:
    with (
        running_api(make_services(database_url, tmp_path)) as first,
        running_api(make_services(database_url, tmp_path)) as second,
    ):
        task_id = first.submit()
        lease = first.claim(task_id)
        first.beat(lease, rows=1, done=10)
        seen = Follower(f"{first.url}/tasks/{task_id}/events").follow(until=2)
        assert seen.statuses == ["PENDING", "STARTED"]
        last = {"Last-Event-ID": seen.ids[-1]}
        rest = Follower(f"{second.url}/tasks/{task_id}/events", last)
        with ThreadPoolExecutor() as pool:
            following = pool.submit(rest.follow)
            first.beat(lease, rows=5, done=50)
            first.finish(lease)
            following.result()
        assert rest.ids == ["3", "4", "5"]
        assert [event["progress"]["rows"] for event in rest.events] == [1, 5, 2]
        again = Follower(f"{second.url}/tasks/{task_id}/events?after=4").follow()
        assert again.statuses == ["SUCCESS"]


def test_who_has_seen_the_end_need_not_come_again(small_api: Api) -> None:
    task_id = small_api.submit()
    clock = small_api.services.clock
    small_api.services.database.transact(lambda s: cancel(s, "default", task_id, clock()))
    url = f"{small_api.url}/tasks/{task_id}/events"
    assert Follower(url).follow().statuses == ["PENDING", "REVOKED"]
    assert httpx2.get(url, headers={"Last-Event-ID": "2"}).status_code == 204
    assert Follower(url, {"Last-Event-ID": "nonsense"}).follow().ids == ["1", "2"]


def test_silence_is_filled_with_comments(small_api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "PING_SECONDS", 0.05)
    task_id = small_api.submit()
    lease = small_api.claim(task_id)
    follower = Follower(f"{small_api.url}/tasks/{task_id}/events")
    with ThreadPoolExecutor() as pool:
        following = pool.submit(follower.follow)
        while follower.comments < 3:
            assert not following.done()
        small_api.finish(lease)
        following.result()
    assert follower.statuses[-1] == "SUCCESS"


def test_the_stream_ends_with_a_deleted_task(api: Api) -> None:
    task_id = api.submit()
    follower = Follower(f"{api.url}/tasks/{task_id}/events")
    with ThreadPoolExecutor() as pool:
        following = pool.submit(follower.follow)
        while not api.app.state.changes._waiting:
            assert not following.done()
        assert httpx2.delete(f"{api.url}/tasks/{task_id}").status_code == 204
        following.result()
    assert httpx2.get(f"{api.url}/tasks/{task_id}/events").status_code == 404
