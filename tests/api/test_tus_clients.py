"""Uploads with tus-js-client, the client that browsers have, under Node."""

import json
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.harness import Api, make_services, running_api
from tests.api.uploads import TABLE, content_of
from tests.servers.missing import ServerMissingError, find_program, skip_loudly
from tests.servers.seaweedfs import Bucket

HERE = Path(__file__).parent / "tus"
INSTALL = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent")


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """Give Node and a folder that has the client."""
    folder = tmp_path_factory.mktemp("node")
    try:
        program, npm = (
            find_program("Node", name, hint="install nodejs and npm") for name in ("node", "npm")
        )
    except ServerMissingError as missing:
        skip_loudly(missing)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, folder)
    done = subprocess.run([npm, *INSTALL], cwd=folder, capture_output=True, check=False)
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        skip_loudly(ServerMissingError("tus-js-client", f"npm: {said[-1] if said else '?'}"))
    return program, folder


@pytest.fixture(params=["folder", "s3"])
def api(request: pytest.FixtureRequest, sqlite_url: str, tmp_path: Path) -> Iterator[Api]:
    """Give an API whose files are in a folder, and one whose files are in a bucket."""
    settings = {}
    if request.param == "s3":
        bucket: Bucket = request.getfixturevalue("bucket")
        settings = {
            "s3_bucket_name": bucket.name,
            "s3_endpoint_url": bucket.endpoint_url,
            "aws_access_key_id": bucket.credentials.access_key,
            "aws_secret_access_key": bucket.credentials.secret_key,
            "aws_region": bucket.region,
        }
    with running_api(make_services(sqlite_url, tmp_path, **settings)) as running:
        yield running


def test_the_browsers_client_uploads_and_goes_on_after_its_death(
    api: Api, node: tuple[str, Path], tmp_path: Path
) -> None:
    program, folder = node
    file, memory = tmp_path / "table.csv", tmp_path / "memory.json"
    file.write_bytes(TABLE)
    command = [program, str(HERE / "upload.cjs"), f"{api.url}/uploads", str(file), str(memory)]
    died = subprocess.run([*command, str(6 << 20)], cwd=folder, capture_output=True, check=False)
    assert died.returncode == -signal.SIGKILL, died.stderr
    assert memory.exists()
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert 6 << 20 <= told["resumedFrom"] < len(TABLE)
    assert content_of(api.services.storage, told["url"]) == TABLE
