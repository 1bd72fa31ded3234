"""Files at addresses: fetched within limits, and from nowhere that is not allowed."""

import socket
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agensium.core.errors import (
    AgensiumError,
    InvalidRequest,
    SourceNotAllowed,
    SourceRefused,
    SourceTooLarge,
    SourceUnreachable,
)
from agensium.storage import pinned
from agensium.storage.pinned import is_public
from agensium.storage.s3_settings import S3Settings
from agensium.storage.source_rules import SourceRules, name_of, shown_address
from agensium.storage.sources import Sources
from tests.servers.missing import ServerMissingError, skip_loudly
from tests.servers.process import free_ports
from tests.servers.seaweedfs import Bucket
from tests.servers.web import Web, make_certificate, run_web

HERE = SourceRules(hosts=("127.0.0.1",), schemes=("http", "https"), private=True)
TABLE = b"id,name\n1,a\n2,b\n"


def fetch(address: str, rules: SourceRules = HERE, s3: S3Settings | None = None) -> bytes:
    with Sources(rules, s3).open(address) as file:
        return b"".join(file.chunks)


def test_a_file_comes_as_it_is(web: Web) -> None:
    body = bytes(range(256)) * 5000
    assert fetch(web.serve("/t.csv", body) + "?key=1#part") == body
    (asked,) = web.asked
    assert asked[0] == "/t.csv?key=1"
    assert asked[1]["host"] == f"127.0.0.1:{web.server_port}"
    assert asked[1]["accept-encoding"] == "identity"


def test_proxies_of_the_environment_are_not_asked(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert fetch(web.serve("/t.csv", TABLE)) == TABLE


def test_the_certificate_is_checked_against_the_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    try:
        certificate = make_certificate(tmp_path, "localhost")
    except ServerMissingError as missing:
        skip_loudly(missing)
    rules = replace(HERE, hosts=("localhost", "127.0.0.1"))
    with run_web(certificate=certificate) as web:
        web.serve("/t.csv", TABLE)
        with pytest.raises(SourceUnreachable):
            fetch(web.url("/t.csv", "localhost"), rules)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert fetch(web.url("/t.csv", "localhost"), rules) == TABLE
        with pytest.raises(SourceUnreachable):
            fetch(web.url("/t.csv", "127.0.0.1"), rules)
    assert [path for path, _ in web.asked] == ["/t.csv"]


@pytest.mark.parametrize(
    "rules",
    [
        SourceRules(),
        replace(HERE, hosts=("example.org",)),
        replace(HERE, hosts=("*.0.0.1",), schemes=("https",)),
        replace(HERE, private=False),
        replace(HERE, hosts=("*",), private=False),
    ],
)
def test_what_is_not_allowed_is_not_asked(web: Web, rules: SourceRules) -> None:
    address = web.serve("/t.csv", TABLE)
    with pytest.raises(SourceNotAllowed):
        fetch(address, rules)
    assert web.asked == []


@pytest.mark.parametrize(
    "host", ["localhost", "0x7f.1", "2130706433", "127.1", "[::1]", "[::ffff:127.0.0.1]", "0"]
)
def test_no_spelling_of_this_machine_is_public(web: Web, host: str) -> None:
    web.serve("/t.csv", TABLE)
    rules = SourceRules(hosts=("*",), schemes=("http",))
    with pytest.raises((SourceNotAllowed, SourceUnreachable)):
        fetch(web.url("/t.csv", host), rules)
    assert web.asked == []


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1", "192.168.1.1", "100.64.0.1",
        "0.0.0.0", "255.255.255.255", "224.0.0.1", "192.0.2.1", "168.63.129.16",
        "::", "::1", "::127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::a00:1",
        "2002:7f00:1::", "2001:0:7f00:1::", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0",
        "fec0::1", "ff02::1", "2001:db8::1",
    ],
)  # fmt: skip
def test_addresses_that_are_not_for_everybody(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:1.1.1.1"])
def test_addresses_that_are(address: str) -> None:
    assert is_public(address)


class Resolver:
    """Answers differently each time, as a name server of a stranger may."""

    def __init__(self, *answers: tuple[str, ...]) -> None:
        self.answers, self.asked = list(answers), 0
        self.real = socket.getaddrinfo

    def __call__(self, host: Any, port: Any, *more: Any, **named: Any) -> list[Any]:
        if host != "rebinding.test":
            return self.real(host, port, *more, **named)
        self.asked += 1
        found = self.answers.pop(0)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in found]


def test_a_name_that_changes_its_mind_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    resolver = Resolver(("127.0.0.2",), ("127.0.0.1",))
    monkeypatch.setattr(pinned, "getaddrinfo", resolver)
    with run_web("127.0.0.2") as web:
        web.serve("/t.csv", TABLE)
        rules = replace(HERE, hosts=("rebinding.test",))
        assert fetch(web.url("/t.csv", "rebinding.test"), rules) == TABLE
        assert web.asked[0][1]["host"].startswith("rebinding.test:")
    assert resolver.asked == 1


def test_one_private_address_among_public_ones_is_enough_to_refuse(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pinned, "getaddrinfo", Resolver(("93.184.216.34", "127.0.0.1")))
    with pytest.raises(SourceNotAllowed):
        fetch(web.url("/", "rebinding.test"), replace(HERE, hosts=("*",), private=False))
    assert web.asked == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(web: Web, status: int) -> None:
    secret = web.serve("/secret", b"x")
    for target in (secret, "http://169.254.169.254/latest/meta-data/"):
        web.behaviours["/t.csv"] = lambda handler, to=target: handler.give(  # type: ignore[misc]
            b"", status, Location=to
        )
        with pytest.raises(SourceRefused) as refused:
            fetch(web.url("/t.csv"))
        assert refused.value.hint == f"It leads to {target}"
    assert {path for path, _ in web.asked} == {"/t.csv"}


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (404, SourceRefused), (403, SourceRefused), (204, SourceRefused), (206, SourceRefused),
        (429, SourceUnreachable), (500, SourceUnreachable), (503, SourceUnreachable),
    ],
)  # fmt: skip
def test_what_is_no_file_is_no_file(web: Web, status: int, error: type[AgensiumError]) -> None:
    web.behaviours["/t.csv"] = lambda handler: handler.give(b"", status)
    with pytest.raises(error) as raised:
        fetch(web.url("/t.csv"))
    assert raised.value.retryable == (error is SourceUnreachable)


def test_what_says_that_it_is_too_large_is_not_read(web: Web) -> None:
    web.serve("/t.csv", bytes(2000))
    with pytest.raises(SourceTooLarge):
        fetch(web.url("/t.csv"), replace(HERE, max_bytes=1999))


def test_what_never_ends_is_cut_off(web: Web) -> None:
    web.behaviours["/t.csv"] = lambda handler: handler.drip(bytes(1 << 16), 0)
    with pytest.raises(SourceTooLarge):
        fetch(web.url("/t.csv"), replace(HERE, max_bytes=1 << 20))


def test_what_only_drips_ends_with_the_time(web: Web) -> None:
    web.behaviours["/t.csv"] = lambda handler: handler.drip(b"x", 0.05)
    with pytest.raises(SourceUnreachable):
        fetch(web.url("/t.csv"), replace(HERE, seconds=0.5))


def test_who_is_too_slow_is_left(web: Web) -> None:
    web.behaviours["/t.csv"] = lambda handler: handler.drip(b"x", 0.05)
    with pytest.raises(SourceUnreachable, match="fewer than"):
        fetch(web.url("/t.csv"), replace(HERE, grace=0.3))


def test_who_says_nothing_is_left(web: Web) -> None:
    web.behaviours["/t.csv"] = lambda handler: handler.drip(b"", 60)
    with pytest.raises(SourceUnreachable):
        fetch(web.url("/t.csv"), replace(HERE, silence=0.3))


def test_whoever_waits_may_end_it(web: Web) -> None:
    web.behaviours["/t.csv"] = lambda handler: handler.drip(b"", 60)

    def on_wait() -> None:
        raise KeyError("enough")

    with pytest.raises(KeyError), Sources(HERE).open(web.url("/t.csv"), on_wait) as file:
        list(file.chunks)


def test_a_file_that_is_cut_short_is_none(web: Web) -> None:
    web.behaviours["/t.csv"] = lambda handler: handler.give(TABLE, Content_Length="1000")
    with pytest.raises(SourceUnreachable):
        fetch(web.url("/t.csv"))


def test_bytes_after_the_end_are_no_part_of_it(web: Web) -> None:
    web.behaviours["/t.csv"] = lambda handler: handler.give(TABLE, Content_Length="8")
    assert fetch(web.url("/t.csv")) == TABLE[:8]


def test_nobody_there() -> None:
    (port,) = free_ports(1)
    with pytest.raises(SourceUnreachable):
        fetch(f"http://127.0.0.1:{port}/t.csv")


@pytest.mark.parametrize(
    "address",
    [
        "", "t.csv", "ftp://example.org/t.csv", "file:///etc/passwd", "gopher://h/x", "http://",
        "https:///t.csv", "https://user@example.org/t.csv", "https://u:p@example.org/t.csv",
        "https://exa mple.org/", "https://example.org/\nHost: x", "https://exämple.org/t.csv",
        "https://example.org:99999/", "https://example.org:0/", "https://example.org/" + "x" * 2000,
        "s3://bucket", "s3://bucket/", "s3://bucket/a/../b", "s3://bucket//b", "s3:///key",
    ],
)  # fmt: skip
def test_what_is_no_address(address: str) -> None:
    rules = SourceRules(hosts=("*",), schemes=("https", "http"), buckets=("*",))
    with pytest.raises(InvalidRequest):
        rules.check(address)


@pytest.mark.parametrize(
    ("allowed", "address", "fits"),
    [
        ("data.example.org", "https://data.example.org/t.csv", True),
        ("data.example.org", "https://DATA.example.org./t.csv", True),
        ("data.example.org", "https://a.data.example.org/t.csv", False),
        ("data.example.org", "https://data.example.org.evil.test/t.csv", False),
        ("*.example.org", "https://a.b.example.org/t.csv", True),
        ("*.example.org", "https://example.org/t.csv", False),
        ("*.example.org", "https://evilexample.org/t.csv", False),
        ("example.org", "https://example.org\\@evil.test/t.csv", False),
    ],
)
def test_hosts_are_allowed_by_name(allowed: str, address: str, fits: bool) -> None:  # noqa: FBT001
    rules = SourceRules(hosts=(allowed,))
    if fits:
        rules.check(address)
    else:
        with pytest.raises((SourceNotAllowed, InvalidRequest)):
            rules.check(address)


def test_an_object_of_an_allowed_bucket(bucket: Bucket) -> None:
    bucket.client().put_object(Bucket=bucket.name, Key="in/ä b?#.csv", Body=TABLE)
    bucket.client().put_object(Bucket=bucket.name, Key="in/t.csv", Body=TABLE)
    store = S3Settings(
        bucket="",
        access_key_id=bucket.credentials.access_key,
        secret_access_key=bucket.credentials.secret_key,
        endpoint_url=bucket.endpoint_url,
        region=bucket.region,
    )
    rules = SourceRules(buckets=(f"{bucket.name}/in/",))
    assert fetch(f"s3://{bucket.name}/in/t.csv", rules, store) == TABLE
    with pytest.raises(SourceRefused):
        fetch(f"s3://{bucket.name}/in/nothing.csv", rules, store)
    with pytest.raises(SourceTooLarge):
        fetch(f"s3://{bucket.name}/in/t.csv", replace(rules, max_bytes=3), store)
    for key in ("out/t.csv", "in", "in/../out/t.csv"):
        with pytest.raises((SourceNotAllowed, InvalidRequest)):
            fetch(f"s3://{bucket.name}/{key}", rules, store)
    with pytest.raises(SourceRefused):
        fetch(f"s3://{bucket.name}/in/t.csv", rules, replace(store, secret_access_key="wrong"))
    with pytest.raises(SourceUnreachable):
        fetch(
            f"s3://{bucket.name}/in/t.csv", rules, replace(store, endpoint_url="http://127.0.0.1:1")
        )


@pytest.mark.parametrize(
    ("address", "name", "shown"),
    [
        ("https://h.test/a/t%20b.csv?key=secret#x", "t b.csv", "https://h.test/a/t%20b.csv"),
        ("https://h.test/", "h.test", "https://h.test/"),
        ("https://h.test/a/%2e%2e%2f", "h.test", "https://h.test/a/%2e%2e%2f"),
        ("s3://bucket/a/t.csv", "t.csv", "s3://bucket/a/t.csv"),
    ],
)
def test_what_is_shown_of_an_address(address: str, name: str, shown: str) -> None:
    assert name_of(address) == name
    assert shown_address(address) == shown
