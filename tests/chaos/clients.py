"""The clients: each runs its errands over HTTP and writes down what it was told."""

import logging
import random
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Final
from urllib.parse import urlsplit

import httpx2

from tests.chaos.journal import TERMINAL
from tests.chaos.load import Errand
from tests.chaos.stage import Actor, Stage

log = logging.getLogger(__name__)

TIMEOUT_SECONDS: Final = 60.0
POLL_SECONDS: Final = 0.5
PATIENCE_SECONDS: Final = 400.0


@dataclass(frozen=True)
class Exchange:
    """One request: to whom, when, and the status that came back; 0 when none did.

    `asked` is when the API had been sent all of it: before that it is the sender's time as well.
    """

    api: str
    request: str
    began: float
    asked: float
    ended: float
    status: int
    retry_after: bool

    @property
    def waited(self) -> float:
        """How long the sender waited for the answer."""
        return self.ended - self.asked


class Sent(BytesIO):
    """A file that remembers when its last bytes were taken to be sent."""

    taken: float = 0.0

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        self.taken = time.time()
        return data


@dataclass
class Ticket:
    """What a client was promised and what it saw; times in seconds since 1970."""

    errand: Errand
    task_id: str
    accepted: float
    final: str | None = None
    cancelled: float | None = None
    deleted: bool = False


@dataclass
class Clients:
    """All clients of a run."""

    stage: Stage
    seed: int
    tickets: list[Ticket] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def run(self, errands: list[Errand], at_once: int) -> None:
        """Run all errands, so many at a time."""
        with ThreadPoolExecutor(at_once, thread_name_prefix="client") as pool:
            for future in [pool.submit(self._run, errand) for errand in errands]:
                future.result()

    def _run(self, errand: Errand) -> None:
        rng = random.Random(self.seed * 1_000_003 + errand.number)
        for _ in range(errand.hang_ups):
            self._hang_up(rng.choice(self.stage.apis), errand)
        ticket = self._submit(errand, rng)
        if ticket is None:
            return
        if errand.cancel_after is not None:
            time.sleep(errand.cancel_after)
            self._cancel(ticket, rng)
        self._follow(ticket, rng)
        log.info("task %d of the run: %s %s", errand.number, ticket.task_id, ticket.final)
        if errand.delete and ticket.final is not None:
            self._delete(ticket, rng)

    def _submit(self, errand: Errand, rng: random.Random) -> Ticket | None:
        name = f"chaos-{self.seed}-{errand.number}"
        key = {"Idempotency-Key": name, "X-Request-ID": name}
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            file = (errand.content.name, Sent(errand.content.data))
            answer = self._ask(
                rng, "POST", "/profile/async?reuse=false", files={"file": file}, headers=key
            )
            if answer is not None and answer.status_code == 202:
                ticket = Ticket(errand, answer.json()["task_id"], time.time())
                self.tickets.append(ticket)
                return ticket
            time.sleep(rng.uniform(0.2, 1.0))
        return None

    def _follow(self, ticket: Ticket, rng: random.Random) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline and not self.ended.is_set():
            answer = self._ask(rng, "GET", f"/tasks/{ticket.task_id}?result=false&wait=2")
            if answer is not None and answer.status_code == 200:
                status = answer.json()["status"]
                if status in TERMINAL:
                    ticket.final = status
                    return
            time.sleep(POLL_SECONDS)

    def _cancel(self, ticket: Ticket, rng: random.Random) -> None:
        answer = self._insist(rng, "POST", f"/tasks/{ticket.task_id}/cancel")
        if answer is not None and answer.status_code == 202:
            ticket.cancelled = time.time()

    def _delete(self, ticket: Ticket, rng: random.Random) -> None:
        # A second try may find it gone: the first one's answer was lost, not its effect.
        answer = self._insist(rng, "DELETE", f"/tasks/{ticket.task_id}")
        ticket.deleted = answer is not None and answer.status_code in {204, 404}

    def _insist(self, rng: random.Random, verb: str, path: str) -> httpx2.Response | None:
        for _ in range(60):
            answer = self._ask(rng, verb, path)
            if answer is not None and answer.status_code < 500:
                return answer
            time.sleep(0.5)
        return None

    def _ask(
        self, rng: random.Random, verb: str, path: str, **options: Any
    ) -> httpx2.Response | None:
        api = rng.choice(self.stage.apis)
        began, answer = time.time(), None
        with suppress(httpx2.TransportError):
            answer = httpx2.request(verb, api.url + path, timeout=TIMEOUT_SECONDS, **options)
        status = 0 if answer is None else answer.status_code
        promised = answer is not None and "retry-after" in answer.headers
        request = f"{verb} {path.split('/')[1]}"
        asked = max(began, 0.0, *(file.taken for _, file in options.get("files", {}).values()))
        self.exchanges.append(
            Exchange(api.name, request, began, asked, time.time(), status, promised)
        )
        return answer

    def _hang_up(self, api: Actor, errand: Errand) -> None:
        """Send half of a form and close the connection."""
        host, port = urlsplit(api.url).netloc.split(":")
        data = errand.content.data
        part = b'--x\r\nContent-Disposition: form-data; name="file"; filename="half.csv"\r\n\r\n'
        head = (
            "POST /profile/async HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            "Content-Type: multipart/form-data; boundary=x\r\n"
            f"Content-Length: {len(part) + len(data) + 9}\r\n\r\n"
        )
        with suppress(OSError), socket.create_connection((host, int(port)), timeout=5) as sender:
            sender.settimeout(5)
            sender.sendall(head.encode() + part + data[: len(data) // 2])
