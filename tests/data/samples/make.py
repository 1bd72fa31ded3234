"""Write the samples of formats that the tests have no writer for."""

import datetime as dt
import decimal
import struct
import tempfile
import zipfile
from importlib import import_module
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
FIRST_DAY = dt.date(2025, 4, 1)
ROWS = 20
MARK = 123_457
"""A number that stands for nothing else in a small file."""


def library(name: str) -> Any:
    """Load what only this script needs."""
    return import_module(name)


def rows() -> list[list[Any]]:
    """Return the table of the workbooks: a header, and rows of a number, a day and a price."""
    days = [FIRST_DAY + dt.timedelta(days=n) for n in range(ROWS)]
    return [["id", "day", "price"], *([n, days[n], n / 4] for n in range(ROWS))]


def write_xls() -> None:
    """Write a workbook of Excel 97: two sheets, hidden and merged cells, a formula, an error."""
    xlwt = library("xlwt")

    book = xlwt.Workbook()
    sheet = book.add_sheet("Sales")
    book.add_sheet("Notes").write(0, 0, "nothing")
    dated = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    sheet.write_merge(0, 0, 0, 2, "Sales of April")
    for at, row in enumerate(rows(), 2):
        for column, value in enumerate(row[:2] if at == ROWS + 2 else row):
            sheet.write(at, column, value, *([dated] if isinstance(value, dt.date) else []))
    sheet.write(ROWS + 2, 2, xlwt.Formula("C4*2"))
    sheet.row(5).hidden = True
    sheet.col(1).hidden = True
    book.save(str(HERE / "sales.xls"))


def write_xlsb() -> None:
    """Write a binary workbook, and into it what its writer cannot: see [MS-XLSB] 2.4."""
    pyxlsbwriter = library("pyxlsbwriter")

    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.xlsb"
        with pyxlsbwriter.XlsbWriter(str(plain)) as book:
            book.add_sheet("Sales")
            book.write_sheet(rows())
            book.add_sheet("Old", hidden=True)
            book.write_sheet([["x"], [1]])
        with (
            zipfile.ZipFile(plain) as old,
            zipfile.ZipFile(HERE / "sales.xlsb", "w", zipfile.ZIP_DEFLATED) as new,
        ):
            for name in old.namelist():
                part = old.read(name)
                new.writestr(name, changed(part) if name.endswith("sheet1.bin") else part)


def changed(part: bytes) -> bytes:
    """Hide a row and a column, merge two cells, and let a formula make a value."""
    out, at, row, last = bytearray(), 0, -1, 1 + ROWS - 1
    while at < len(part):
        start = at
        kind, at = number(part, at, 2)
        length, at = number(part, at, 4)
        content = bytearray(part[at : at + length])
        at += length
        if kind == 0:
            row = struct.unpack_from("<I", content)[0]
            content[11] |= 0x10 if row == 4 else 0
            out += part[start : at - length] + content
        elif kind == 60 and struct.unpack_from("<I", content)[0] == 1:
            content[16] |= 1
            out += part[start : at - length] + content
        elif kind in {2, 5} and row == last and struct.unpack_from("<I", content)[0] == 2:
            value = struct.pack("<d", 4.75)
            formula = content[:8] + value + struct.pack("<HI", 0, 3) + b"\x1e\x04\x00" + bytes(4)
            out += bytes([9, len(formula)]) + formula
        elif kind == 146:  # the end of the cells
            merged = struct.pack("<IIII", 2, 3, 0, 0)
            out += part[start:at] + b"\xb1\x01\x04" + struct.pack("<I", 1)
            out += b"\xb0\x01\x10" + merged + b"\xb2\x01\x00"
        else:
            out += part[start:at]
    return bytes(out)


def number(part: bytes, at: int, most: int) -> tuple[int, int]:
    """Read a number of seven bits a byte; return it and where it ends."""
    value = 0
    for place in range(most):
        value |= (part[at] & 0x7F) << 7 * place
        at += 1
        if part[at - 1] < 0x80:
            break
    return value, at


def write_orc() -> None:
    """Write an ORC file of several stripes with the usual types, gaps and nesting."""
    pa, orc = library("pyarrow"), library("pyarrow.orc")

    count = 5000
    table = pa.table(
        {
            "id": pa.array(range(count), pa.int64()),
            "price": pa.array([None if n % 11 == 0 else n * 0.25 for n in range(count)]),
            "word": [f"word {n % 50}" for n in range(count)],
            "day": [FIRST_DAY + dt.timedelta(days=n % 400) for n in range(count)],
            "amount": pa.array(
                [decimal.Decimal(n) / 100 for n in range(count)], pa.decimal128(12, 2)
            ),
            "flag": [n % 3 == 0 for n in range(count)],
            "place": [{"city": f"c{n % 7}", "at": n} for n in range(count)],
            "tags": [["a"] * (n % 3) for n in range(count)],
        }
    )
    orc.write_table(table, str(HERE / "table.orc"), compression="zstd", stripe_size=64 << 10)


def write_arrow() -> None:
    """Write a packed Arrow stream, a file, and a stream of a trillion rows without a byte."""
    pa, ipc, feather = (library(f"pyarrow{part}") for part in ("", ".ipc", ".feather"))

    table = pa.table({"id": range(500), "word": [f"word {n % 50}" for n in range(500)]})
    options = ipc.IpcWriteOptions(compression="zstd")
    with ipc.new_stream(str(HERE / "packed.arrows"), table.schema, options=options) as writer:
        writer.write_table(table)
    feather.write_feather(table, str(HERE / "table.arrow"), compression="lz4")
    empty = pa.record_batch([pa.nulls(MARK)], ["a"])
    stream = pa.BufferOutputStream()
    with ipc.new_stream(stream, empty.schema) as writer:
        writer.write_batch(empty)
    data = stream.getvalue().to_pybytes()
    trillion = data.replace(struct.pack("<q", MARK), struct.pack("<q", 1 << 40))
    (HERE / "nothing.arrows").write_bytes(trillion)


if __name__ == "__main__":
    write_xls()
    write_xlsb()
    write_orc()
    write_arrow()
