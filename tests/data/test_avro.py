"""Avro: what is in a file, in every codec, and nothing of a file that contradicts itself."""

from pathlib import Path

import pytest

from agensium.core.errors import InvalidInput, LimitExceeded, UnsupportedFormat
from agensium.data.dataset import Dataset
from agensium.data.reading import ReadParams, ReadTable
from tests.data.avro import SYNC, block, long, text, write_avro

FIELDS = [
    {"name": "id", "type": "long"},
    {"name": "word", "type": ["null", "string"]},
    {"name": "tags", "type": {"type": "array", "items": "string"}},
]


def read(path: Path) -> ReadTable:
    return Dataset(path=path, name=path.name).scan(ReadParams())


def rows(numbers: range) -> bytes:
    return b"".join(
        long(i) + (long(0) if i % 4 == 0 else long(1) + text(f"word {i % 7}"))
        + (long(1) + text("x") if i % 2 else b"") + long(0)
        for i in numbers
    )  # fmt: skip


@pytest.mark.parametrize("codec", ["null", "deflate", "bzip2", "xz"])
def test_every_codec_gives_the_same_rows(tmp_path: Path, codec: str) -> None:
    blocks = [block(1000, rows(range(at, at + 1000)), codec) for at in range(0, 5000, 1000)]
    found = read(write_avro(tmp_path / "table.csv", FIELDS, blocks, codec))
    assert found.source.format == "Avro"
    identity, word, tags, lengths = found.profile.columns
    assert (found.profile.rows, identity.kind, identity.declared) == (5000, "integer", "int64")
    assert (word.nulls, word.distinct and word.distinct.value) == (1250, 7)
    assert (tags.declared, {each.value: each.count for each in lengths.top_values}) == (
        "list<string>",
        {"0": 2500, "1": 2500},
    )


@pytest.mark.parametrize("said", [0, 5, 9, 11, 20])
def test_a_block_with_another_number_of_rows_is_damaged(tmp_path: Path, said: int) -> None:
    path = write_avro(tmp_path / "x.avro", FIELDS, [block(said, rows(range(10)))])
    with pytest.raises(InvalidInput, match="damaged"):
        read(path)


def test_a_cut_file_is_damaged(tmp_path: Path) -> None:
    path = write_avro(tmp_path / "x.avro", FIELDS, [block(10, rows(range(10)))] * 2)
    data = path.read_bytes()
    for cut in (len(data) - 1, len(data) - 20, len(data) // 2, 40):
        path.write_bytes(data[:cut])
        with pytest.raises(InvalidInput):
            read(path)


def test_rows_without_bytes_are_refused_by_name(tmp_path: Path) -> None:
    fields = [{"name": "a", "type": "null"}]
    path = write_avro(tmp_path / "x.avro", fields, [block(1 << 60, b"")])
    with pytest.raises(UnsupportedFormat, match="without a single byte"):
        read(path)


def test_a_block_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    huge = long(1) + long(1 << 40) + b"x" * 100 + SYNC
    path = write_avro(tmp_path / "x.avro", FIELDS, [huge])
    with pytest.raises(LimitExceeded, match="128 MiB") as refused:
        read(path)
    assert refused.value.code == "unpacked_too_large"


def test_a_codec_that_is_not_known_is_named(tmp_path: Path) -> None:
    path = write_avro(tmp_path / "x.avro", FIELDS, [])
    path.write_bytes(path.read_bytes().replace(b"\x08null", b"\x08lz77"))
    with pytest.raises(UnsupportedFormat, match="lz77"):
        read(path)
