"""Multipart forms as they come in: a file's bytes are handed on and never lie here whole."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from agensium.core.errors import InvalidRequest

HINT: Final = "Send multipart/form-data, as in: curl -F file=@table.csv."


@dataclass(frozen=True)
class PartBegun:
    """A part of the form begins; a part with a file name is a file."""

    field: str
    file_name: str | None


@dataclass(frozen=True)
class PartData:
    """Bytes of the part that began last."""

    data: bytes


@dataclass(frozen=True)
class PartEnded:
    """The part that began last is complete."""


Event = PartBegun | PartData | PartEnded


class _Listener:
    """Turns the parser's callbacks into events."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.complete = False
        self._name, self._value = bytearray(), bytearray()
        self._disposition = b""

    def callbacks(self) -> dict[str, object]:
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._header_name,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_headers_finished": self._headers_finished,
            "on_part_data": self._data,
            "on_part_end": lambda: self.events.append(PartEnded()),
            "on_end": self._end,
        }

    def _begin(self) -> None:
        self._disposition = b""

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        if self._name.lower() == b"content-disposition":
            self._disposition = bytes(self._value)
        self._name.clear()
        self._value.clear()

    def _headers_finished(self) -> None:
        _, options = parse_options_header(self._disposition)
        if b"name" not in options:
            raise InvalidRequest("A part of the form has no name.", hint=HINT)
        name = options[b"name"].decode("utf-8", "replace")
        file_name = options.get(b"filename", options.get(b"filename*"))
        text = None if file_name is None else file_name.decode("utf-8", "replace")
        self.events.append(PartBegun(name, text))

    def _data(self, data: bytes, start: int, end: int) -> None:
        self.events.append(PartData(data[start:end]))

    def _end(self) -> None:
        self.complete = True


async def form_events(request: Request) -> AsyncIterator[Event]:
    """Parse the body while it comes in.

    Raises:
        InvalidRequest: it is no multipart form, or it ends too early.

    """
    listener = _Listener()
    parser = MultipartParser(_boundary(request), listener.callbacks())  # type: ignore[arg-type]
    try:
        async for chunk in request.stream():
            parser.write(chunk)
            for event in listener.events:
                yield event
            listener.events.clear()
    except MultipartParseError as error:
        raise InvalidRequest(f"The form cannot be read: {error}.", hint=HINT) from error
    if not listener.complete:
        raise InvalidRequest("The form ends too early.", hint=HINT)


def _boundary(request: Request) -> bytes:
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data" or b"boundary" not in options:
        raise InvalidRequest("The request is not a multipart form.", hint=HINT)
    return options[b"boundary"]
