"""Compiled templates are kept where that is possible, and taken only as long as they fit."""

import sys
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

from agensium.exports.compiled import CompiledTemplates


@pytest.fixture(autouse=True)
def _python_keeps_what_it_compiles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)


def rendered(folder: Path, *, trim: bool = True) -> str:
    environment = Environment(loader=FileSystemLoader(folder), trim_blocks=trim, autoescape=True)
    environment.bytecode_cache = CompiledTemplates(folder, environment)
    return environment.get_template("a.html").render(x=1)


def kept(folder: Path) -> int:
    return len(list(folder.glob("__pycache__/*.cache")))


def test_a_template_is_kept_once_and_renewed_when_it_changes(tmp_path: Path) -> None:
    source = tmp_path / "a.html"
    source.write_text("{% if x %}\n{{ x }}{% endif %}")
    assert (rendered(tmp_path), rendered(tmp_path), kept(tmp_path)) == ("1", "1", 1)
    source.write_text("{{ x + 1 }}")
    assert (rendered(tmp_path), kept(tmp_path)) == ("2", 1)


def test_what_was_compiled_otherwise_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("{% if x %}\n{{ x }}{% endif %}")
    assert (rendered(tmp_path), rendered(tmp_path, trim=False)) == ("1", "\n1")


def test_damage_is_compiled_anew(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("{{ x }}")
    assert rendered(tmp_path) == "1"
    for path in tmp_path.glob("__pycache__/*.cache"):
        path.write_bytes(path.read_bytes()[:-5])
    assert rendered(tmp_path) == "1"


def test_a_folder_that_takes_nothing_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("{{ x }}")
    (tmp_path / "__pycache__").write_text("in the way")
    assert rendered(tmp_path) == "1"


def test_nothing_is_kept_where_python_keeps_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    (tmp_path / "a.html").write_text("{{ x }}")
    assert (rendered(tmp_path), kept(tmp_path)) == ("1", 0)
