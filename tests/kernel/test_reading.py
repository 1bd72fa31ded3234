"""How bytes become rows and cells."""

import os
from pathlib import Path

import pytest

from agensium.core.errors import (
    AgensiumError,
    EmptyFile,
    FileUnreadable,
    InvalidParams,
    LimitExceeded,
)
from agensium.core.profile import Example, TableProfile
from agensium.data.kernel import Dialect, ScanOptions, ScanProgress, scan_csv
from tests.kernel.tables import profile


def cells(table: TableProfile) -> list[list[tuple[str, int]]]:
    return [sorted((v.value, v.count) for v in column.top_values) for column in table.columns]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [0, 1])
def test_every_line_end_gives_the_same_table(end: str, last: int) -> None:
    text = end.join(["a,b", "1,x", '2,"y"'])
    table = profile(text + end * last)
    assert [c.name for c in table.columns] == ["a", "b"]
    assert cells(table) == [[("1", 1), ("2", 1)], [("x", 1), ("y", 1)]]


def test_quoted_fields_hold_delimiters_line_breaks_and_quotes() -> None:
    table = profile('a,b\n"1,2","x\r\ny"\n"say ""hi""",z\n')
    assert cells(table) == [[("1,2", 1), ('say "hi"', 1)], [("x\r\ny", 1), ("z", 1)]]


@pytest.mark.parametrize("chunk_bytes", [1, 2, 3, 5, 7, 16, 33, 64, 100, 1000])
@pytest.mark.parametrize("threads", [1, 3])
def test_chunks_may_be_cut_anywhere(chunk_bytes: int, threads: int) -> None:
    rows = [f'{n},"line\n{n % 3}, ""q""",{n / 4},5" pipe\r\n' for n in range(50)]
    text = "id,text,number,stray\n" + "".join(rows)
    assert profile(text, chunk_bytes=chunk_bytes, threads=threads) == profile(text, threads=1)


def test_ragged_rows_are_padded_cut_and_reported_by_line() -> None:
    table = profile("a,b\n1\n2,3,4\n5,6\n7\n")
    assert (table.rows, table.missing_cells) == (4, 2)
    assert (table.repairs.padded.count, table.repairs.padded.first) == (2, (2, 5))
    assert (table.repairs.cut.count, table.repairs.cut.first) == (1, (3,))


def test_lines_are_counted_through_quoted_breaks_and_blank_lines() -> None:
    table = profile('\n\na,b\n"x\ny",1\n\n2,oops\n3,4\n5,6\n7,8\n9,10\n', chunk_bytes=8)
    assert table.repairs.blank_lines.first == (6,)
    assert table.columns[1].nonconforming == (Example(line=7, value="oops"),)


def test_a_byte_order_mark_and_skipped_lines_are_no_part_of_the_table() -> None:
    table = profile("\ufefftitle\na,b\n1,2\n", dialect=Dialect(skip_lines=1))
    assert [c.name for c in table.columns] == ["a", "b"]
    assert table.repairs.byte_order_mark


def test_a_header_only_file_is_a_table_without_rows() -> None:
    for text in ["a,b\n", "a,b", 'a,"b\n"\r\n']:
        table = profile(text)
        assert (table.rows, len(table.columns)) == (0, 2)
        assert all(
            c.kind == "empty" and c.distinct and c.distinct.value == 0 for c in table.columns
        )


def test_a_table_without_header_gets_made_up_names() -> None:
    table = profile("1;2\n3;4\n", dialect=Dialect(delimiter=";", header=False))
    assert ([c.name for c in table.columns], table.rows) == (["column_1", "column_2"], 2)


def test_names_can_be_given() -> None:
    table = profile("1,2\n", dialect=Dialect(header=False), columns=("x", "y"))
    assert [c.name for c in table.columns] == ["x", "y"]


def test_a_backslash_can_escape_quotes() -> None:
    table = profile('a,b\n"x\\"y,\n",1\n', dialect=Dialect(escape="\\"))
    assert cells(table) == [[('x"y,\n', 1)], [("1", 1)]]


def test_bytes_that_are_not_utf_8_are_replaced_and_reported() -> None:
    table = profile(b"a,b\nx,1\ncaf\xe9,2\n")
    assert ("caf\ufffd", 1) in cells(table)[0]
    assert table.repairs.invalid_utf8.first == (3,)


def test_stray_and_unclosed_quotes_are_reported() -> None:
    table = profile('a,b\n5" x,1\n"c"d,2\n"open,3\n')
    assert table.repairs.stray_quotes.first == (2, 3)
    assert table.repairs.unclosed_quote.count == 1
    assert ("cd", 1) in cells(table)[0]


@pytest.mark.parametrize("text", ["", "\n", "\r\n\r\n", "\ufeff"])
def test_an_empty_file_is_an_error(text: str) -> None:
    with pytest.raises(EmptyFile):
        profile(text)


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable):
        scan_csv(tmp_path / "none.csv")


def test_a_dialect_that_cannot_be_is_an_error() -> None:
    for dialect in [Dialect(delimiter="||"), Dialect(delimiter='"'), Dialect(quote="é")]:
        with pytest.raises(InvalidParams):
            profile("a\n1\n", dialect=dialect)


def test_a_record_without_end_is_an_error_not_a_crash() -> None:
    with pytest.raises(LimitExceeded):
        profile('a,b\n1,"' + "x" * 3_000_000, memory_bytes=8 << 20)


def test_a_row_with_a_million_fields_is_cut() -> None:
    table = profile("a,b\n1,2\n" + "," * 1_000_000 + "\n")
    assert (table.rows, table.repairs.cut.first) == (2, (3,))


def test_the_scan_stops_when_progress_says_so(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_bytes(b"a,b\n" + b"12345,some text here\n" * 3_000_000)
    seen: list[int] = []

    def stop(progress: ScanProgress) -> bool:
        seen.append(progress.total_bytes)
        return False

    with pytest.raises(AgensiumError) as caught:
        scan_csv(path, ScanOptions(threads=1), stop)
    assert caught.value.code == "cancelled"
    assert seen[0] == path.stat().st_size


def test_a_line_is_reported_once_however_often_it_was_mended() -> None:
    line = b'\xff,\xff\xff,a"\xff\n'
    table = profile(b"a,b,c\n" + line * 30, dialect=Dialect(quote=None))
    assert (table.repairs.invalid_utf8.count, len(table.repairs.invalid_utf8.first)) == (30, 10)
    table = profile(b"a,b\n" + b'"x"y,"z"w\n' * 30)
    assert (table.repairs.stray_quotes.count, table.repairs.stray_quotes.first[:2]) == (30, (2, 3))


def test_a_file_may_have_a_name_that_is_not_text(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.csv"))
    path.write_text("a\n1\n")
    assert scan_csv(path).rows == 1


@pytest.mark.parametrize("chunk_bytes", [1, 7, 1000])
def test_chunks_are_cut_from_the_first_byte_on(chunk_bytes: int) -> None:
    rows = [f'{n},"é\r\n""東{n % 7}"\r\n' for n in range(2000)]
    text = "a,b\r\n" + "".join(rows)
    assert profile(text, chunk_bytes=chunk_bytes, threads=3) == profile(text, threads=1)
