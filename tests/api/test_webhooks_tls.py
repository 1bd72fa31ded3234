"""Webhooks over TLS, to the address that was looked at, and never waiting for a name for long."""

import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

from agensium.storage import pinned
from agensium.tasks.webhooks.sending import post
from tests.api.test_webhooks import Receiver

HOST = "hooks.example.org"


class TlsReceiver(Receiver):
    """A receiver that speaks TLS, with a certificate for one name."""

    def __init__(self, authority: trustme.CA, name: str) -> None:
        super().__init__()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(name).configure_cert(context)
        self.socket = context.wrap_socket(self.socket, server_side=True)

    def handle_error(self, *_: object) -> None:
        """Say nothing of clients that do not like the certificate."""


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    made = trustme.CA()
    made.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    return made


@pytest.fixture
def receiver(authority: trustme.CA) -> Iterator[TlsReceiver]:
    yield from serving(TlsReceiver(authority, HOST))


def serving(server: TlsReceiver) -> Iterator[TlsReceiver]:
    with server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


class Names:
    """A DNS that says something else each time that it is asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *addresses: list[str]) -> None:
        self.asked: list[str] = []
        self._addresses = list(addresses)
        monkeypatch.setattr(pinned, "getaddrinfo", self)

    def __call__(self, host: str, port: int, **_: Any) -> list[tuple[Any, ...]]:
        self.asked.append(host)
        told = self._addresses.pop(0) if len(self._addresses) > 1 else self._addresses[0]
        kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        return [(*kind, (address, port)) for address in told]


def url_of(receiver: Receiver) -> str:
    return f"https://{HOST}:{receiver.server_port}/hook"


def test_a_message_goes_over_tls(receiver: TlsReceiver, monkeypatch: pytest.MonkeyPatch) -> None:
    Names(monkeypatch, ["127.0.0.1"])
    assert post(url_of(receiver), {"webhook-id": "1"}, b"{}", private=True).status == 204
    ((headers, body),) = receiver.heard
    assert (headers["host"], headers["webhook-id"]) == (f"{HOST}:{receiver.server_port}", "1")
    assert body == b"{}"


def test_a_certificate_of_another_name_is_refused(
    authority: trustme.CA, monkeypatch: pytest.MonkeyPatch
) -> None:
    Names(monkeypatch, ["127.0.0.1"])
    for server in serving(TlsReceiver(authority, "other.example.org")):
        answer = post(url_of(server), {}, b"{}", private=True)
        assert answer.status is None
        assert "certificate" in str(answer.error).lower()
        assert server.heard == []


def test_a_certificate_that_nobody_vouches_for_is_refused(
    receiver: TlsReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    Names(monkeypatch, ["127.0.0.1"])
    monkeypatch.delenv("SSL_CERT_FILE")
    answer = post(url_of(receiver), {}, b"{}", private=True)
    assert answer.status is None
    assert "certificate" in str(answer.error).lower()
    assert receiver.heard == []


def test_a_name_is_asked_for_once_and_its_addresses_are_looked_at(
    receiver: TlsReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    # First public, a moment later inside: only the first answer counts.
    names = Names(monkeypatch, ["127.0.0.1"], ["10.0.0.1"])
    assert post(url_of(receiver), {}, b"{}", private=True).status == 204
    assert names.asked == [HOST]
    for told in (["127.0.0.1"], ["93.184.216.34", "127.0.0.1"], ["::ffff:10.0.0.1"]):
        names = Names(monkeypatch, told)
        answer = post(url_of(receiver), {}, b"{}", private=False)
        assert "not public" in str(answer.error)
        assert names.asked == [HOST]
    assert len(receiver.heard) == 1


def test_a_name_that_is_not_found_in_time_is_given_up(
    receiver: TlsReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = threading.Event()

    def silent(*_: object, **__: object) -> list[tuple[Any, ...]]:
        answered.wait()
        return []

    monkeypatch.setattr(pinned, "getaddrinfo", silent)
    monkeypatch.setattr(pinned, "NAME_SECONDS", 0.05)
    try:
        answer = post(url_of(receiver), {}, b"{}", private=True)
        assert "name was not found" in str(answer.error)
        # Names that nobody answers for take no more than so many threads.
        for _ in range(2 * pinned.NAMES_AT_ONCE):
            assert post(url_of(receiver), {}, b"{}", private=True).status is None
        waiting = [each for each in threading.enumerate() if each.name.startswith("resolver")]
        assert len(waiting) == pinned.NAMES_AT_ONCE
    finally:
        answered.set()
    monkeypatch.undo()
    assert "name" in str(post("https://nowhere.invalid/", {}, b"{}", private=True).error).lower()
