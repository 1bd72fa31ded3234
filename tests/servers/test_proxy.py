import socket
import time
from collections.abc import Iterator

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from tests.servers.proxy import Proxy, run_proxy
from tests.servers.valkey import Valkey


@pytest.fixture
def proxy(valkey: Valkey) -> Iterator[Proxy]:
    with run_proxy(valkey.port) as between:
        yield between


@pytest.fixture
def client(proxy: Proxy) -> Iterator[redis.Redis]:
    with redis.Redis(
        port=proxy.port, socket_timeout=1, retry=Retry(NoBackoff(), retries=0)
    ) as through:
        yield through


def test_a_fine_network_passes_everything(client: redis.Redis) -> None:
    client.set("key", b"x" * 1_000_000)
    assert client.get("key") == b"x" * 1_000_000


def test_a_hanging_network_answers_after_healing(proxy: Proxy, client: redis.Redis) -> None:
    client.ping()
    proxy.hang()
    with pytest.raises(redis.TimeoutError):
        client.ping()
    proxy.heal()
    assert client.ping()


def test_a_refused_connection_works_after_healing(proxy: Proxy, client: redis.Redis) -> None:
    client.ping()
    proxy.refuse()
    with pytest.raises(redis.ConnectionError):
        client.ping()
    with pytest.raises(redis.ConnectionError, match="refused"):
        client.ping()
    proxy.heal()
    assert client.ping()


def test_an_open_connection_can_be_reset(proxy: Proxy, client: redis.Redis) -> None:
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=5) as connection:
        connection.sendall(b"PING\r\n")
        assert connection.recv(100) == b"+PONG\r\n"
        proxy.reset()
        with pytest.raises(ConnectionResetError):
            connection.recv(100)
    assert client.ping()


def test_a_slow_network_is_slow(proxy: Proxy, client: redis.Redis) -> None:
    client.ping()
    proxy.delay_seconds = 0.2
    start = time.monotonic()
    client.ping()
    assert time.monotonic() - start > 0.4
