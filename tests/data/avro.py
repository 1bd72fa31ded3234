"""Avro files, written by hand: small ones, and ones that no library would write."""

import bz2
import json
import lzma
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

SYNC: Final = b"sync" * 4
PACKERS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "null": bytes,
    "deflate": lambda data: zlib.compress(data)[2:-4],
    "bzip2": bz2.compress,
    "xz": lzma.compress,
}


def long(value: int) -> bytes:
    """A number, zigzag and in groups of seven bits."""
    rest = (value << 1) ^ (value >> 63)
    groups = bytearray()
    while rest >= 0x80:
        groups.append(rest & 0x7F | 0x80)
        rest >>= 7
    return bytes([*groups, rest])


def text(value: str | bytes) -> bytes:
    """A text behind its length."""
    data = value.encode() if isinstance(value, str) else value
    return long(len(data)) + data


def block(rows: int, data: bytes, codec: str = "null") -> bytes:
    """A block that says it holds so many rows."""
    packed = PACKERS[codec](data)
    return long(rows) + long(len(packed)) + packed + SYNC


def write_avro(
    path: Path, fields: Sequence[object], blocks: Sequence[bytes], codec: str = "null"
) -> Path:
    """Write a file of records with these fields."""
    schema = json.dumps({"type": "record", "name": "row", "fields": fields})
    header = long(2) + text("avro.schema") + text(schema) + text("avro.codec") + text(codec)
    path.write_bytes(b"Obj\x01" + header + long(0) + SYNC + b"".join(blocks))
    return path
