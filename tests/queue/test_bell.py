"""Whatever a broker answers, the next task is rung all the same."""

import time

import pytest

from agensium.queue.app import QUEUE, create_celery
from agensium.queue.bell import CeleryBell
from tests.servers.valkey import Valkey


def heard(valkey: Valkey, count: int) -> bool:
    for _ in range(1000):
        with valkey.client() as client:
            if client.llen(QUEUE) == count:
                return True
        time.sleep(0.01)
    return False


def test_the_bell_survives_odd_answers(valkey: Valkey, caplog: pytest.LogCaptureFixture) -> None:
    bell = CeleryBell(create_celery(valkey.url))
    with valkey.client() as client:
        client.set(QUEUE, "not a list")
    bell.ring("first")
    for _ in range(1000):
        if "task first not rung" in caplog.text:
            break
        time.sleep(0.01)
    with valkey.client() as client:
        client.delete(QUEUE)
    bell.ring("second")
    assert heard(valkey, 1)
    assert "task first not rung" in caplog.text
    bell.close()


def test_the_bell_survives_a_restart_of_the_broker(valkey: Valkey) -> None:
    bell = CeleryBell(create_celery(valkey.url))
    bell.ring("first")
    assert heard(valkey, 1)
    valkey.kill()
    bell.ring("lost")
    valkey.restart()
    for number in range(600):
        bell.ring(f"later {number}")
        with valkey.client() as client:
            if int(client.llen(QUEUE)) > 1:
                break
        time.sleep(0.1)
    with valkey.client() as client:
        assert int(client.llen(QUEUE)) > 1
    bell.close()
