"""Taking in a form with files: each file goes to the storage while it arrives."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Final, Self

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from agensium.api.multipart import PartBegun, PartData, form_events
from agensium.core.errors import InvalidRequest
from agensium.tasks.receive import Received, Receiving, too_large
from agensium.wiring import Services

WRITE_BYTES: Final = 1 << 20
MAX_TEXT_BYTES: Final = 1 << 20
MAX_FILES: Final = 16
DRAIN_BYTES: Final = 32 << 20
MAX_NAME_CHARS: Final = 255
FORM_OVERHEAD_BYTES: Final = 64 << 10
UNNAMED: Final = "unnamed"


@dataclass(frozen=True)
class Form:
    """A form that was taken in: files lie in the storage, and have no owner yet."""

    files: dict[str, Received] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)


class Intake:
    """Takes one form in, with these text fields; use it as a context.

    Files that nobody takes over with ``keep`` are deleted at the end, so that a refused or
    broken request leaves nothing behind.
    """

    def __init__(self, services: Services, texts: frozenset[str]) -> None:
        self._services, self._texts = services, texts
        self._max_bytes = services.settings.max_upload_bytes
        self._open = ExitStack()
        self._finished: list[Receiving] = []
        self._form = Form()
        self._name: str | None = None
        self._receiving: Receiving | None = None
        self._field = ""
        self._nameless = False
        self._buffer = bytearray()

    async def take(self, request: Request) -> Form:
        """Read the whole form.

        Raises:
            TooLarge: a file, or all of them together, is larger than allowed.
            InvalidRequest: the form is malformed.
            InvalidInput: a file is nothing that can be read.

        """
        await self._check_length(request)
        async for event in form_events(request):
            if isinstance(event, PartBegun):
                await self._begin(event)
            elif isinstance(event, PartData):
                await self._data(event.data)
            else:
                await self._end()
        return self._form

    def keep(self) -> None:
        """Leave the files to their new owner."""
        self._finished.clear()

    async def __aenter__(self) -> Self:
        """Begin."""
        return self

    async def __aexit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Delete what nobody took over."""
        del kind, trace
        if error is not None or self._finished:
            await run_in_threadpool(self._discard, error)

    def _discard(self, error: BaseException | None) -> None:
        self._open.__exit__(type(error) if error else None, error, None)
        for receiving in self._finished:
            receiving.discard(error)

    async def _check_length(self, request: Request) -> None:
        length = request.headers.get("content-length", "")
        if length.isdigit() and int(length) > self._max_bytes + FORM_OVERHEAD_BYTES:
            if "expect" not in request.headers:  # who asks first has sent nothing yet
                await _drain(request)
            raise too_large(self._max_bytes)

    async def _begin(self, part: PartBegun) -> None:
        self._field, self._name = part.field, None
        if part.field in self._form.files or part.field in self._form.texts:
            raise InvalidRequest(f"The field '{part.field[:64]}' comes twice.")
        if part.file_name is None:
            self._require_known(part.field)
            return
        # A browser sends a nameless, empty file where none was chosen.
        self._nameless = not part.file_name
        if not self._nameless:
            self._begin_file(part.file_name)

    def _begin_file(self, name: str) -> None:
        if len(self._form.files) >= MAX_FILES:
            raise InvalidRequest(f"A request may have {MAX_FILES} files at most.")
        self._name, self._nameless = clean_name(name), False

    def _require_known(self, field: str) -> None:
        if field not in self._texts:
            raise InvalidRequest(
                f"There is no text field '{field[:64]}'.",
                hint="A file is sent with its name, as in: curl -F file=@table.csv.",
            )

    def _receive(self, name: str) -> Receiving:
        services = self._services
        taken = sum(file.bytes for file in self._form.files.values())
        return self._open.enter_context(
            Receiving(
                services.database,
                services.storage,
                name,
                self._max_bytes - taken,
                services.clock,
            )
        )

    async def _data(self, data: bytes) -> None:
        if self._nameless and data:
            self._begin_file(UNNAMED)
        self._buffer += data
        if self._name is None:
            if len(self._buffer) > MAX_TEXT_BYTES:
                raise InvalidRequest(f"The field '{self._field[:64]}' is too long.")
        elif len(self._buffer) >= WRITE_BYTES:
            await run_in_threadpool(self._store, self._name, self._taken())

    def _taken(self) -> bytes:
        data = bytes(self._buffer)
        self._buffer.clear()
        return data

    def _store(self, name: str, data: bytes) -> Receiving:
        if self._receiving is None:
            self._receiving = self._receive(name)
        self._receiving.write(data)
        return self._receiving

    async def _end(self) -> None:
        if self._nameless:
            self._nameless = False
            return
        if self._name is None:
            self._form.texts[self._field] = self._taken().decode("utf-8", "replace")
            return
        # A small file comes whole: one thread notes, stores and completes it.
        self._form.files[self._field] = await run_in_threadpool(
            self._complete, self._name, self._taken()
        )
        self._name = None

    def _complete(self, name: str, data: bytes) -> Received:
        receiving = self._store(name, data)
        self._receiving = None
        received = receiving.finish()
        self._finished.append(receiving)
        return received


async def _drain(request: Request) -> None:
    """Read a little of a body that is refused.

    Many senders look for an answer only when they have sent everything; closing the connection
    before would take the answer from them. Those with more than a little have to look earlier.
    """
    read = 0
    async for chunk in request.stream():
        read += len(chunk)
        if read > DRAIN_BYTES:
            return


def clean_name(name: str) -> str:
    """Return a sender's file name without folders and control characters, and not too long."""
    # Browsers write these three as in an address, and nothing else (WHATWG's form encoding).
    plain = name.replace("%22", '"').replace("%0A", "").replace("%0D", "")
    base = plain.replace("\\", "/").rsplit("/", 1)[-1]
    printable = "".join(char for char in base if char.isprintable()).strip()
    return printable[:MAX_NAME_CHARS] if printable.strip(".") else UNNAMED
