"""Small files that would take all memory, disk or time: each is ended by its limit.

Every one is read in a process of its own that may allocate 768 MiB, as a job is: a reader that
takes more dies there and has no code to show.
"""

import bz2
import gzip
import json
import resource
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import duckdb
import pytest

from tests.data.avro import block, long, text, write_avro
from tests.data.workbooks import number, rows, write_workbook
from tests.data.workbooks import text as cell

MEMORY_BYTES: Final = 768 << 20
SAMPLES: Final = Path(__file__).parent / "samples"
READ: Final = """
import sys
from pathlib import Path
from agensium.core.errors import AgensiumError
from agensium.data.dataset import Dataset
from agensium.data.reading import ReadParams
path = Path(sys.argv[1])
try:
    Dataset(path=path, name="bomb", memory_bytes=256 << 20, scratch=path.parent).scan(ReadParams())
except AgensiumError as error:
    print(error.code)
else:
    print("read")
"""
FIELD: Final = [{"name": "a", "type": "string"}]


def code_of(path: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", READ, str(path)],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES)),
    )
    # As the supervisor of jobs tells it: no library of ours can give back what was not to be had.
    starved = "memory allocation of" in done.stderr
    return done.stdout.strip() or ("out_of_memory" if starved else done.stderr[-2000:])


def gzip_of_lines(path: Path) -> None:
    path.write_bytes(gzip.compress(b"a,b\n1,2\n" * (9 << 20)))


def bzip2_of_zeros(path: Path) -> None:
    path.write_bytes(bz2.compress(b"a,b\n" + bytes(70 << 20)))


def zip_of_json(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.json", b"[" + b'{"a":1},' * (9 << 20) + b"1]")


def zip_of_many(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for number_ in range(10_001):
            archive.writestr(f"{number_}.csv", "")


def zip_that_leads_out(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../etc/table.parquet", b"PAR1")


def workbook_with_a_path_that_leads_out(path: Path) -> None:
    write_workbook(path, {"S": rows({1: cell("A1", "x")})})
    with zipfile.ZipFile(path, "a") as book:
        book.writestr("../../evil.xml", "<a/>")


def workbook_of_shared_texts(path: Path) -> None:
    write_workbook(path, {"S": rows({1: cell("A1", "x")})})
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as book,
        book.open("xl/sharedStrings.xml", "w") as part,
    ):
        for _ in range(300):
            part.write(b" " * (1 << 20))


def workbook_with_entities(path: Path) -> None:
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    write_workbook(path, {"S": laughs + rows({1: cell("A1", "&b;")})})


def workbook_of_a_billion_rows(path: Path) -> None:
    sheet = rows({1: cell("A1", "x"), 1_048_576: number("XFD1048576", 1)})
    sheet = sheet.replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>')
    write_workbook(path, {"S": sheet})


def workbook_of_many_sheets(path: Path) -> None:
    write_workbook(path, {f"S{n}": rows({1: cell("A1", "x")}) for n in range(1001)})


def ods_of_repeated_cells(path: Path) -> None:
    repeated = (
        '<table:table-row table:number-rows-repeated="1073741824"><table:table-cell '
        'table:number-columns-repeated="1073741824" office:value-type="float" office:value="1"/>'
        "</table:table-row>"
    )
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr(
            "content.xml",
            '<office:document-content xmlns:office="o" xmlns:table="t"><office:body>'
            f'<office:spreadsheet><table:table table:name="S">{repeated}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )


def deep_json(path: Path) -> None:
    path.write_bytes(b'[{"a":' + b"[" * 200_000 + b"]" * 200_000 + b"}]")


def deep_json_in_an_object(path: Path) -> None:
    path.write_bytes(b'{"a":' * 200_000 + b"1" + b"}" * 200_000)


def json_of_many_fields(path: Path) -> None:
    path.write_text(json.dumps([{f"f{n}": n} for n in range(50_000)]), "utf-8")


def json_of_one_endless_text(path: Path) -> None:
    path.write_bytes(b'[{"a":"' + b"x" * (66 << 20) + b'"}]')


def parquet_of_huge_cells(path: Path) -> None:
    query = "SELECT repeat('x', 70000000) AS a FROM range(2)"
    duckdb.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)")


def avro_of_zeros(path: Path) -> None:
    write_avro(path, FIELD, [block(1, text(bytes(130 << 20)), "deflate")], "deflate")


def avro_that_announces_much(path: Path) -> None:
    write_avro(path, FIELD, [long(1) + long(1 << 50) + b"x" * 64])


def sqlite_of_huge_cells(path: Path) -> None:
    database = sqlite3.connect(path)
    with database:
        database.execute("CREATE TABLE t (a)")
        database.execute("INSERT INTO t VALUES (zeroblob(70000000))")
    database.close()


def arrow_that_announces_a_long_message(path: Path) -> None:
    data = (SAMPLES / "packed.arrows").read_bytes()
    path.write_bytes(data[:4] + (0x3F00000).to_bytes(4, "little") + data[8:])


def arrow_of_packed_buffers(path: Path) -> None:
    data = (SAMPLES / "packed.arrows").read_bytes()
    at = data.index(b"\x28\xb5\x2f\xfd") - 8  # the unpacked length stands before the packed bytes
    path.write_bytes(data[:at] + (1 << 40).to_bytes(8, "little") + data[at + 8 :])


def arrow_of_rows_without_a_byte(path: Path) -> None:
    path.write_bytes((SAMPLES / "nothing.arrows").read_bytes())


def arrow_file_whose_footer_is_too_long(path: Path) -> None:
    data = (SAMPLES / "table.arrow").read_bytes()
    path.write_bytes(data[:-10] + (0x7FFFFFFF).to_bytes(4, "little") + data[-6:])


def parquet_whose_footer_is_too_long(path: Path) -> None:
    duckdb.execute(f"COPY (SELECT 1 AS a) TO '{path}' (FORMAT parquet)")
    data = path.read_bytes()
    path.write_bytes(data[:-8] + (0x7FFFFFFF).to_bytes(4, "little") + data[-4:])


def parquet_that_announces_a_large_page(path: Path) -> None:
    """A page of two gigabytes: the header's second field says how large it is unpacked."""
    query = "SELECT 'word ' || (i % 9) AS a FROM range(20000) AS t(i)"
    duckdb.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)")
    data = path.read_bytes()
    start = 4 + 3  # the magic, the page's kind, and what the second field is
    end = next(at for at in range(start, start + 5) if data[at] < 0x80) + 1
    path.write_bytes(data[:start] + b"\xfe\xff\xff\xff\x0f" + data[end:])


def orc_that_is_nearly_empty(path: Path) -> None:
    data = (SAMPLES / "table.orc").read_bytes()
    path.write_bytes(data[:3] + bytes(60 << 20) + data[-400:])


def xls_whose_sectors_run_in_circles(path: Path) -> None:
    path.write_bytes((SAMPLES / "circles.xls").read_bytes())


BOMBS: Final[dict[Callable[[Path], None], str]] = {
    gzip_of_lines: "ratio_exceeded",
    bzip2_of_zeros: "ratio_exceeded",
    zip_of_json: "ratio_exceeded",
    zip_of_many: "too_many_members",
    zip_that_leads_out: "unsafe_path",
    workbook_with_a_path_that_leads_out: "unsafe_path",
    workbook_of_shared_texts: "unpacked_too_large",
    workbook_with_entities: "xml_entities",
    workbook_of_a_billion_rows: "too_many_cells",
    workbook_of_many_sheets: "too_many_tables",
    ods_of_repeated_cells: "too_many_cells",
    deep_json: "too_deep",
    deep_json_in_an_object: "too_deep",
    json_of_many_fields: "too_many_columns",
    json_of_one_endless_text: "cell_too_large",
    parquet_of_huge_cells: "cell_too_large",
    avro_of_zeros: "unpacked_too_large",
    avro_that_announces_much: "unpacked_too_large",
    sqlite_of_huge_cells: "cell_too_large",
    arrow_that_announces_a_long_message: "invalid_input",
    arrow_of_packed_buffers: "unpacked_too_large",
    arrow_of_rows_without_a_byte: "unsupported_format",
    arrow_file_whose_footer_is_too_long: "invalid_input",
    parquet_whose_footer_is_too_long: "invalid_input",
    parquet_that_announces_a_large_page: "out_of_memory",
    orc_that_is_nearly_empty: "invalid_input",
    xls_whose_sectors_run_in_circles: "invalid_input",
}


@pytest.mark.parametrize(
    ("make", "code"), BOMBS.items(), ids=lambda each: getattr(each, "__name__", "")
)
def test_a_bomb_is_ended_by_its_limit(
    tmp_path: Path, make: Callable[[Path], None], code: str
) -> None:
    path = tmp_path / "bomb"
    make(path)
    assert code_of(path) == code
