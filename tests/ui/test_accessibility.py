"""Reports and pages, looked at by axe-core: what people with assistive technology would miss."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from agensium.exports.html import render_html
from tests.exports.reports import FULL, HOSTILE, wide
from tests.ui.test_pages_in_browser import PAGES, ROOT, Service
from tests.ui.test_report_page import TIED

REPORTS = {"full": FULL, "hostile": HOSTILE, "wide": wide(200), "tied": TIED}


@pytest.fixture(params=["light", "dark"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Give a page into which axe-core may be put: its policy would keep it out."""
    context = browser.new_context(bypass_csp=True, color_scheme=request.param)
    yield context.new_page()
    context.close()


def complaints(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found]


@pytest.mark.parametrize("name", REPORTS)
def test_reports_are_accessible(page: Page, tmp_path: Path, name: str) -> None:
    (tmp_path / "report.html").write_bytes(render_html(REPORTS[name]))
    page.goto(f"file://{tmp_path}/report.html")
    page.eval_on_selector_all(
        "details", "all => all.slice(0, 8).forEach((each) => each.open = true)"
    )
    assert complaints(page) == []


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_accessible(page: Page, path: str) -> None:
    Service(page)
    page.goto(ROOT + path)
    assert complaints(page) == []


def test_a_page_that_is_not_accessible_is_noticed(page: Page) -> None:
    page.set_content("<html><body><img src='data:,'><p style='color:#eee'>pale</p></body></html>")
    assert {each.partition(":")[0] for each in complaints(page)} >= {"image-alt", "color-contrast"}
