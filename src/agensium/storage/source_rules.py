"""Which addresses files may be fetched from: what the operator allows, and nothing else."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from agensium.core.errors import InvalidRequest, SourceNotAllowed

ANY: Final = "*"
SLOWEST: Final = 1024
"""Bytes a second; who sends fewer only keeps a worker."""
S3: Final = "s3"
ADDRESS_CHARS: Final = 2000
MAX_NAME_CHARS: Final = 255
SHAPES: Final = "An address is like https://example.org/table.csv or s3://bucket/table.csv."


@dataclass(frozen=True)
class SourceRules:
    """Where files may be fetched from, and how much.

    Attributes:
        hosts: names of hosts; ``*.example.org`` is every name below that one, ``*`` any.
        schemes: ``https``, ``http``.
        private: whether these names may lead to addresses of private networks.
        buckets: ``bucket``, or ``bucket/beginning of keys``; ``*`` is any.
        max_bytes: how large a file may be.
        seconds: how long fetching it may take.
        silence: how many seconds may pass without a byte.
        grace: seconds after which less than ``SLOWEST`` is too slow.

    """

    hosts: tuple[str, ...] = ()
    schemes: tuple[str, ...] = ("https",)
    private: bool = False
    buckets: tuple[str, ...] = ()
    max_bytes: int = 10 << 30
    seconds: float = 3600.0
    silence: float = 30.0
    grace: float = 60.0

    @property
    def allow_any(self) -> bool:
        """Whether there is anything that may be fetched."""
        return bool(self.hosts or self.buckets)

    def check(self, address: str) -> None:
        """Refuse an address that is none, or that the operator does not allow.

        Where its name leads is looked at when it is fetched.

        Raises:
            InvalidRequest: it is no address of a file.
            SourceNotAllowed: it is not allowed.

        """
        if not self.allow_any:
            raise SourceNotAllowed(
                "This service fetches no files.",
                hint="Send the file itself; or ask the operator to set AGENSIUM_SOURCE_HOSTS.",
            )
        parts = split_address(address)
        if parts.scheme == S3:
            self._check_object(parts)
        else:
            self._check_host(parts)

    def _check_host(self, parts: SplitResult) -> None:
        host = (parts.hostname or "").rstrip(".")
        if parts.scheme not in self.schemes or not any(_fits(host, each) for each in self.hosts):
            what = f"{parts.scheme}://{parts.hostname}"
            raise SourceNotAllowed(
                f"This service fetches no files from {what}.",
                hint="The operator allows hosts with AGENSIUM_SOURCE_HOSTS and schemes with "
                "AGENSIUM_SOURCE_SCHEMES.",
            )

    def _check_object(self, parts: SplitResult) -> None:
        bucket, key = object_of(parts)
        if not any(_holds(each, bucket, key) for each in self.buckets):
            raise SourceNotAllowed(
                "This service does not fetch this object.",
                hint="The operator allows buckets with AGENSIUM_SOURCE_BUCKETS.",
            )


EVERYTHING: Final = SourceRules(
    hosts=(ANY,), schemes=("https", "http"), private=True, buckets=(ANY,)
)
"""What a person who types an address on a machine of their own may fetch."""


def split_address(address: str) -> SplitResult:
    """Return the parts of an address.

    Raises:
        InvalidRequest: it is no address of a file.

    """
    plain = address.isascii() and address.isprintable() and " " not in address
    try:
        parts = urlsplit(address)
        known = parts.scheme in {"https", "http", S3} and bool(parts.hostname)
        port_is_right = parts.port != 0
    except ValueError:
        known = port_is_right = False
    if not (plain and known and port_is_right and len(address) <= ADDRESS_CHARS):
        raise InvalidRequest("The source is not the address of a file.", hint=SHAPES)
    if parts.username is not None or parts.password is not None:
        raise InvalidRequest("An address may hold no user name and no password.", hint=SHAPES)
    return parts


def object_of(parts: SplitResult) -> tuple[str, str]:
    """Return bucket and key of an ``s3://`` address.

    Raises:
        InvalidRequest: there is no key, or one that leads elsewhere in some stores.

    """
    bucket = parts.netloc
    # An object's key is written as it is: ? and # are characters of it.
    rest = parts.path + (f"?{parts.query}" if parts.query else "")
    key = (rest + (f"#{parts.fragment}" if parts.fragment else "")).removeprefix("/")
    if not key or any(step in {"", ".", ".."} for step in key.split("/")):
        raise InvalidRequest("The source is not the address of a file.", hint=SHAPES)
    return bucket, key


def shown_address(address: str) -> str:
    """Return an address without what may be a secret: its query and fragment."""
    if address.startswith(f"{S3}:"):
        return address
    return address.partition("#")[0].partition("?")[0]


def name_of(address: str) -> str:
    """Return what the file at an address is called."""
    parts = split_address(address)
    last = parts.path.rstrip("/").rpartition("/")[2]
    if parts.scheme != S3:
        last = unquote(last)
    printable = "".join(char for char in last if char.isprintable() and char not in "/\\").strip()
    name = printable if printable.strip(".") else parts.hostname or ""
    return name[:MAX_NAME_CHARS]


def _fits(host: str, allowed: str) -> bool:
    if allowed == ANY:
        return True
    if allowed.startswith("*."):
        return host.endswith(allowed[1:])
    return host == allowed


def _holds(allowed: str, bucket: str, key: str) -> bool:
    name, _, beginning = allowed.partition("/")
    return name in {ANY, bucket} and key.startswith(beginning)
