"""Profiles in notebooks."""

import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest

import agensium
from agensium.core.errors import InvalidInput, InvalidParams


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "orders.csv"
    path.write_text("id,city\n1,Berlin\n2,\n3,<script>\n", encoding="utf-8")
    return path


def test_a_path_becomes_a_report(table: Path) -> None:
    for source in (table, str(table)):
        found = agensium.profile(source)
        assert (found.table.rows, found.report.source.name) == (3, "orders.csv")
        assert repr(found) == f"<orders.csv: {found.verdict}>"
        assert '"schema":"agensium.report/1"' in found.to_json()


def test_parameters_reach_the_agent(table: Path) -> None:
    found = agensium.profile(table, name="renamed", read={"missing": ["Berlin"]})
    assert found.table.columns[1].missing == 2
    assert found.report.source.name == "renamed"
    with pytest.raises(InvalidParams):
        agensium.profile(table, no_such_parameter=1)


def test_a_report_shows_as_a_page_that_cannot_reach_the_notebook(table: Path) -> None:
    shown = agensium.profile(table)._repr_html_()
    before, _, page = shown.removesuffix('"></iframe>').partition(' srcdoc="')
    assert before.startswith('<iframe sandbox="allow-scripts" ')
    assert '"' not in page
    assert unescape(page) == agensium.profile(table).to_html()


@pytest.mark.parametrize("source", [None, 3, [1, 2], {"a": [1]}, b"a,b\n1,2\n"])
def test_what_is_no_table_is_refused(source: object) -> None:
    with pytest.raises(InvalidInput, match="not a table"):
        agensium.profile(source)


def test_pandas_tables_are_read_without_loss() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"n": [1.5, None, 0.1], "t": ["NA", 'a\r\n,"b"', None]})
    found = agensium.profile(frame)
    assert [(c.kind, c.missing) for c in found.table.columns] == [("decimal", 1), ("text", 1)]
    assert {v.value for v in found.table.columns[1].top_values} == {"NA", 'a\r\n,"b"'}
    assert found.table.columns[0].declared == "float64"
    twice = pandas.DataFrame([[1, 2]], columns=["a", "a"])
    assert [c.name for c in agensium.profile(twice).table.columns] == ["a", "a_2"]
    with pytest.raises(InvalidInput, match="mixed"):
        agensium.profile(pandas.DataFrame({"mixed": [{"a": 1}, 2, "x"]}))


def test_polars_tables_are_read_without_loss() -> None:
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame({"n": [1, None, 3], "t": ["NA", 'a\r,"b"', None]})
    found = agensium.profile(frame)
    assert [(c.kind, c.missing) for c in found.table.columns] == [("integer", 1), ("text", 1)]
    lists = agensium.profile(polars.DataFrame({"lists": [[1], [2, 3]]}))
    assert [c.name for c in lists.table.columns] == ["lists", "lists[]"]
    with pytest.raises(InvalidInput, match="not a table"):
        agensium.profile(frame["n"])


def test_arrow_tables_are_read_without_loss() -> None:
    arrow = pytest.importorskip("pyarrow")
    table = arrow.table({"n": [1, None, 3], "t": ["NA", 'a\r,"b"', None]})
    found = agensium.profile(table)
    assert [(c.kind, c.missing) for c in found.table.columns] == [("integer", 1), ("text", 1)]
    assert [c.declared for c in found.table.columns] == ["int64", "string"]


def test_a_query_of_duckdb_is_read_as_a_stream() -> None:
    duckdb = pytest.importorskip("duckdb")
    with duckdb.connect() as connection:
        query = connection.sql("SELECT i AS n, i % 3 AS k FROM range(100000) t(i)")
        found = agensium.profile(query)
    numbers = found.table.columns[0].numbers
    assert numbers is not None
    assert (found.table.rows, numbers.max) == (100_000, 99_999)
    assert found.report.source.sha256 == ""


def test_a_source_that_fails_to_hand_over_its_table_is_named() -> None:
    duckdb = pytest.importorskip("duckdb")
    with duckdb.connect() as connection:
        query = connection.sql("SELECT i AS n FROM range(10) t(i)")
        connection.execute("SELECT * FROM range(100000)")  # its result is still open
        with pytest.raises(InvalidInput, match="could not hand over its rows"):
            agensium.profile(query)


def test_importing_the_package_imports_nothing_else() -> None:
    ask = "import sys, agensium; print(*[m for m in sys.modules if m.startswith('agensium.')])"
    said = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == ""
