"""Files at addresses that a user named: fetched once, piece by piece, within limits."""

import ssl
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import httpcore2

from agensium import __version__
from agensium.core.errors import (
    SourceNotAllowed,
    SourceRefused,
    SourceTooLarge,
    SourceUnreachable,
)
from agensium.storage.pinned import (
    NameSilentError,
    NotPublicError,
    OnWait,
    Patience,
    Pinned,
)
from agensium.storage.s3_settings import S3Settings
from agensium.storage.source_rules import S3, SLOWEST, SourceRules, object_of, split_address

_HEADERS: Final = {
    "user-agent": f"Agensium/{__version__}",
    "accept": "*/*",
    "accept-encoding": "identity",
    "connection": "close",
}
_AGAIN: Final = frozenset({408, 425, 429})
"""What a server answers that may answer otherwise later."""


@dataclass(frozen=True)
class Opened:
    """A file that comes in: its size, if that is known, and its bytes."""

    total: int | None
    chunks: Iterator[bytes]


class Sources:
    """Where files are fetched from.

    Args:
        rules: what is allowed.
        s3: who we are at the store of ``s3://`` addresses.

    """

    def __init__(self, rules: SourceRules, s3: S3Settings | None = None) -> None:
        self.rules, self._s3 = rules, s3

    @contextmanager
    def open(self, address: str, on_wait: OnWait | None = None) -> Iterator[Opened]:
        """Open a file.

        Args:
            address: where it is.
            on_wait: is called about once a second while the other side says nothing; what it raises
                ends the fetching.

        Raises:
            InvalidRequest: this is no address of a file.
            SourceNotAllowed: the operator does not allow it, or its name leads where nobody may.
            SourceRefused: the other side does not give it.
            SourceTooLarge: it is larger than allowed.
            SourceUnreachable: the other side does not answer, or stops in the middle.

        """
        self.rules.check(address)
        is_object = split_address(address).scheme == S3
        with ExitStack() as stack:
            with _told():
                opened = self._object(address) if is_object else self._page(address, on_wait)
                file = stack.enter_context(opened)
            if file.total is not None and file.total > self.rules.max_bytes:
                raise _too_large(self.rules.max_bytes)
            yield Opened(file.total, self._capped(file))

    def _capped(self, file: Opened) -> Iterator[bytes]:
        taken, began = 0, time.monotonic()
        with _told():
            for chunk in file.chunks:
                taken += len(chunk)
                if taken > self.rules.max_bytes:
                    raise _too_large(self.rules.max_bytes)
                self._require_pace(taken, time.monotonic() - began)
                yield chunk
        if file.total is not None and taken != file.total:
            raise SourceUnreachable(f"The source ended after {taken:,} of {file.total:,} bytes.")

    def _require_pace(self, taken: int, seconds: float) -> None:
        if seconds > self.rules.seconds:
            raise TimeoutError
        if seconds > self.rules.grace and taken < SLOWEST * seconds:
            raise SourceUnreachable(f"The source sends fewer than {SLOWEST:,} bytes a second.")

    @contextmanager
    def _page(self, address: str, on_wait: OnWait | None) -> Iterator[Opened]:
        rules = self.rules
        patience = Patience(rules.seconds, rules.silence, on_wait)
        backend = Pinned(patience, private=rules.private)
        url = address.partition("#")[0]
        with (
            httpcore2.ConnectionPool(network_backend=backend, retries=0) as pool,
            pool.stream("GET", url, headers=list(_HEADERS.items())) as response,
        ):
            headers = {name.lower(): value for name, value in response.headers}
            if response.status != HTTPStatus.OK:
                raise _answered(response.status, headers.get(b"location"))
            length = headers.get(b"content-length", b"")
            yield Opened(int(length) if length.isdigit() else None, response.iter_stream())

    @contextmanager
    def _object(self, address: str) -> Iterator[Opened]:
        from agensium.storage.s3_source import open_object  # boto3 takes 0.3 s

        bucket, key = object_of(split_address(address))
        with open_object(self._s3 or S3Settings(bucket), bucket, key) as (total, chunks):
            yield Opened(total, chunks)


@contextmanager
def _told() -> Iterator[None]:
    """Turn what connections raise into errors of ours; what they say of inner matters is logged."""
    try:
        yield
    except NotPublicError as error:
        raise SourceNotAllowed(
            "The source's name leads to an address that is not public.",
            hint="The operator allows such addresses with AGENSIUM_SOURCE_PRIVATE.",
        ) from error
    except (httpcore2.TimeoutException, TimeoutError, NameSilentError) as error:
        raise SourceUnreachable("The source did not answer in time.", detail=repr(error)) from error
    except httpcore2.RemoteProtocolError as error:
        message = "The source does not speak HTTP, or broke off in the middle."
        raise SourceUnreachable(message, detail=repr(error)) from error
    except (
        httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.UnsupportedProtocol,
        OSError, ssl.SSLError, UnicodeError,
    ) as error:  # fmt: skip
        raise SourceUnreachable("The source cannot be reached.", detail=repr(error)) from error


def _answered(status: int, location: bytes | None) -> SourceRefused | SourceUnreachable:
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _AGAIN:
        return SourceUnreachable(f"The source answered {status}.")
    if location is not None and 300 <= status < 400:
        where = "".join(char for char in location.decode("latin-1")[:200] if char.isprintable())
        return SourceRefused(
            f"The source answered {status}, a redirect, which is not followed.",
            hint=f"It leads to {where}",
        )
    return SourceRefused(
        f"The source answered {status}.", hint="Look whether the address is right."
    )


def _too_large(max_bytes: int) -> SourceTooLarge:
    return SourceTooLarge(
        f"The source is larger than {max_bytes:,} bytes.",
        hint="Ask the operator to raise AGENSIUM_MAX_UPLOAD_BYTES.",
    )
