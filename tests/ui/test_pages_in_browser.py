"""The pages in a real browser, under their own policy, with the routes that they expect."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Dialog, Page, Route, expect

from agensium.exports.html import render_html
from agensium.ui.assets import find_asset
from agensium.ui.pages import PAGE_POLICY, render_error, render_home, render_task
from tests.exports.reports import FULL
from tests.ui.literals import DONE, EMPTY_HOME, FAILED, HOME, MISSING, REFUSED_HOME, RUNNING
from tests.ui.watch import page_scrolls_sideways, watch

ROOT = "http://agensium.test"
PAGES: dict[str, Callable[[], str]] = {
    "/": lambda: render_home(HOME),
    "/empty": lambda: render_home(EMPTY_HOME),
    "/refused": lambda: render_home(REFUSED_HOME),
    "/running": lambda: render_task(RUNNING),
    "/view/01J8": lambda: render_task(DONE),
    "/failed": lambda: render_task(FAILED),
    "/missing": lambda: render_error(MISSING),
}


class Service:
    """Answers a browser's requests as the service does."""

    def __init__(self, page: Page) -> None:
        self.statuses = ["STARTED"]
        self.uploads = 0
        self.refuse = False
        page.route("**/*", self.answer)

    def answer(self, route: Route) -> None:
        path = urlsplit(route.request.url).path
        if path == "/upload":
            self._take(route)
        elif path.startswith("/static/"):
            asset = find_asset(path.removeprefix("/static/"))
            route.fulfill(body=asset.body, content_type=asset.media_type)
        elif path.endswith("report.html"):
            route.fulfill(body=render_html(FULL), content_type="text/html; charset=utf-8")
        elif path.endswith("/events"):
            route.fulfill(status=204)  # as a proxy without events would: the page asks instead
        elif path.startswith("/tasks/"):
            status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
            progress = {"percent": 80.0, "phase": "reading", "rows": 1200}
            route.fulfill(json={"status": status, "progress": progress})
        else:
            self._show(route, PAGES[path]())

    def _take(self, route: Route) -> None:
        self.uploads += 1
        if self.refuse:
            self._show(route, render_home(REFUSED_HOME), status=422)
        else:
            self._show(route, render_task(RUNNING))

    def _show(self, route: Route, body: str, status: int = 200) -> None:
        route.fulfill(
            status=status,
            body=body,
            content_type="text/html; charset=utf-8",
            headers={"Content-Security-Policy": PAGE_POLICY},
        )


@pytest.fixture
def service(page: Page) -> Service:
    return Service(page)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.usefixtures("service")
def test_pages_keep_their_policy_and_fit_the_window(page: Page, path: str, width: int) -> None:
    seen = watch(page)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(ROOT + path)
    expect(page.locator("main")).to_be_visible()
    assert seen.complaints == []
    assert all(url.startswith((ROOT, "data:")) for url in seen.requests)
    assert not page_scrolls_sideways(page)


def test_numbers_are_written_as_the_reader_writes_them(browser: Browser) -> None:
    context = browser.new_context(locale="de-DE")
    page = context.new_page()
    Service(page)
    seen = watch(page)
    page.goto(f"{ROOT}/empty")
    expect(page.locator(".empty")).to_contain_text("27.004 flights")
    page.goto(f"{ROOT}/running")
    expect(page.locator("[data-phase]")).to_have_text("reading, 1.200 rows")
    page.goto(f"{ROOT}/view/01J8")
    expect(page.frame_locator("iframe").locator(".verdict")).to_contain_text("1.000 rows")
    assert seen.complaints == []
    context.close()


@pytest.mark.usefixtures("service")
def test_times_are_told_as_ages(page: Page) -> None:
    page.goto(f"{ROOT}/")
    expect(page.locator("time").first).to_have_text(re.compile("ago|yesterday|now"))


@pytest.mark.usefixtures("service")
def test_the_report_is_shown_in_its_frame(page: Page) -> None:
    page.goto(f"{ROOT}/view/01J8")
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="orders.csv")).to_be_visible()
    frame.locator("#col-city summary").click()
    expect(frame.locator("#col-city .details")).to_be_visible()
    expect(frame.locator(".brand")).to_be_hidden()


def test_a_running_task_is_followed_until_it_is_over(page: Page, service: Service) -> None:
    page.goto(f"{ROOT}/running")
    expect(page.locator("[data-phase]")).to_have_text("reading, 1,200 rows")
    assert page.locator("progress").get_attribute("value") == "80"
    with page.expect_navigation():
        service.statuses = ["SUCCESS"]


def test_a_chosen_file_is_sent_at_once(page: Page, service: Service, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    page.goto(f"{ROOT}/empty")
    with page.expect_response("**/upload"):
        page.set_input_files("#file", tmp_path / "a.csv")
    assert service.uploads == 1


def test_a_refused_file_is_explained_in_place(page: Page, service: Service, tmp_path: Path) -> None:
    service.refuse = True
    (tmp_path / "a.txt").write_text("prose")
    page.goto(f"{ROOT}/empty")
    page.set_input_files("#file", tmp_path / "a.txt")
    expect(page.locator("#upload-trouble")).to_contain_text("The file is no table.")
    expect(page.get_by_text("Choose a file")).to_be_visible()


@pytest.mark.usefixtures("service")
def test_deleting_asks_first(page: Page) -> None:
    asked: list[str] = []

    def refuse(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", refuse)
    page.goto(f"{ROOT}/")
    page.get_by_role("button", name="Delete orders.csv").first.click()
    assert asked == ["Delete the file and its report?"]
