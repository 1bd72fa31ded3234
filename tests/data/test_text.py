"""Text as people send it: packed, in any encoding, crooked; every bomb ends at its limit."""

import bz2
import gzip
import io
import lzma
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agensium.core.errors import (
    AgensiumError,
    ArchiveNested,
    ArchiveUnreadable,
    CellTooLarge,
    EmptyFile,
    MemberNeeded,
    RatioExceeded,
    TooManyColumns,
    UnsafePath,
)
from agensium.core.forensics import Forensics
from agensium.data.dataset import Dataset
from agensium.data.reading import ReadParams, ReadTable

TABLE = "id;name;city\n1;Jürgen;Köln\n2;Zoë;Århus\n3;Ñandú;Málaga\n4;Käthe;Görlitz\n"


def scanned(folder: Path, data: bytes, name: str = "x.csv", **read: object) -> ReadTable:
    path = folder / "x"
    path.write_bytes(data)
    params = ReadParams(**read)  # type: ignore[arg-type]
    return Dataset(path=path, name=name).scan(params, pairs=False)


def seen(table: ReadTable) -> Forensics:
    assert table.source.forensics is not None
    return table.source.forensics


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def zstd(data: bytes) -> bytes:
    """A frame of one block that is stored as it stands (RFC 8878, 3.1.1)."""
    block = (len(data) << 3 | 1).to_bytes(3, "little")
    return b"\x28\xb5\x2f\xfd\x20" + bytes([len(data)]) + block + data


@pytest.mark.parametrize(
    ("packing", "pack"),
    [
        ("zstd", zstd),
        ("gzip", gzip.compress),
        ("bzip2", bz2.compress),
        ("xz", lzma.compress),
        ("zip", lambda data: zipped({"a/table.csv": data, "__MACOSX/._x": b"x"})),
    ],
)
def test_archives_of_one_table_are_unpacked(
    tmp_path: Path, packing: str, pack: Callable[[bytes], bytes]
) -> None:
    data = pack(TABLE.encode())
    table = scanned(
        tmp_path,
        data + (pack(b"5;Otto;Ulm\n") if packing in {"zstd", "gzip", "bzip2", "xz"} else b""),
    )
    assert [column.name for column in table.profile.columns] == ["id", "name", "city"]
    assert table.profile.rows == (4 if packing == "zip" else 5)
    assert (seen(table).packing, seen(table).mislabelled) == (packing, "plain .csv")


def test_of_several_files_one_is_chosen(tmp_path: Path) -> None:
    data = zipped({"a.csv": b"x,y\n1,2\n", "b.csv": TABLE.encode()})
    with pytest.raises(MemberNeeded, match=r'2 files: "a\.csv", "b\.csv"'):
        scanned(tmp_path, data)
    table = scanned(tmp_path, data, member="b.csv")
    assert (table.profile.rows, seen(table).members) == (4, ("a.csv", "b.csv"))
    with pytest.raises(MemberNeeded, match="no member"):
        scanned(tmp_path, data, member="c.csv")


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (gzip.compress(gzip.compress(b"a,b\n1,2\n")), ArchiveNested),
        (zipped({"a.zip": zipped({"a.csv": b"a,b\n"})}), ArchiveNested),
        (zipped({"../../etc/x.csv": b"a,b\n1,2\n"}), UnsafePath),
        (gzip.compress(TABLE.encode())[:-12], ArchiveUnreadable),
        (b"\x1f\x8b\x08rest of it", ArchiveUnreadable),
        (b"PK\x03\x04rest of it", ArchiveUnreadable),
        (b"a" + b",a" * 300_000 + b"\n" + b"1" + b",1" * 300_000 + b"\n", TooManyColumns),
        (b"id,x\n" + b"1,2\n" * 50_000 + b"y" * (70 << 20), CellTooLarge),
    ],
)
def test_bombs_end_at_their_limit(tmp_path: Path, data: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        scanned(tmp_path, data)


def test_an_archive_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    packed = gzip.compress(b"a,b\n" + b"0,0\n" * (40 << 20), compresslevel=9)
    with pytest.raises(RatioExceeded, match="200 times"):
        scanned(tmp_path, packed)


@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16le"),
        ("utf-16-be", "utf-16be"),
        ("utf-32", "utf-32le"),
        ("utf-32-be", "utf-32be"),
        ("cp1252", "windows-1252"),
    ],
)
def test_text_is_decoded(tmp_path: Path, codec: str, name: str) -> None:
    table = scanned(tmp_path, TABLE.encode(codec))
    assert table.source.encoding == name
    assert table.profile.columns[1].top_values[0].value in {"Jürgen", "Zoë", "Ñandú", "Käthe"}
    assert seen(table).encoding.confidence > 0.5


@pytest.mark.parametrize("codec", ["shift_jis", "euc_jp", "gb18030", "cp1251", "koi8_r", "euc_kr"])
def test_an_encoding_can_be_given(tmp_path: Path, codec: str) -> None:
    text = {"cp1251": "Москва", "koi8_r": "Москва", "euc_kr": "서울"}.get(codec, "東京")
    table = scanned(tmp_path, f"n,city\n1,{text}\n".encode(codec), encoding=codec)
    assert table.profile.columns[1].top_values[0].value == text


def test_bytes_of_another_encoding_far_down_are_read_in_it(tmp_path: Path) -> None:
    data = b"n,name\n" + b"1,Anna\n" * 60_000 + "2,Jürgen\n".encode("cp1252") + b"1,Anna\n" * 60_000
    table = scanned(tmp_path, data)
    assert "windows-1252" in (table.source.encoding or "")
    values = {value.value for value in table.profile.columns[1].top_values}
    assert values == {"Anna", "Jürgen"}


def test_a_stray_quote_far_down_swallows_nothing(tmp_path: Path) -> None:
    data = b'n,name\n1,"a"\n' + b"1,Anna\n" * 50_000 + b'2,"Bob\n' + b"1,Anna\n" * 50_000
    table = scanned(tmp_path, data)
    assert table.profile.rows == 100_002
    assert [line.line for line in seen(table).mended.first] == [50_003]


def test_what_is_around_a_table_is_told(tmp_path: Path) -> None:
    data = (
        b"Sales report\n\nname,amount,when\na,1,2026-01-01\n# half\nb,2,2026-01-02\n"
        b"c,3,2026-01-03\nd,4,2026-01-04\nTotal,10,\n\nSource: the books of the year\n"
    )
    found = seen(scanned(tmp_path, data))
    assert [line.text for line in found.preamble] == ["Sales report"]
    assert [line.text for line in found.footer] == ["Source: the books of the year"]
    assert found.comments.count == 1
    assert [line.line for line in found.totals] == [9]


SUMMED = "".join(f"x{n},{n * 7},{n},p{n}\n" for n in range(1, 31))


@pytest.mark.parametrize(
    ("last", "line"),
    [
        (f",{7 * 465},465,\n", 32),  # the sums of both columns
        ("\n,999,465,\n", 33),  # of one, and it has gaps
        ("\n,999,77,\n", 33),  # of none, but it stands apart and has gaps
        ("x31,5,31,p31\n", None),
        ("\nx31,5,31,p31\n", None),
    ],
)
def test_a_last_row_that_sums_up_is_told(tmp_path: Path, last: str, line: int | None) -> None:
    found = seen(scanned(tmp_path, ("k,amount,n,name\n" + SUMMED + last).encode()))
    assert [each.line for each in found.totals] == ([] if line is None else [line])


@pytest.mark.parametrize(
    ("second", "told"),
    [("1,2,3", True), ("text,kg,pieces", True), ("a,5,7", False), ("a,n/a,7", False)],
)
def test_a_second_header_that_was_read_as_a_row_is_told(
    tmp_path: Path,
    second: str,
    told: bool,  # noqa: FBT001 - an expectation
) -> None:
    rows = "".join(f"n{n},{n * 100},{n}\n" for n in range(5, 40))
    table = scanned(tmp_path, f"Name,Amount,Count\n{second}\n{rows}".encode(), header_rows=1)
    found = seen(table).second_header
    assert (None if found is None else found.line) == (2 if told else None)


def test_zero_bytes_are_left_out_and_told_however_many(tmp_path: Path) -> None:
    data = b"id,name\n" + b"".join(b"%d,na\0me%d\n" % (n, n) for n in range(50))
    table = scanned(tmp_path, data)
    assert (table.profile.rows, seen(table).zeros) == (50, 50)
    with pytest.raises(EmptyFile):
        scanned(tmp_path, bytes(5000))


def test_names_tell_where_columns_of_fixed_width_are(tmp_path: Path) -> None:
    rows = "".join(f"{n:<6}{f'Name {n}':<15}{n * 1.5:>6.2f} x\n" for n in range(1, 60))
    table = scanned(tmp_path, f"ID    NAME           AMOUNT C\n{rows}".encode())
    assert [column.name for column in table.profile.columns] == ["ID", "NAME", "AMOUNT", "C"]


def test_columns_of_fixed_width_are_read(tmp_path: Path) -> None:
    data = (
        b"name      age  city\nAnna      30   Wien\nBjorn     4    Koeln am Rhein\n"
        b"Carl Otto 100  Bern\nDora           Graz\n"
    )
    table = scanned(tmp_path, data)
    assert [column.name for column in table.profile.columns] == ["name", "age", "city"]
    assert table.profile.columns[1].kind == "integer"
    assert seen(table).fixed_width == (0, 10, 15)


def test_commas_do_not_cut_a_single_column(tmp_path: Path) -> None:
    data = b"name\nAnna\nBob\n" + b"Carl\n" * 20_000 + b"Smith, John\n"
    table = scanned(tmp_path, data)
    assert (len(table.profile.columns), table.profile.repairs.cut.count) == (1, 0)


@pytest.mark.parametrize(
    ("kind", "column", "values"),
    [
        ("scientific", "id", ["5.54563E+15", "5.54564E+15", "5.54565E+15"]),
        ("serial_dates", "birth date", ["43831", "43832", "43833"]),
        ("leading_zeros", "zip", ["10115", "1067", "20095", "30159"]),
        ("dates_from_codes", "range", ["1-2", "3-Apr", "5-60", "7-80"]),
        ("rounded", "card", ["4111111111111110", "5500000000000000", "3400000000000010"]),
        ("error_cells", "sum", ["1", "#REF!", "3"]),
    ],
)
def test_damage_by_spreadsheets_is_seen(
    tmp_path: Path, kind: str, column: str, values: list[str]
) -> None:
    rows = "".join(f"{number},{value}\n" for number, value in enumerate(values))
    found = seen(scanned(tmp_path, f"n,{column}\n{rows}".encode()))
    assert [damage.kind for damage in found.damage] == [kind]


def test_units_commas_and_dates_are_told(tmp_path: Path) -> None:
    rows = "".join(
        f"{n},5 kg;1,5;{20 - n % 8}/0{1 + n % 9}/2026\n{n},7 lb;2,5;01/{20 - n % 8}/2026\n"
        for n in range(9)
    )
    found = seen(scanned(tmp_path, f"weight;price;day\n{rows}".replace(",5 kg", "5 kg").encode()))
    assert found.decimal_comma == ("price",)
    assert [(each.day_first, each.month_first) for each in found.day_month] == [(9, 9)]


def test_text_that_was_encoded_twice_is_told(tmp_path: Path) -> None:
    twice = "n,name\n1,Müller\n".encode().decode("cp1252").encode()
    assert seen(scanned(tmp_path, twice)).encoding.twice == ("MÃ¼ller", "Müller")


def test_a_wrong_name_is_told(tmp_path: Path) -> None:
    assert seen(scanned(tmp_path, b"a,b\n1,2\n", name="x.parquet")).mislabelled == "Parquet"
    assert seen(scanned(tmp_path, b"a,b\n1,2\n", name="x.csv")).mislabelled is None


ALPHABET = st.sampled_from(
    [b",", b";", b"\t", b'"', b"'", b"\n", b"\r", b"\r\n", b"a", b"1", b" ", b"\0", b"\\", b"#",
     b"\xff", b"\xc3\xa4", b"2026-01-01", b'""', b"|", b"Total"]
)  # fmt: skip


@given(data=st.lists(ALPHABET, max_size=120).map(b"".join) | st.binary(max_size=300))
@settings(max_examples=400, deadline=None)
def test_any_bytes_end_in_a_report_or_an_error_with_a_code(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    folder = tmp_path_factory.getbasetemp()
    for packed in (data, gzip.compress(data), zipped({"x.csv": data})):
        assert outcome(folder, packed) != "internal"


def outcome(folder: Path, data: bytes) -> str:
    try:
        table = scanned(folder, data)
    except AgensiumError as error:
        return error.code
    assert table.profile.rows > 0
    return "read"
