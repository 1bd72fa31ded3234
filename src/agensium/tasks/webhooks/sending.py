"""Sending to an address that a user named, without being led elsewhere.

The name is resolved once, the addresses are looked at, and the connection goes to one of these:
a name that points to another place a moment later changes nothing. Redirects are not followed,
proxies are not asked, and time and size are bounded.
"""

import ipaddress
import queue
import socket
import ssl
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from socket import getaddrinfo
from typing import Any, Final
from urllib.parse import urlsplit

import httpcore2

from agensium import __version__
from agensium.core.errors import InvalidRequest
from agensium.tasks.webhooks.models import URL_CHARS

SECONDS: Final = 15.0
NAME_SECONDS: Final = 5.0
NAMES_AT_ONCE: Final = 16
MAX_ANSWER_BYTES: Final = 64 << 10
_TRANSLATED: Final = tuple(
    ipaddress.ip_network(each) for each in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16")
)
"""IPv6 addresses that hold an IPv4 address, which may be any."""


@dataclass(frozen=True)
class Answer:
    """What came of an attempt: a status, or why there is none."""

    status: int | None
    error: str | None = None

    @property
    def is_success(self) -> bool:
        """Whether the receiver took the message."""
        return self.status is not None and 200 <= self.status < 300


class NotPublicError(Exception):
    """A name leads to an address that is not open to everybody."""


class NameSilentError(Exception):
    """Nobody says in time where a name leads."""


def check_address(url: str, *, private: bool) -> None:
    """Refuse what cannot be a webhook's address; names are resolved only when something is sent.

    Args:
        url: the address.
        private: whether http and addresses of private networks are allowed.

    Raises:
        InvalidRequest: it cannot.

    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    schemes = {"https", "http"} if private else {"https"}
    plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= URL_CHARS
    if not plain or parts.scheme not in schemes or not host or parts.username is not None:
        raise InvalidRequest(
            "The webhook's address is not one that begins with https:// and names a host.",
            hint="http:// is possible if the operator sets AGENSIUM_WEBHOOK_PRIVATE.",
        )
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return
    if not private and not is_public(str(address)):
        raise InvalidRequest("The webhook's address is not public.")


def is_public(address: str) -> bool:
    """Tell whether an address is open to everybody."""
    found = ipaddress.ip_address(address.split("%", 1)[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return is_public(str(found.ipv4_mapped))
        if any(found in network for network in _TRANSLATED) or found.teredo is not None:
            return False
    return found.is_global and not found.is_multicast


def post(url: str, headers: dict[str, str], payload: bytes, *, private: bool) -> Answer:
    """Send a message; every failure is an answer."""
    told = {
        **headers,
        "content-type": "application/json",
        "user-agent": f"Agensium/{__version__}",
    }
    backend = _Pinned(time.monotonic() + SECONDS, private=private)
    try:
        with (
            httpcore2.ConnectionPool(network_backend=backend, retries=0) as pool,
            pool.stream("POST", url, headers=list(told.items()), content=payload) as response,
        ):
            _read(response.iter_stream())
            return Answer(response.status)
    except NotPublicError as error:
        return Answer(None, str(error))
    except NameSilentError:
        return Answer(None, f"the name was not found within {NAME_SECONDS:g} seconds")
    except (httpcore2.TimeoutException, TimeoutError):
        return Answer(None, f"no answer within {SECONDS:g} seconds")
    except (
        httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.UnsupportedProtocol,
        OSError, ssl.SSLError, ValueError,
    ) as error:  # fmt: skip
        return Answer(None, f"{type(error).__name__}: {error}")


def _read(chunks: Iterable[bytes]) -> None:
    """Read a little of an answer; nobody wants more."""
    read = 0
    for chunk in chunks:
        read += len(chunk)
        if read > MAX_ANSWER_BYTES:
            return


_names_at_once: Final = threading.Semaphore(NAMES_AT_ONCE)


def resolve(host: str, port: int, seconds: float) -> list[str]:
    """Return the addresses of a name.

    The system's resolver cannot be told to give up, so it is asked in a thread that may be left
    behind, of which there are never more than ``NAMES_AT_ONCE``.

    Raises:
        NameSilentError: there is no answer in time.
        OSError: there is no such name.

    """
    if not _names_at_once.acquire(timeout=seconds):
        raise NameSilentError
    told: queue.Queue[list[str] | OSError] = queue.Queue()
    asker = partial(_ask, host, port, told)
    threading.Thread(target=asker, name=f"resolver-{host}", daemon=True).start()
    try:
        found = told.get(timeout=seconds)
    except queue.Empty:
        raise NameSilentError from None
    if isinstance(found, OSError):
        raise found
    return found


def _ask(host: str, port: int, told: "queue.Queue[list[str] | OSError]") -> None:
    try:
        found = getaddrinfo(host, port, type=socket.SOCK_STREAM)
        told.put(list(dict.fromkeys(str(each[4][0]) for each in found)))
    except (OSError, UnicodeError) as error:
        told.put(error if isinstance(error, OSError) else OSError(str(error)))
    finally:
        _names_at_once.release()


class _Pinned(httpcore2.NetworkBackend):
    """Connects to addresses that were looked at, until a deadline."""

    def __init__(self, deadline: float, *, private: bool) -> None:
        self._deadline, self._private = deadline, private
        self._plain = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,  # noqa: ANN401 - as the base has it
    ) -> httpcore2.NetworkStream:
        del timeout
        addresses = resolve(host, port, min(NAME_SECONDS, _left(self._deadline)))
        if not self._private and not all(is_public(each) for each in addresses):
            raise NotPublicError("the name leads to an address that is not public")
        left = _left(self._deadline)
        stream = self._plain.connect_tcp(addresses[0], port, left, local_address, socket_options)
        return _Bounded(stream, self._deadline)


class _Bounded(httpcore2.NetworkStream):
    """A connection that ends at a deadline, however slowly the other side drips."""

    def __init__(self, stream: httpcore2.NetworkStream, deadline: float) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        del timeout
        return self._stream.read(max_bytes, _left(self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        del timeout
        self._stream.write(buffer, _left(self._deadline))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        del timeout
        secure = self._stream.start_tls(ssl_context, server_hostname, _left(self._deadline))
        return _Bounded(secure, self._deadline)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - as the base has it
        return self._stream.get_extra_info(info)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
