"""The fixtures over the servers: started when first asked for, shared by the whole run."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TypeVar

import pytest
from playwright.sync_api import Browser, Page

from tests.servers.chromium import run_chromium
from tests.servers.mariadb import MariaDB, run_mariadb
from tests.servers.missing import ServerMissingError, skip_loudly, write_summary
from tests.servers.seaweedfs import Bucket, SeaweedFS, run_seaweedfs
from tests.servers.valkey import Valkey, run_valkey
from tests.servers.web import Web, run_web

Server = TypeVar("Server")


@contextmanager
def _or_skip(server: AbstractContextManager[Server]) -> Iterator[Server]:
    try:
        started = server.__enter__()
    except ServerMissingError as missing:
        skip_loudly(missing)
    try:
        yield started
    finally:
        server.__exit__(None, None, None)


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDB]:
    """Give the run's MariaDB."""
    with _or_skip(run_mariadb()) as server:
        yield server


@pytest.fixture(scope="session")
def valkey_server() -> Iterator[Valkey]:
    """Give the run's Valkey, with whatever earlier tests left in it."""
    with _or_skip(run_valkey()) as server:
        yield server


@pytest.fixture
def valkey(valkey_server: Valkey) -> Valkey:
    """Give the run's Valkey, emptied for this test."""
    if not valkey_server.process.alive:
        valkey_server.restart()
    valkey_server.clear()
    return valkey_server


@pytest.fixture(scope="session")
def seaweedfs() -> Iterator[SeaweedFS]:
    """Give the run's SeaweedFS."""
    with _or_skip(run_seaweedfs()) as server:
        yield server


# Per module, not per session: while Playwright runs, asyncio.run() fails in this thread.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Give a headless Chromium."""
    with _or_skip(run_chromium()) as chromium:
        yield chromium


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Give an empty page with its own cookies and storage."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """Give the address of a SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'agensium.db'}"


@pytest.fixture
def mariadb_url(mariadb: MariaDB) -> Iterator[str]:
    """Give the address of a new empty MariaDB database."""
    if not mariadb.process.alive:
        mariadb.restart()
    with mariadb.fresh_database() as url:
        yield url


@pytest.fixture(params=["sqlite", "mariadb"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Give a new empty database, once on SQLite and once on MariaDB."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def bucket(seaweedfs: SeaweedFS) -> Iterator[Bucket]:
    """Give a new empty bucket with the application's credentials."""
    if not seaweedfs.process.alive:
        seaweedfs.restart()
    with seaweedfs.fresh_bucket() as fresh:
        yield fresh


@pytest.fixture
def web() -> Iterator[Web]:
    """Give a web server that answers as the test tells it to."""
    with run_web() as server:
        yield server


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly which servers were missing."""
    write_summary(terminalreporter)
