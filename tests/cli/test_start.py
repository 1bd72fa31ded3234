"""Starting is quick because a command imports what it needs and nothing else."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.service.harness import clean_environment

RUN = """
import atexit, os, sys
os._exit = sys.exit
atexit.register(lambda: print(*sys.modules, file=sys.stderr))
from agensium.cli import main
main()
"""
SERVER = {
    "agensium.api",
    "agensium.db",
    "agensium.notebook",
    "agensium.server",
    "agensium.settings",
    "agensium.tasks",
    "agensium.worker",
    "boto3",
    "botocore",
    "celery",
    "fastapi",
    "httpx2",
    "pydantic",
    "sqlalchemy",
    "starlette",
    "typer",
    "uvicorn",
}
EXPORTS = {"agensium.exports", "jinja2", "rich"}
HEAVY = {"asyncio", "concurrent", "email", "importlib.metadata", "logging", "subprocess"}
READING = {"shutil", "tempfile", "random"}


def imported(*arguments: str) -> set[str]:
    """Run a command in an interpreter of its own; return the modules that it imported."""
    done = subprocess.run(
        [sys.executable, "-c", RUN, *arguments],
        capture_output=True,
        check=True,
        timeout=60,
        env=clean_environment({}),
    )
    return set(done.stderr.decode().splitlines()[-1].split())


@pytest.fixture
def small(tmp_path: Path) -> str:
    path = tmp_path / "small.csv"
    path.write_text("id,x\n1,2\n3,4\n")
    return str(path)


def test_the_version_imports_next_to_nothing() -> None:
    known = imported("--version")
    assert "agensium.cli" in known
    assert known & (SERVER | EXPORTS | HEAVY | READING | {"click", "msgspec"}) == set()


def test_the_help_imports_the_commands_only() -> None:
    known = imported("--help")
    assert "agensium.cli.app" in known
    assert known & (SERVER | EXPORTS | HEAVY | {"agensium.data._kernel"}) == set()


def test_json_needs_no_renderer(small: str) -> None:
    known = imported("profile", small, "--json")
    assert "agensium.data._kernel" in known
    assert known & (SERVER | EXPORTS | HEAVY | READING | {"dataclasses"}) == set()


def test_a_page_needs_no_terminal(small: str, tmp_path: Path) -> None:
    known = imported("profile", small, "--html", str(tmp_path / "page.html"))
    assert "jinja2" in known
    assert known & (SERVER | HEAVY | {"rich"}) == set()


def test_a_terminal_needs_no_page(small: str) -> None:
    known = imported("profile", small)
    assert "rich" in known
    assert known & (SERVER | {"jinja2"}) == set()
