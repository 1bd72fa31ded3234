"""Asking how a file would be read."""

import gzip
import json
from pathlib import Path
from typing import Any

from tests.cli.harness import agensium, is_said_in_one_line
from tests.data.workbooks import rows, text, write_workbook


def looked(*arguments: str) -> dict[str, Any]:
    done = agensium("detect", "--json", *arguments)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_text_is_described_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "t.csv.gz"
    lines = ["Report", "", "id;name", *(f"{n};Müller {n}" for n in range(60))]
    path.write_bytes(gzip.compress("\r\n".join(lines).encode("cp1252")))
    found = looked(str(path))
    assert (found["name"], found["format"], found["tables"]) == (
        "t.csv.gz", "delimited text", []
    )  # fmt: skip
    seen = found["text"]
    assert [seen[name] for name in ("delimiter", "quote", "encoding", "packing")] == [
        ";", '"', "windows-1252", "gzip"
    ]  # fmt: skip
    assert seen["columns"] == ["id", "name"]
    assert [seen["header_rows"], seen["skip_lines"], seen["other"]] == [1, 2, None]
    assert 0.5 < seen["confidence"] <= 1


def test_what_it_says_can_be_said_to_it(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a;b,c\n" + "".join(f"{n};x{n},{n}\n" for n in range(60)))
    first = looked(str(path))["text"]
    assert first["other"]["columns"] == 2
    other = looked(str(path), "--delimiter", first["other"]["delimiter"])["text"]
    assert {first["delimiter"], other["delimiter"]} == {";", ","}
    assert other["columns"] != first["columns"]


def test_the_sheets_of_a_workbook_are_listed(tmp_path: Path) -> None:
    sheet = rows({1: text("A1", "x"), 2: text("A2", "y")})
    book = write_workbook(tmp_path / "b.csv", {"First": sheet, "Old": sheet}, hidden=("Old",))
    found = looked(str(book))
    assert found["text"] is None
    assert [(each["name"], each["hidden"]) for each in found["tables"]] == [
        ("First", False), ("Old", True)
    ]  # fmt: skip


def test_people_get_a_line_for_each_file(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("id,name\n" + "".join(f"{n},x{n}\n" for n in range(60)))
    done = agensium("detect", str(path), str(tmp_path / "none.csv"))
    assert is_said_in_one_line(done, 3, "file_unreadable")
    (line,) = done.stdout.decode().splitlines()
    assert line.startswith("t.csv: delimited text; delimiter ',', quote '\"'")
