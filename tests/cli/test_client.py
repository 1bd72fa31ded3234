"""The commands that talk to a server."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.cli.harness import agensium, in_shell, is_said_in_one_line
from tests.service.harness import Service, make_service, running

EXAMPLE = Path(__file__).parents[2] / "examples" / "flights.csv"
NOWHERE = "http://127.0.0.1:9"
PROXIES = {"http_proxy": NOWHERE, "https_proxy": NOWHERE, "all_proxy": NOWHERE}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running(make_service(tmp_path_factory.mktemp("cli"), {})) as service:
        yield service


def test_submit_status_and_fetch(server: Service, tmp_path: Path) -> None:
    at = ("--server", server.url)
    submitted = agensium("submit", str(EXAMPLE), "--wait", *at)
    assert submitted.returncode == 0, submitted.stderr
    task_id = submitted.stdout.decode().splitlines()[0]
    status = agensium("status", task_id, *at)
    assert json.loads(status.stdout)["status"] == "SUCCESS"
    page = tmp_path / "r.html"
    assert agensium("fetch", task_id, "--name", "report.html", "-o", str(page), *at).returncode == 0
    assert page.read_bytes().startswith(b"<!doctype html>")
    assert json.loads(agensium("fetch", task_id, *at).stdout)["table"]["rows"] == 27_004
    unknown = agensium("status", "unknown", *at)
    assert (unknown.returncode, unknown.stdout) == (6, b"")


def test_no_server_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,x\n1,2\n")
    done = agensium("submit", str(tmp_path / "a.csv"), "--server", "http://127.0.0.1:1")
    assert done.returncode == 5
    assert b"[server_unreachable]" in done.stderr
    assert b"hint: " in done.stderr


def test_a_proxy_is_not_asked_for_this_machine(server: Service, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,x\n1,2\n")
    for host in ("127.0.0.1", "localhost"):
        at = server.url.replace("127.0.0.1", host)
        done = agensium("submit", str(tmp_path / "a.csv"), "--server", at, more=PROXIES)
        assert done.returncode == 0, done.stderr


def test_a_proxy_is_asked_for_other_machines(server: Service) -> None:
    # The proxy is our own server, which answers that it does not serve this name.
    done = agensium(
        "status",
        "01J",
        "--server",
        "http://agensium.invalid",
        more=PROXIES | {"http_proxy": server.url},
    )
    assert b"agensium.invalid" in done.stderr
    assert b"[server_unreachable]" not in done.stderr


def test_a_pipe_and_a_name_that_is_no_text_can_be_submitted(
    server: Service, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text("id,x\n1,2\n3,4\n")
    line = f"agensium submit <(cat a.csv) --server {server.url}"
    done = in_shell(line, tmp_path)
    ticket = done.stdout.decode().strip()
    assert server.finished(ticket)["status"] == "SUCCESS"
    done = in_shell(
        f"cp a.csv $'caf\\xe9.csv'; agensium submit caf* --server {server.url}", tmp_path
    )
    assert server.finished(done.stdout.decode().strip())["status"] == "SUCCESS"


def test_a_failed_download_leaves_the_old_file(server: Service, tmp_path: Path) -> None:
    kept = tmp_path / "r.json"
    kept.write_text("kept")
    for url, code in ((server.url, 6), ("http://127.0.0.1:1", 5)):
        done = agensium("fetch", "01JUNKNOWN", "-o", str(kept), "--server", url)
        assert (done.returncode, kept.read_text()) == (code, "kept")
    assert list(tmp_path.iterdir()) == [kept]


class _Stranger(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<html>")

    def log_message(self, *_: object) -> None:
        pass


def test_a_server_that_is_not_agensium_is_said_so() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Stranger) as stranger:
        threading.Thread(target=stranger.serve_forever, daemon=True).start()
        done = agensium("status", "01J", "--server", f"http://127.0.0.1:{stranger.server_port}")
        stranger.shutdown()
    assert is_said_in_one_line(done, 5, "server_unreachable"), done
    assert b"is not Agensium" in done.stderr


@pytest.mark.parametrize("url", ["nonsense", "http://[x", "ftp://h", ""])
def test_an_odd_address_is_one_line(url: str) -> None:
    done = agensium("status", "01J", "--server", url)
    assert is_said_in_one_line(done, 5, "server_unreachable"), done
