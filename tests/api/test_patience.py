"""Whoever waits for an answer has one in time; a clock that the test moves tells when that is."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from agensium.api.patience import ANSWER_SECONDS, BYTES_A_SECOND, Patient, resting


class Clock(asyncio.SelectorEventLoop):
    """A loop whose time is what the test says."""

    now = 0.0

    def time(self) -> float:
        return self.now

    async def pass_by(self, seconds: float) -> None:
        """Move the time, and let everybody do what is due."""
        self.now += seconds
        for _ in range(5):
            await asyncio.sleep(0)


Work = Callable[[Clock, Request], Awaitable[None]]


def told(work: Work, *bodies: bytes) -> tuple[list[Message], bool]:
    """Return what a sender of these pieces is told, and whether the work came to its end."""
    clock = Clock()
    said: list[Message] = []
    done = False
    pieces = [
        {"type": "http.request", "body": body, "more_body": number < len(bodies)}
        for number, body in enumerate(bodies, 1)
    ]

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal done
        await work(clock, Request(scope, receive))
        await Response("done")(scope, receive, send)
        done = True

    async def send(message: Message) -> None:
        said.append(message)

    async def receive() -> Message:
        await clock.pass_by(ANSWER_SECONDS * 3)  # the sender takes its time
        return pieces.pop(0)

    scope: dict[str, Any] = {"type": "http", "method": "GET", "path": "/tasks", "headers": []}
    clock.run_until_complete(Patient(app)(scope, receive, send))
    clock.close()
    return said, done


def statuses(said: list[Message]) -> list[int]:
    return [each["status"] for each in said if each["type"] == "http.response.start"]


def test_who_answers_in_time_is_heard() -> None:
    async def work(clock: Clock, _: Request) -> None:
        await clock.pass_by(ANSWER_SECONDS - 1)

    assert statuses(told(work)[0]) == [200]


def test_who_is_late_is_answered_for_and_does_its_work_all_the_same() -> None:
    async def work(clock: Clock, _: Request) -> None:
        await clock.pass_by(ANSWER_SECONDS + 1)

    said, done = told(work)
    assert statuses(said) == [503]
    headers = dict(said[0]["headers"])
    assert int(headers[b"retry-after"]) > 0
    assert headers[b"connection"] == b"close"
    assert b'"code":"unavailable"' in said[1]["body"]
    assert done


def test_the_time_is_that_of_all_parts_together() -> None:
    async def work(clock: Clock, request: Request) -> None:
        for _ in range(2):
            await clock.pass_by(ANSWER_SECONDS * 0.6)
            with resting(request):
                await clock.pass_by(ANSWER_SECONDS)

    assert statuses(told(work)[0]) == [503]


def test_who_is_asked_to_wait_may_wait() -> None:
    async def work(clock: Clock, request: Request) -> None:
        with resting(request):
            await clock.pass_by(ANSWER_SECONDS * 10)

    assert statuses(told(work)[0]) == [200]


def test_the_senders_own_time_does_not_count() -> None:
    async def work(clock: Clock, request: Request) -> None:
        async for piece in request.stream():
            await clock.pass_by(ANSWER_SECONDS * 0.6 if piece else 0)

    assert statuses(told(work, b"a", b"b", b"c")[0]) == [200]


def test_what_is_large_may_take_longer() -> None:
    async def work(clock: Clock, request: Request) -> None:
        await request.body()
        await clock.pass_by(ANSWER_SECONDS + 1)

    assert statuses(told(work, b"a", b"b")[0]) == [503]
    assert statuses(told(work, b"a", b"b" * BYTES_A_SECOND * 2)[0]) == [200]
