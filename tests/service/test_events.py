"""Following a task on the running service, with real workers."""

import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil

from tests.api.harness import Follower
from tests.cli.harness import agensium
from tests.jobs import jobs_below
from tests.service.harness import Process, Service, make_service, running
from tests.service.test_recovery import job_of

ROWS = 500_000
BODY = b"".join(b"%d,name %d\n" % (n, n) for n in range(ROWS))
TABLE = b"id,name\n" + BODY
LONG = TABLE + BODY * 5
"""A table whose job is still there when a test has found it, on a fast machine too."""


def held(service: Service, process: Process) -> tuple[str, psutil.Process]:
    """Submit tables until one's job is suspended before it is done, which may be soon."""
    for number in range(20):
        task_id = service.submit(LONG + b"%d,again\n" % number)
        while service.task(task_id)["status"] not in {"SUCCESS", "FAILURE"}:
            for job in jobs_below(process.running.pid if process.running else 0):
                job.suspend()
                if service.task(task_id)["status"] == "STARTED":
                    return task_id, job
                job.resume()
    raise AssertionError("every job was done before it was found")


def test_a_follower_hears_a_task_to_its_end(service: Service) -> None:
    task_id = service.submit(TABLE)
    follower = Follower(f"{service.url}/tasks/{task_id}/events").follow()
    assert follower.statuses[0] == "PENDING"
    assert follower.statuses[-1] == "SUCCESS"
    assert set(follower.statuses) == {"PENDING", "STARTED", "SUCCESS"}
    assert follower.ids == [str(n + 1) for n in range(len(follower.ids))]
    assert follower.events[-1]["progress"]["rows"] == ROWS


def test_a_killed_api_is_followed_on_by_the_next(
    tmp_path: Path, server_environment: dict[str, str]
) -> None:
    with running(make_service(tmp_path, server_environment, workers=1)) as service:
        task_id, job = held(service, service.workers[0])
        url = f"{service.url}/tasks/{task_id}/events"
        seen = Follower(url).follow(until=2)
        service.api.kill()
        service.api.start()
        service.wait()
        job.resume()
        rest = Follower(url, {"Last-Event-ID": seen.ids[-1]}).follow()
        assert int(rest.ids[0]) == 3
        assert rest.statuses[-1] == "SUCCESS"


def test_a_service_that_stops_sends_followers_away(tmp_path: Path) -> None:
    with running(make_service(tmp_path, {})) as service:
        task_id, _ = held(service, service.api)
        follower = Follower(f"{service.url}/tasks/{task_id}/events")
        with ThreadPoolExecutor() as pool:
            following = pool.submit(follower.follow)
            while len(follower.ids) < 2:
                assert not following.done()
            assert service.api.stop(signal.SIGTERM) == 0
            following.result()
        # Without a word to them, it would wait for them and cut them off in the end.
        assert "graceful shutdown exceeded" not in service.api.log.read_text()
        assert "SUCCESS" not in follower.statuses


def test_the_command_line_waits_through_a_restart(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(TABLE)
    with running(make_service(tmp_path, {})) as service, ThreadPoolExecutor() as pool:
        command = ("submit", str(tmp_path / "t.csv"), "--wait", "--server", service.url)
        waiting = pool.submit(agensium, *command)
        job = job_of(service.api)
        job.suspend()
        service.api.kill()
        job.resume()  # it finds that nobody waits for it, and ends
        assert not waiting.done()
        service.start()
        done = waiting.result()
        assert done.returncode == 0, done.stderr
        assert b"500,000 rows" in done.stdout
