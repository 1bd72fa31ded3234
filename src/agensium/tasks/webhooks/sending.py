"""Sending to an address that a user named, without being led elsewhere.

The connection is pinned to addresses that were looked at. Redirects are not followed, and time and
size are bounded.
"""

import ipaddress
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import httpcore2

from agensium import __version__
from agensium.core.errors import InvalidRequest
from agensium.storage.pinned import (
    NAME_SECONDS,
    NameSilentError,
    NotPublicError,
    Patience,
    Pinned,
    is_public,
)
from agensium.tasks.webhooks.models import URL_CHARS

SECONDS: Final = 15.0
MAX_ANSWER_BYTES: Final = 64 << 10


@dataclass(frozen=True)
class Answer:
    """What came of an attempt: a status, or why there is none."""

    status: int | None
    error: str | None = None

    @property
    def is_success(self) -> bool:
        """Whether the receiver took the message."""
        return self.status is not None and 200 <= self.status < 300


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


def post(url: str, headers: dict[str, str], payload: bytes, *, private: bool) -> Answer:
    """Send a message; every failure is an answer."""
    told = {
        **headers,
        "content-type": "application/json",
        "user-agent": f"Agensium/{__version__}",
    }
    backend = Pinned(Patience(SECONDS), private=private)
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
