"""Handing over a large file with the command line, through interruptions."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest

from agensium.cli.uploading import LARGE_BYTES, PART_BYTES
from tests.cli.harness import agensium, is_said_in_one_line
from tests.servers.proxy import Proxy, run_proxy
from tests.service.harness import AGENSIUM, Service, clean_environment, make_service, running

ROW = b"%09d,some name,2026-01-%02d\n"
TABLE = b"id,name,day\n" + b"".join(ROW % (n, n % 28 + 1) for n in range(1_200_000))
assert len(TABLE) > 2 * LARGE_BYTES


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Service]:
    with running(make_service(tmp_path, {})) as service:
        yield service


@pytest.fixture
def link(server: Service) -> Iterator[Proxy]:
    port = urlsplit(server.url).port
    assert port is not None
    with run_proxy(port) as proxy:
        yield proxy


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "big table.csv"
    path.write_bytes(TABLE)
    return path


def received(server: Service) -> int:
    """Return how many bytes of unfinished uploads lie in the service's folder."""
    root = Path(server.api.environment["AGENSIUM_DATA_DIR"]) / "objects" / "uploads"
    return sum(path.stat().st_size for path in root.glob("*.half")) if root.is_dir() else 0


def begun(server: Service, file: Path, link: Proxy, caches: Path) -> subprocess.Popen[bytes]:
    """Begin to hand the file over; return once a part of it is there."""
    link.delay_seconds = 0.005  # for each 64 KiB, so that it is slow enough to be interrupted
    command = [AGENSIUM, "submit", str(file), "--server", f"http://127.0.0.1:{link.port}"]
    environment = clean_environment({"XDG_CACHE_HOME": str(caches)})
    sending = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    while received(server) < PART_BYTES:
        assert sending.poll() is None, sending.communicate()
    return sending


def test_a_killed_command_goes_on_when_it_is_given_again(
    server: Service, link: Proxy, file: Path, tmp_path: Path
) -> None:
    caches = tmp_path / "caches"
    sending = begun(server, file, link, caches)
    sending.kill()
    sending.communicate()
    link.heal()
    (memory,) = (caches / "agensium" / "uploads").iterdir()
    place = memory.read_text()
    confirmed = httpx2.get(place).json()["received"]
    at = ("--server", f"http://127.0.0.1:{link.port}")
    done = agensium("submit", str(file), *at, more={"XDG_CACHE_HOME": str(caches)})
    assert done.returncode == 0, done.stderr
    assert 0 < confirmed < len(TABLE)
    assert httpx2.get(place).json()["received"] == len(TABLE)  # the same upload was gone on with
    task = server.finished(done.stdout.decode().strip())
    assert (task["status"], task["files"][0]["name"]) == ("SUCCESS", "big table.csv")
    assert task["result"]["table"]["rows"] == 1_200_000
    assert list((caches / "agensium" / "uploads").iterdir()) == []


def test_one_command_outlives_a_cut_and_a_killed_service(
    server: Service, link: Proxy, file: Path, tmp_path: Path
) -> None:
    sending = begun(server, file, link, tmp_path / "caches")
    link.reset()
    server.api.kill()
    server.start()
    out, err = sending.communicate(timeout=120)
    assert sending.returncode == 0, err
    task = server.finished(out.decode().strip())
    assert (task["status"], task["result"]["table"]["rows"]) == ("SUCCESS", 1_200_000)


def test_a_changed_file_is_another_upload(
    server: Service, link: Proxy, file: Path, tmp_path: Path
) -> None:
    sending = begun(server, file, link, tmp_path / "caches")
    sending.kill()
    sending.communicate()
    link.heal()
    file.write_bytes(TABLE.replace(b"some name", b"more name"))
    more = {"XDG_CACHE_HOME": str(tmp_path / "caches")}
    done = agensium("submit", str(file), "--server", server.url, more=more)
    task = server.finished(done.stdout.decode().strip())
    assert task["status"] == "SUCCESS"
    names = next(each for each in task["result"]["table"]["columns"] if each["name"] == "name")
    assert "more name" in str(names)


def test_a_large_file_that_is_none_is_refused_in_one_line(server: Service, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(LARGE_BYTES))
    more = {"XDG_CACHE_HOME": str(tmp_path / "caches")}
    done = agensium("submit", str(tmp_path / "a.png"), "--server", server.url, more=more)
    assert is_said_in_one_line(done, 3, "unsupported_format")
    assert list((tmp_path / "caches" / "agensium" / "uploads").iterdir()) == []
