"""Webhooks of the running service: its own processes deliver, and death delays nothing for long."""

import time
from pathlib import Path

import httpx2
import pytest

from tests.api.test_webhooks import SECRET, Receiver, is_genuine, receiver
from tests.service.harness import Service, make_service, running

__all__ = ["receiver"]


def heard(receiver: Receiver, count: int, service: Service) -> list[tuple[dict[str, str], bytes]]:
    """Wait until this many messages have come."""
    for _ in range(600):
        if len(receiver.heard) >= count:
            break
        service.wait()
        time.sleep(0.1)
    return receiver.heard


@pytest.mark.parametrize("mode", ["embedded", "server"])
def test_a_service_that_is_killed_delivers_when_it_is_back(
    mode: str, tmp_path: Path, request: pytest.FixtureRequest, receiver: Receiver
) -> None:
    environment = {"AGENSIUM_WEBHOOK_PRIVATE": "true"}
    if mode == "server":
        environment |= request.getfixturevalue("server_environment")
    workers = 1 if mode == "server" else 0
    receiver.statuses = [503]
    with running(make_service(tmp_path, environment, workers=workers)) as service:
        answer = httpx2.post(
            f"{service.url}/profile/async",
            files={"file": ("t.csv", b"id,name\n1,a\n2,b\n")},
            data={"webhook_url": receiver.url, "webhook_secret": SECRET},
            timeout=60,
        )
        task_id = answer.json()["task_id"]
        assert len(heard(receiver, 1, service)) == 1  # and it was not taken
        for process in (service.api, *service.workers):
            process.kill()
        service.start()
        first, second = heard(receiver, 2, service)[:2]
        assert second[1] == first[1]
        assert second[0]["webhook-id"] == first[0]["webhook-id"]
        assert all(is_genuine(SECRET, headers, body) for headers, body in (first, second))
        assert task_id.encode() in first[1]


def hand_in(service: Service, url: str, content: bytes, key: str | None = None) -> httpx2.Response:
    return httpx2.post(
        f"{service.url}/profile/async",
        files={"file": ("t.csv", content)},
        data={"webhook_url": url, "webhook_secret": SECRET},
        headers={} if key is None else {"Idempotency-Key": f'"{key}"'},
        timeout=60,
    )


def test_repeated_and_reused_requests_tell_their_webhooks_once(
    tmp_path: Path, receiver: Receiver
) -> None:
    with running(make_service(tmp_path, {"AGENSIUM_WEBHOOK_PRIVATE": "true"})) as service:
        content = b"id,name\n1,a\n2,b\n"
        first, again = (hand_in(service, receiver.url, content, "key") for _ in range(2))
        assert (first.status_code, again.status_code) == (202, 202)
        assert again.headers["idempotent-replayed"] == "true"
        made = first.json()["task_id"]
        assert again.json()["task_id"] == made
        assert service.finished(made)["status"] == "SUCCESS"
        elsewhere = hand_in(service, f"{receiver.url}?other", content, "key")
        assert (elsewhere.status_code, elsewhere.json()["code"]) == (422, "idempotency_key_reused")
        # The stored report answers, and this task's webhook hears of it too.
        reused = hand_in(service, receiver.url, content).json()
        assert reused["reused_from"] == made
        last = hand_in(service, receiver.url, b"id,name\n3,c\n").json()["task_id"]
        told = [body for _, body in heard(receiver, 3, service)]
    ids = (made, reused["task_id"], last)
    assert len(told) == 3
    for task_id in ids:
        (body,) = (each for each in told if f'"task_id":"{task_id}"'.encode() in each)
        assert b'"type":"task.succeeded"' in body
