"""An API of one's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.harness import Api, make_services, running_api


@pytest.fixture
def api(database_url: str, tmp_path: Path) -> Iterator[Api]:
    """Give an API without a worker, once on SQLite and once on MariaDB."""
    with running_api(make_services(database_url, tmp_path)) as running:
        yield running


@pytest.fixture
def small_api(sqlite_url: str, tmp_path: Path) -> Iterator[Api]:
    """Give an API without a worker, on SQLite."""
    with running_api(make_services(sqlite_url, tmp_path)) as running:
        yield running
