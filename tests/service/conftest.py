"""Running services, embedded and in server mode."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.mariadb import MariaDB
from tests.servers.seaweedfs import SeaweedFS
from tests.servers.valkey import Valkey
from tests.service.harness import AGENSIUM, Service, clean_environment, make_service, running

LIMITS = {"AGENSIUM_MAX_UPLOAD_BYTES": str(64 << 20)}


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("embedded")
    with running(make_service(folder, LIMITS)) as service:
        yield service


@pytest.fixture(scope="module")
def server_environment(
    mariadb: MariaDB, valkey_server: Valkey, seaweedfs: SeaweedFS
) -> Iterator[dict[str, str]]:
    with mariadb.fresh_database() as url, seaweedfs.fresh_bucket() as bucket:
        environment = {
            "DATABASE_URL": url,
            "REDIS_URL": valkey_server.url,
            **bucket.environment,
            "AGENSIUM_SECRET_KEY": "a key of the tests that opens nothing else",
            **LIMITS,
        }
        subprocess.run([AGENSIUM, "migrate"], env=clean_environment(environment), check=True)
        yield environment


@pytest.fixture(scope="module")
def server_mode(
    tmp_path_factory: pytest.TempPathFactory, server_environment: dict[str, str]
) -> Iterator[Service]:
    folder: Path = tmp_path_factory.mktemp("server")
    with running(make_service(folder, server_environment, workers=1)) as service:
        yield service


@pytest.fixture(params=["embedded", "server_mode"])
def service(request: pytest.FixtureRequest) -> Service:
    """Give the service, once in each mode."""
    found: Service = request.getfixturevalue(request.param)
    return found
