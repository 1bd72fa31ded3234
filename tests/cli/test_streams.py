"""Files, pipes and standard streams of every kind."""

import json
import os
from pathlib import Path

import pytest

from tests.cli.harness import agensium, in_shell, is_said_in_one_line


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "small.csv").write_text("id,x\n1,2\n3,4\n")
    return tmp_path


@pytest.mark.parametrize(
    "line",
    [
        "agensium profile small.csv --html /nonexistent/x.html",
        "agensium profile small.csv --html /tmp",
        "agensium profile small.csv --html /dev/full",
        "agensium profile small.csv > /dev/full",
        "agensium profile small.csv --json > /dev/full",
        "agensium profile small.csv >&-",
        "agensium profile small.csv --json >&-",
        "agensium --help > /dev/full",
        "agensium --version > /dev/full",
        "agensium --version >&-",
        "agensium fetch 01J -o /nonexistent/x",
    ],
)
def test_an_output_that_cannot_be_written_is_one_line(folder: Path, line: str) -> None:
    done = in_shell(line, folder)
    assert is_said_in_one_line(done, 8, "output_unwritable"), done


@pytest.mark.parametrize(
    "line", ["agensium profile - <&-", "agensium profile .", "agensium profile nope"]
)
def test_an_input_that_cannot_be_read_is_one_line(folder: Path, line: str) -> None:
    done = in_shell(line, folder)
    assert is_said_in_one_line(done, 3, "file_unreadable"), done


def test_closed_standard_error_changes_nothing_else(folder: Path) -> None:
    done = in_shell("agensium profile small.csv nope.csv --json 2>&-", folder)
    assert done.returncode == 3
    assert json.loads(done.stdout)["table"]["rows"] == 2


@pytest.mark.parametrize("command", ["profile small.csv", "profile small.csv --json", "--help"])
def test_a_reader_that_leaves_is_no_failure(folder: Path, command: str) -> None:
    # The reader has gone before the first byte is written.
    done = in_shell(f"agensium {command} | true; echo ${{PIPESTATUS[0]}}", folder)
    assert (done.stdout.decode(), done.stderr) == ("0\n", b"")


def test_a_pipe_is_a_file(folder: Path) -> None:
    done = in_shell("agensium profile <(cat small.csv) --json", folder)
    assert json.loads(done.stdout)["table"]["rows"] == 2


def test_a_named_pipe_is_a_file(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    done = in_shell("cat small.csv > pipe & agensium profile pipe --json", folder)
    report = json.loads(done.stdout)
    assert (report["table"]["rows"], report["source"]["name"]) == (2, "pipe")


def test_a_name_that_is_no_text(folder: Path) -> None:
    name = os.fsencode(folder) + b"/caf\xe9.csv"
    Path(os.fsdecode(name)).write_text("id,x\n1,2\n")
    done = agensium("profile", name, "--json")
    assert json.loads(done.stdout)["source"]["name"] == "caf\ufffd.csv"
    gone = agensium("profile", name + b"\n2")
    assert is_said_in_one_line(gone, 3, "file_unreadable"), gone
    assert "caf\ufffd.csv\\n2" in gone.stderr.decode()


def test_a_text_that_the_terminal_cannot_show(folder: Path) -> None:
    (folder / "a.csv").write_text("id,x\n1,日本\n2,日本\n")
    done = agensium("profile", str(folder / "a.csv"), more={"PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0, done.stderr
    assert b"??" in done.stdout


def test_a_page_replaces_the_old_one_and_keeps_its_mode(folder: Path) -> None:
    page = folder / "r.html"
    page.write_text("old")
    page.chmod(0o640)
    assert agensium("profile", str(folder / "small.csv"), "--html", str(page)).returncode == 0
    assert page.read_bytes().startswith(b"<!doctype html>")
    assert page.stat().st_mode & 0o777 == 0o640
    assert sorted(each.name for each in folder.iterdir()) == ["r.html", "small.csv"]
