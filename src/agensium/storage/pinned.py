"""Connections to addresses that a user named, without being led elsewhere.

A name is resolved once, every address that it has is looked at, and the connection goes to one of
these: a name that points to another place a moment later changes nothing. Proxies are not asked.
"""

import ipaddress
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable
from functools import partial
from socket import getaddrinfo
from typing import Any, Final

import httpcore2

NAME_SECONDS: Final = 5.0
NAMES_AT_ONCE: Final = 16
SLICE_SECONDS: Final = 1.0
_NOT_OPEN: Final = tuple(
    ipaddress.ip_network(each)
    for each in (
        # IPv6 addresses that hold an IPv4 address, which may be any
        "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32",
        # what a cloud's machines ask about themselves, at an address that is public by its number
        "168.63.129.16/32",
    )
)  # fmt: skip


class NotPublicError(Exception):
    """A name leads to an address that is not open to everybody."""


class NameSilentError(Exception):
    """Nobody says in time where a name leads."""


def is_public(address: str) -> bool:
    """Tell whether an address is open to everybody."""
    found = ipaddress.ip_address(address.split("%", 1)[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return is_public(str(found.ipv4_mapped))
        if found.is_site_local:
            return False
    if any(found in network for network in _NOT_OPEN if network.version == found.version):
        return False
    return found.is_global and not found.is_multicast


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


OnWait = Callable[[], None]


class Patience:
    """How long is waited: until a deadline, and not longer than a while for one answer.

    Args:
        seconds: how long everything may take together.
        silence: how long the other side may say nothing.
        on_wait: is called about once a second while it says nothing, and may raise.

    """

    def __init__(
        self, seconds: float, silence: float | None = None, on_wait: OnWait | None = None
    ) -> None:
        self._deadline = time.monotonic() + seconds
        self._silence = seconds if silence is None else silence
        self._on_wait = on_wait

    def left(self) -> float:
        """Return how many seconds may pass before the next answer.

        Raises:
            TimeoutError: the deadline is over.

        """
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return min(left, self._silence)

    def read(self, stream: httpcore2.NetworkStream, max_bytes: int) -> bytes:
        """Read what comes next."""
        if self._on_wait is None:
            return stream.read(max_bytes, self.left())
        silent_until = time.monotonic() + self.left()
        while True:
            left = silent_until - time.monotonic()
            try:
                return stream.read(max_bytes, max(0.001, min(left, SLICE_SECONDS)))
            except httpcore2.ReadTimeout:
                if left <= SLICE_SECONDS:
                    raise
                self._on_wait()


class Pinned(httpcore2.NetworkBackend):
    """Connects to addresses that were looked at.

    Args:
        patience: how long is waited.
        private: whether addresses of private networks are allowed.

    """

    def __init__(self, patience: Patience, *, private: bool) -> None:
        self._patience, self._private = patience, private
        self._plain = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,  # noqa: ANN401 - as the base has it
    ) -> httpcore2.NetworkStream:
        """Connect to the first address of a name that takes the connection.

        Raises:
            NotPublicError: one of them is not public.
            NameSilentError: nobody says where the name leads.

        """
        del timeout
        addresses = resolve(host, port, min(NAME_SECONDS, self._patience.left()))
        if not self._private and not all(is_public(each) for each in addresses):
            raise NotPublicError("the name leads to an address that is not public")
        *others, last = addresses
        for address in others:
            try:
                return self._connect(address, port, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                continue
        return self._connect(last, port, local_address, socket_options)

    def _connect(
        self,
        address: str,
        port: int,
        local_address: str | None,
        socket_options: Any,  # noqa: ANN401 - as the base has it
    ) -> httpcore2.NetworkStream:
        left = self._patience.left()
        stream = self._plain.connect_tcp(address, port, left, local_address, socket_options)
        return _Bounded(stream, self._patience)


class _Bounded(httpcore2.NetworkStream):
    """A connection that ends at a deadline, however slowly the other side drips."""

    def __init__(self, stream: httpcore2.NetworkStream, patience: Patience) -> None:
        self._stream, self._patience = stream, patience

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        del timeout
        return self._patience.read(self._stream, max_bytes)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        del timeout
        self._stream.write(buffer, self._patience.left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        del timeout
        secure = self._stream.start_tls(ssl_context, server_hostname, self._patience.left())
        return _Bounded(secure, self._patience)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - as the base has it
        return self._stream.get_extra_info(info)
