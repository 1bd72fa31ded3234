"""Saying on the command line how a file is to be read, and where it is."""

import json
from pathlib import Path
from typing import Any

from tests.cli.harness import agensium, is_said_in_one_line
from tests.servers.web import Web


def read(*arguments: str, stdin: bytes = b"") -> dict[str, Any]:
    done = agensium("profile", "-q", "--json", *arguments, stdin=stdin)
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def test_options_reach_the_reader(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes("note\nMüller|'a|b'|x\nMaier|c|-\n".encode("cp1252"))
    report = read(
        str(path), "--delimiter", "pipe", "--quote", "'", "--encoding", "windows-1252",
        "--skip-lines", "1", "--no-header", "--missing", "-", "--missing", "c",
    )  # fmt: skip
    first, second, third = report["table"]["columns"]
    assert "Müller" in json.dumps(first, ensure_ascii=False)
    assert [second["missing"], third["missing"]] == [1, 1]
    assert report["source"]["reading"] == "given"
    assert report["params"]["read"]["missing"] == ["-", "c"]


def test_a_tab_can_be_said() -> None:
    report = read("-", "--delimiter", "tab", stdin=b"a,b\tc\n1,2\t3\n")
    assert [column["name"] for column in report["table"]["columns"]] == ["a,b", "c"]


def test_options_go_with_params(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"a;b\n1;2\n")
    given = '{"pairs": false, "read": {"delimiter": ";"}}'
    report = read(str(path), "--params", given, "--no-header")
    assert report["table"]["rows"] == 2
    assert report["params"]["pairs"] is False
    twice = agensium("profile", str(path), "--params", given, "--delimiter", ",")
    assert is_said_in_one_line(twice, 2, "invalid_params")


def test_personal_values_are_shown_when_asked_for() -> None:
    table = b"mail,n\nann@example.com,1\nbob@example.com,2\n"
    hidden, shown = read("-", stdin=table), read("-", "--show-personal", stdin=table)
    assert "ann@example.com" not in json.dumps(hidden)
    assert "ann@example.com" in json.dumps(shown)
    assert [hidden["params"]["mask"], shown["params"]["mask"]] == [True, False]
    twice = agensium("profile", "-", "--show-personal", "--params", '{"mask": true}', stdin=table)
    assert is_said_in_one_line(twice, 2, "invalid_params")


def test_an_option_that_cannot_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(b"a;b\n1;2\n")
    for wrong in (("--delimiter", "xy"), ("--range", "B3"), ("--delimiter", '"')):
        done = agensium("profile", str(tmp_path / "t.csv"), *wrong)
        assert is_said_in_one_line(done, 2, "invalid_params"), wrong


def test_a_file_at_an_address(web: Web) -> None:
    report = read(web.serve("/in/t%20x.csv", b"a,b\n1,2\n") + "?key=secret")
    assert report["source"]["name"] == "t x.csv"
    assert report["table"]["rows"] == 1


def test_an_address_that_gives_no_file(web: Web) -> None:
    missing = agensium("profile", web.url("/nothing.csv"))
    assert is_said_in_one_line(missing, 3, "source_refused")
    nowhere = agensium("profile", "http://127.0.0.1:1/t.csv")
    assert is_said_in_one_line(nowhere, 5, "source_unreachable")
    secret = agensium("profile", "https://user:pass@127.0.0.1/t.csv")
    assert is_said_in_one_line(secret, 2, "invalid_request")
