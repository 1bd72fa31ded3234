"""The commands, as processes of their own."""

import json
from pathlib import Path

import pytest

from agensium import __version__
from tests.cli.harness import agensium
from tests.service.harness import Service, make_service, running

EXAMPLE = Path(__file__).parents[2] / "examples" / "flights.csv"


def test_the_version() -> None:
    done = agensium("--version")
    assert (done.returncode, done.stdout.decode()) == (0, f"agensium {__version__}\n")


def test_a_summary_goes_to_standard_output() -> None:
    done = agensium("profile", str(EXAMPLE))
    assert done.returncode == 0, done.stderr
    text = done.stdout.decode()
    assert "27,004" in text
    assert "dep_delay" in text
    assert done.stderr == b""


def test_json_is_json_and_a_line_for_each_file(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_text("id,x\n1,2\n3,4\n")
    done = agensium("profile", str(tmp_path / "a"), str(tmp_path / "b"), "--json")
    reports = [json.loads(line) for line in done.stdout.splitlines()]
    assert [report["source"]["name"] for report in reports] == ["a", "b"]


def test_a_page_is_written(tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    done = agensium("profile", str(EXAMPLE), "--html", str(page))
    assert (done.returncode, done.stdout) == (0, b"")
    assert page.read_bytes().startswith(b"<!doctype html>")


def test_standard_input() -> None:
    done = agensium("profile", "-", "--json", stdin=b"id,x\n1,2\n3,4\n")
    assert json.loads(done.stdout)["table"]["rows"] == 2


@pytest.mark.parametrize(
    ("content", "code", "word"),
    [
        (b"", 3, "empty_file"),
        (b"a,b\n", 3, "no_rows"),
        (b"%PDF-1.4", 3, "unsupported_format"),
        (b"words and words and words and more words in a line\n" * 3, 3, "not_a_table"),
    ],
)
def test_bad_input_is_one_line_and_an_exit_code(content: bytes, code: int, word: str) -> None:
    done = agensium("profile", "-", stdin=content)
    said = done.stderr.decode()
    assert done.returncode == code
    assert f"[{word}]" in said.splitlines()[0]
    assert "Traceback" not in said
    assert done.stdout == b""


def test_one_bad_file_does_not_keep_the_others(tmp_path: Path) -> None:
    (tmp_path / "good.csv").write_text("id,x\n1,2\n")
    done = agensium("profile", str(tmp_path / "nope.csv"), str(tmp_path / "good.csv"), "--json")
    assert done.returncode == 3
    assert json.loads(done.stdout)["table"]["rows"] == 1
    assert b"nope.csv: " in done.stderr


def test_wrong_parameters_are_a_usage_error() -> None:
    done = agensium("profile", str(EXAMPLE), "--params", '{"x":1}')
    assert done.returncode == 2
    assert b"[invalid_params]" in done.stderr


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Service:
    return make_service(tmp_path_factory.mktemp("cli"), {})


def test_a_taken_port_is_one_line(server: Service) -> None:
    with running(server):
        port = server.url.rsplit(":", 1)[1]
        done = agensium("serve", "--port", port)
        assert done.returncode == 2
        assert b"Cannot listen on 127.0.0.1" in done.stderr
        assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("r.html", b"<!doctype html>"),
        ("r.JSON", b'{"schema"'),
        ("r.xlsx", b"PK"),
        ("r.md", b"## "),
        ("r-findings.csv", b"rank,"),
        ("columns.csv", b"position,"),
    ],
)
def test_a_report_is_written_as_its_files_name_says(
    tmp_path: Path, name: str, start: bytes
) -> None:
    done = agensium("profile", str(EXAMPLE), "--output", str(tmp_path / name))
    assert (done.returncode, done.stdout) == (0, b"")
    assert (tmp_path / name).read_bytes().startswith(start)


def test_a_name_that_says_nothing_is_refused_before_the_work(tmp_path: Path) -> None:
    done = agensium("profile", "/no/such/file", "-o", str(tmp_path / "r.pdf"))
    assert done.returncode == 2
    assert b"names end in .json, .html, .md, .xlsx, findings.csv, columns.csv" in done.stderr
    assert list(tmp_path.iterdir()) == []
