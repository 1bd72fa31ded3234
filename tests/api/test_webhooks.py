"""Webhooks: signed, tried again, logged, and led nowhere that is not public."""

import base64
import hashlib
import hmac
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx2
import pytest

from agensium.storage.pinned import is_public
from agensium.tasks.manage import cancel
from agensium.tasks.webhooks.courier import PAUSES, Courier, claim
from agensium.tasks.webhooks.models import WebhookDelivery
from agensium.tasks.webhooks.sending import post
from agensium.tasks.webhooks.signing import signed_headers
from tests.api.harness import Api, make_services, running_api

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class Receiver(ThreadingHTTPServer):
    """Another service: it remembers what it hears and answers as it is told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.statuses: list[int] = []
        self.heard: list[tuple[dict[str, str], bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook"


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.heard.append((headers, body))
        status = self.server.statuses.pop(0) if self.server.statuses else 204
        self.send_response(status)
        self.send_header("Location", self.server.url)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def api(database_url: str, tmp_path: Path) -> Iterator[Api]:
    with running_api(make_services(database_url, tmp_path, webhook_private=True)) as running:
        yield running


def register(api: Api, url: str, **more: str) -> dict[str, Any]:
    answer = httpx2.post(f"{api.url}/webhooks", json={"url": url, **more}, timeout=30)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def end(api: Api, task_id: str) -> None:
    clock = api.services.clock
    api.services.database.transact(lambda s: cancel(s, "default", task_id, clock()))


def deliver(api: Api, later: timedelta = timedelta()) -> int:
    """Make all deliveries that are due, now or later; return how many."""
    services = api.services
    courier = Courier(services.database, lambda: datetime.now(UTC) + later, services.webhook_rules)
    made = 0
    while courier.deliver_one():
        made += 1
    return made


def log_of(api: Api, webhook: dict[str, Any]) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = httpx2.get(api.url + webhook["deliveries"]).json()["deliveries"]
    return listed


def is_genuine(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """Verify as the specification says."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    digest = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    return headers["webhook-signature"] == f"v1,{digest}"


def test_the_signature_is_that_of_the_published_vector() -> None:
    # From the reference libraries of https://www.standardwebhooks.com.
    at = datetime.fromtimestamp(1614265330, UTC)
    payload = b'{"test": 2432232314}'
    headers = signed_headers(SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", at, payload)
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_the_end_of_a_task_is_told_once_and_signed(api: Api, receiver: Receiver) -> None:
    webhook = register(api, receiver.url)
    task_id = api.submit()
    assert deliver(api) == 0
    api.finish(api.claim(task_id))
    assert deliver(api) == 1
    assert deliver(api, later=timedelta(days=9)) == 0
    ((headers, body),) = receiver.heard
    assert is_genuine(webhook["secret"], headers, body)
    message = httpx2.Response(200, content=body).json()
    assert (message["type"], message["data"]["task_id"]) == ("task.succeeded", task_id)
    assert message["data"]["status"] == "SUCCESS"
    (delivery,) = log_of(api, webhook)
    assert (delivery["status"], delivery["delivery_id"]) == ("DELIVERED", headers["webhook-id"])
    assert [one["status"] for one in delivery["attempts"]] == [204]
    assert "secret" not in httpx2.get(f"{api.url}/webhooks").json()[0]


def test_one_task_may_have_a_webhook_of_its_own(api: Api, receiver: Receiver) -> None:
    task_id = api.submit(webhook_url=receiver.url, webhook_secret=SECRET)
    other = api.submit()
    end(api, other)
    end(api, task_id)
    assert deliver(api) == 1
    ((headers, body),) = receiver.heard
    assert is_genuine(SECRET, headers, body)
    assert task_id.encode() in body
    assert b'"type":"task.revoked"' in body


def test_what_fails_is_tried_again_and_given_up_in_the_end(api: Api, receiver: Receiver) -> None:
    webhook = register(api, receiver.url)
    end(api, api.submit())
    receiver.statuses = [500, 302, 429, *[503] * (len(PAUSES) - 2)]
    assert deliver(api) == 1
    (delivery,) = log_of(api, webhook)
    due = datetime.fromisoformat(delivery["due_at"]) - datetime.now(UTC)
    assert timedelta() < due < PAUSES[0] * 1.2
    later = timedelta()
    for pause in PAUSES:
        later += pause * 1.3
        assert deliver(api, later) == 1
    assert deliver(api, later + timedelta(days=9)) == 0
    (delivery,) = log_of(api, webhook)
    assert delivery["status"] == "FAILED"
    assert [one["status"] for one in delivery["attempts"]][:3] == [500, 302, 429]
    assert len({body for _, body in receiver.heard}) == 1
    assert len({headers["webhook-id"] for headers, _ in receiver.heard}) == 1
    # Somebody mends the receiver and asks for it again.
    again = f"{api.url}{webhook['deliveries']}/{delivery['delivery_id']}/redeliver"
    assert httpx2.post(again).status_code == 202
    assert deliver(api) == 1
    (delivery,) = log_of(api, webhook)
    assert delivery["status"] == "DELIVERED"


def test_a_receiver_that_is_gone_is_left_alone(api: Api, receiver: Receiver) -> None:
    webhook = register(api, receiver.url)
    first, second = api.submit(), api.submit()
    end(api, first)
    receiver.statuses = [410]
    assert deliver(api) == 1
    shown = httpx2.get(f"{api.url}/webhooks/{webhook['webhook_id']}").json()
    assert shown["disabled_at"]
    end(api, second)
    assert deliver(api, timedelta(days=9)) == 0
    (delivery,) = log_of(api, webhook)
    assert delivery["status"] == "FAILED"
    again = f"{api.url}{webhook['deliveries']}/{delivery['delivery_id']}/redeliver"
    assert httpx2.post(again).status_code == 409


def test_a_delivery_outlives_the_process_that_made_it(api: Api, receiver: Receiver) -> None:
    register(api, receiver.url)
    end(api, api.submit())
    database, clock = api.services.database, api.services.clock
    errand = database.transact(lambda s: claim(s, clock()))  # and it dies
    assert errand is not None
    assert deliver(api) == 0
    assert deliver(api, timedelta(minutes=1)) == 1
    assert [headers["webhook-id"] for headers, _ in receiver.heard] == [errand.id]
    with database.read() as session:
        assert session.get_one(WebhookDelivery, errand.id).state == "DELIVERED"


def test_a_deleted_webhook_hears_nothing(api: Api, receiver: Receiver) -> None:
    webhook = register(api, receiver.url, secret=SECRET)
    assert webhook["secret"] == SECRET
    end(api, api.submit())
    assert httpx2.delete(f"{api.url}/webhooks/{webhook['webhook_id']}").status_code == 204
    assert deliver(api) == 0
    assert httpx2.get(api.url + webhook["deliveries"]).status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.0", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fd00::1",
        "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "ff02::1",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public_are_known(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.216.34", "2606:4700:4700::1111"])
def test_public_addresses_are_known(address: str) -> None:
    assert is_public(address)


def test_nothing_is_sent_to_a_name_that_leads_inside(receiver: Receiver) -> None:
    for host in ("localhost", "127.0.0.1", "[::ffff:127.0.0.1]"):
        url = f"http://{host}:{receiver.server_port}/hook"
        answer = post(url, {}, b"{}", private=False)
        assert (answer.status, answer.is_success) == (None, False)
        assert "not public" in str(answer.error)
    assert receiver.heard == []
    assert post(receiver.url, {}, b"{}", private=True).status == 204
    assert post("http://127.0.0.1:1/", {}, b"{}", private=True).error


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/", "https://127.0.0.1/", "https://[::1]/", "https://me@example.org/",
        "ftp://example.org/", "https://", "nonsense", "https://exa mple.org/", "https://[x/",
        "https://example.org/" + "x" * 2000,
    ],
)  # fmt: skip
def test_addresses_that_cannot_be_are_refused(small_api: Api, url: str) -> None:
    answer = httpx2.post(f"{small_api.url}/webhooks", json={"url": url})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    form = {"file": ("t.csv", b"a,b\n1,2\n")}
    named = {"webhook_url": url, "webhook_secret": SECRET}
    answer = httpx2.post(f"{small_api.url}/profile/async", files=form, data=named)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


def test_a_secret_has_to_be_one(small_api: Api) -> None:
    for secret in ("x", "whsec_", "whsec_c2hvcnQ=", "whsec_???"):
        wanted = {"url": "https://example.org/", "secret": secret}
        answer = httpx2.post(f"{small_api.url}/webhooks", json=wanted)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    form = {"file": ("t.csv", b"a,b\n1,2\n")}
    alone = {"webhook_url": "https://example.org/"}
    answer = httpx2.post(f"{small_api.url}/profile/async", files=form, data=alone)
    assert answer.status_code == 422
