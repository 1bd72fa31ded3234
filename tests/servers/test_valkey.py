import pytest
import redis

from tests.servers.valkey import Valkey


def test_a_value_can_be_set_and_read(valkey: Valkey) -> None:
    with redis.Redis.from_url(valkey.url) as client:
        client.set("key", "value")
        assert client.get("key") == b"value"


def test_every_test_finds_it_empty(valkey: Valkey) -> None:
    with valkey.client() as client:
        assert client.keys() == []
        client.set("left", "behind")


def test_values_survive_a_kill(valkey: Valkey) -> None:
    with valkey.client() as client:
        client.set("key", "kept")
    valkey.kill()
    with pytest.raises(redis.ConnectionError), valkey.client() as client:
        client.ping()
    valkey.restart()
    with valkey.client() as client:
        assert client.get("key") == "kept"
