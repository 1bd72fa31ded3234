"""Whom the service answers, and how it keeps to HTTP."""

import subprocess
from pathlib import Path

import httpx2
import pytest

from agensium.server.guard import host_name
from tests.service.harness import AGENSIUM, Service, clean_environment, make_service, running


@pytest.mark.parametrize(
    ("host", "status"),
    [("evil.example", 403), ("127.0.0.1", 200), ("localhost:80", 200), ("[::1]:80", 200)],
)
def test_a_page_under_another_name_gets_nothing(embedded: Service, host: str, status: int) -> None:
    answer = httpx2.get(f"{embedded.url}/tasks", headers={"Host": host})
    assert answer.status_code == status
    if status == 403:
        assert answer.json()["code"] == "forbidden"
        assert "evil.example" in answer.json()["detail"]


@pytest.mark.parametrize("path", ["/profile/async", "/upload", "/example", "/tasks/x/cancel"])
@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_forms_of_other_sites_are_refused(embedded: Service, path: str, site: str) -> None:
    answer = httpx2.post(embedded.url + path, headers={"Sec-Fetch-Site": site})
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


@pytest.mark.parametrize("path", ["/", "/health", "/docs", "/tasks"])
def test_head_is_get_without_a_body(embedded: Service, path: str) -> None:
    head, get = httpx2.head(embedded.url + path), httpx2.get(embedded.url + path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == get.headers["content-type"]


def test_a_405_names_all_methods(embedded: Service) -> None:
    answer = httpx2.put(f"{embedded.url}/tasks/x")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "DELETE, GET, HEAD"


def test_a_slash_too_many_is_not_found(embedded: Service) -> None:
    answer = httpx2.get(f"{embedded.url}/tasks/")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_known_report_is_not_sent_again(embedded: Service) -> None:
    task_id = embedded.submit(b"a,b\n1,2\n")
    embedded.finished(task_id)
    url = f"{embedded.url}/tasks/{task_id}/report.json"
    tag = httpx2.get(url).headers["etag"]
    again = httpx2.get(url, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


def test_the_result_can_be_left_out(embedded: Service) -> None:
    task_id = embedded.submit(b"a,b\n1,2\n")
    assert "result" in embedded.finished(task_id)
    short = httpx2.get(f"{embedded.url}/tasks/{task_id}?result=false").json()
    assert "result" not in short
    assert short["summary"]["rows"] == 1


def test_a_browser_gets_errors_as_pages(embedded: Service) -> None:
    accept = {"Accept": "text/html,*/*"}
    page = httpx2.get(f"{embedded.url}/view/unknown", headers=accept)
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    assert "There is no task" in page.text
    problem = httpx2.get(f"{embedded.url}/tasks/unknown", headers=accept)
    assert problem.headers["content-type"] == "application/problem+json"


def test_it_lives_under_a_path_that_a_proxy_keeps_or_cuts_off(tmp_path: Path) -> None:
    service = make_service(tmp_path, {})
    service.api.command += ["--root-path", "/sub"]
    with running(service):
        for base in ("", "/sub"):
            page = httpx2.get(f"{service.url}{base}/")
            assert page.status_code == 200
            assert "/sub/static/app.css" in page.text
            answer = httpx2.post(
                f"{service.url}{base}/profile/async", files={"file": b"a,b\n1,2\n"}
            )
            assert answer.headers["location"].startswith("/sub/tasks/")
            assert httpx2.get(service.url + answer.headers["location"]).status_code == 200
        assert httpx2.get(f"{service.url}/sub/static/app.css").status_code == 200


def test_a_database_without_our_tables_is_one_line(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'own.db'}"
    environment = clean_environment({"DATABASE_URL": url, "AGENSIUM_DATA_DIR": str(tmp_path / "d")})
    done = subprocess.run(
        [AGENSIUM, "serve", "--port", "8999"], env=environment, capture_output=True, check=False
    )
    assert done.returncode == 5
    assert b"Run: agensium migrate" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("header", "name"),
    [("a:80", "a"), ("A", "a"), ("[::1]:80", "::1"), ("", ""), ("a.example:x", "a.example")],
)
def test_a_host_is_read_without_its_port(header: str, name: str) -> None:
    assert host_name(header) == name
