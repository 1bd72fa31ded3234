"""Patience: who waits for an answer has one in time, whatever the service itself waits for.

Each part that is silent is waited for so long and no longer; but a request may need several parts,
or stand in a line of others that wait for them. What counts in the end is the time together.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from agensium.api.problems import problem_of, problem_response
from agensium.core.errors import Unavailable

ANSWER_SECONDS: Final = 25.0
"""How long the service may think about what it was sent; then the sender is told to come back."""
BYTES_A_SECOND: Final = 32 << 20
"""What is large may take longer: so many bytes of a body allow for a further second."""
_KEY: Final = "agensium.patience"


class Patient:
    """Answers for an application that has not begun to answer in time.

    The clock stands still while the sender has the word, and while the application waits because
    the sender asked it to. What the application does afterwards is done, but nobody hears of it.

    Args:
        app: the application.
        seconds: how long it may take.

    """

    def __init__(self, app: ASGIApp, seconds: float = ANSWER_SECONDS) -> None:
        self._app, self._seconds = app, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a connection as ASGI has it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        turn = scope[_KEY] = _Turn(scope, receive, send, self._seconds)
        turn.run()
        try:
            await self._app(scope, turn.receive, turn.send)
        finally:
            await turn.end()


@contextmanager
def resting(request: Request) -> Iterator[None]:
    """Let a request take its time: it waits because its sender wants it to, or has much to do."""
    turn = request.scope.get(_KEY)
    if not isinstance(turn, _Turn):
        yield
        return
    turn.pause()
    try:
        yield
    finally:
        turn.run()


class _Turn:
    """One request; its time runs while the service has the word."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, seconds: float) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._seconds = self._left = seconds
        self._answers = False
        self._timer: asyncio.TimerHandle | None = None
        self._apology: asyncio.Task[None] | None = None

    def run(self) -> None:
        """Let the time run on."""
        self.pause()
        if not self._answers:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self._left, self._give_up)

    def pause(self) -> None:
        """Let the time stand still."""
        if self._timer is not None:
            self._left = max(0.0, self._timer.when() - asyncio.get_running_loop().time())
            self._timer.cancel()
            self._timer = None

    async def end(self) -> None:
        """Be done with it; what was begun to be said is said."""
        self.pause()
        if self._apology is not None:
            await self._apology

    async def receive(self) -> Message:
        """Give the word to the sender; after it the time begins anew."""
        self.pause()
        message = await self._receive()
        self._seconds += len(message.get("body", b"")) / BYTES_A_SECOND
        self._left = self._seconds
        self.run()
        return message

    async def send(self, message: Message) -> None:
        """Pass the application's answer on, unless the sender has had one."""
        self.pause()
        if self._apology is None:
            self._answers = True
            await self._send(message)

    def _give_up(self) -> None:
        self._timer, self._answers = None, True
        error = Unavailable(
            "The answer takes too long; the request may have been accepted.",
            hint="Send it again; with the same Idempotency-Key it gives the same task.",
        )
        problem = problem_of(error, self._scope["path"])
        response = problem_response(problem, {"Connection": "close"})
        self._apology = asyncio.create_task(response(self._scope, self._receive, self._send))
