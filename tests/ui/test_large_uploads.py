"""Large files on the page: a connection that breaks costs the rest, not the beginning."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, expect

from tests.servers.proxy import Proxy, run_proxy
from tests.service.harness import make_service, running

LARGE_BYTES = 20 << 20
REPORT_MILLISECONDS = 120_000
SLOW_SECONDS = 0.05
"""For each 64 KiB: the rest of the file takes so long that it can be cut off in the middle."""


@dataclass
class Line:
    """A service, and the line to it."""

    url: str
    link: Proxy


@dataclass
class Sent:
    """What a page sent: how often it began an upload, and from where on it sent pieces."""

    begun: int = 0
    offsets: list[int] = field(default_factory=list)

    def note(self, request: Request) -> None:
        if request.method == "POST" and request.url.endswith("/uploads"):
            self.begun += 1
        elif request.method == "PATCH":
            self.offsets.append(offset_of(request))


def offset_of(request: Request) -> int:
    return int(request.headers["upload-offset"])


def is_middle(request: Request) -> bool:
    return request.method == "PATCH" and offset_of(request) > 0


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    with running(make_service(tmp_path_factory.mktemp("service"), {})) as service:
        host, port = service.url.rsplit(":", 1)
        with run_proxy(int(port)) as link:
            yield Line(f"{host}:{link.port}", link)


@pytest.fixture
def large(tmp_path: Path) -> Path:
    path = tmp_path / "large.csv"
    row = b"1,some text,2026-01-01\n"
    path.write_bytes(b"id,name,day\n" + row * (LARGE_BYTES // len(row)))
    return path


def break_in_the_middle(page: Page, line: Line, file: Path) -> None:
    line.link.delay_seconds = SLOW_SECONDS
    with page.expect_request(is_middle):
        page.set_input_files("#file", file)
    # A browser tries once more by itself: that has to fail as well.
    with page.expect_event("requestfailed"):
        line.link.refuse()
    line.link.heal()


def expect_report(page: Page) -> None:
    shown = page.frame_locator("iframe").locator("#col-day")
    expect(shown).to_be_visible(timeout=REPORT_MILLISECONDS)


def test_a_large_file_goes_on_after_a_broken_connection(
    page: Page, line: Line, large: Path
) -> None:
    sent = Sent()
    page.on("request", sent.note)
    page.goto(line.url)
    break_in_the_middle(page, line, large)
    expect_report(page)
    assert sent.begun == 1
    assert sent.offsets.count(0) == 1
    assert len(sent.offsets) >= 3


def test_a_large_file_goes_on_when_it_is_chosen_again(page: Page, line: Line, large: Path) -> None:
    sent = Sent()
    page.on("request", sent.note)
    page.goto(line.url)
    line.link.delay_seconds = SLOW_SECONDS
    with page.expect_request(is_middle):
        page.set_input_files("#file", large)
    page.goto("about:blank")
    line.link.heal()
    page.goto(line.url)
    page.set_input_files("#file", large)
    expect_report(page)
    assert sent.begun == 1
    assert sent.offsets.count(0) == 1


def test_a_large_file_that_is_no_table_is_refused_after_its_beginning(
    page: Page, line: Line, tmp_path: Path
) -> None:
    sent = Sent()
    page.on("request", sent.note)
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(LARGE_BYTES))
    page.goto(line.url)
    page.set_input_files("#file", tmp_path / "picture.png")
    expect(page.locator("#upload-trouble [data-message]")).not_to_be_empty()
    assert sent.offsets == [0]
