"""The page of a running task follows it by events, or without script by loading itself again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from agensium.tasks.manage import cancel
from tests.api.harness import Api, make_services, running_api
from tests.ui.watch import watch


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Api]:
    services = make_services(f"sqlite:///{tmp_path / 'agensium.db'}", tmp_path)
    with running_api(services) as running:
        yield running


def end(api: Api, task_id: str) -> None:
    clock = api.services.clock
    api.services.database.transact(lambda s: cancel(s, "default", task_id, clock()))


def test_the_bar_follows_the_events(page: Page, api: Api) -> None:
    seen = watch(page)
    task_id = api.submit()
    page.goto(f"{api.url}/view/{task_id}")
    lease = api.claim(task_id)
    for rows, done in ((1200, 40), (2400, 80)):
        api.beat(lease, rows=rows, done=done)
        expect(page.locator("[data-phase]")).to_contain_text(f"scanning, {rows:,} rows")
        expect(page.locator("[data-progress]")).to_have_js_property("value", done)
    asked = [url for url in seen.requests if f"/tasks/{task_id}" in url]
    assert asked == [f"{api.url}/tasks/{task_id}/events?after=0"]
    assert seen.complaints == []


def test_the_page_shows_the_end_when_it_comes(page: Page, api: Api) -> None:
    task_id = api.submit()
    page.goto(f"{api.url}/view/{task_id}")
    expect(page.locator("[data-word]")).to_have_text("waiting")
    end(api, task_id)
    expect(page.locator("main")).to_contain_text("cancelled before it was done")


def test_without_script_the_page_loads_itself_again(browser: Browser, api: Api) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    task_id = api.submit()
    page.goto(f"{api.url}/view/{task_id}")
    expect(page.locator("[data-word]")).to_have_text("waiting")
    end(api, task_id)
    expect(page.locator("main")).to_contain_text("cancelled before it was done")
    context.close()


def test_without_events_the_page_asks(page: Page, api: Api) -> None:
    task_id = api.submit()
    page.route("**/events?*", lambda route: route.fulfill(status=503))
    page.goto(f"{api.url}/view/{task_id}")
    lease = api.claim(task_id)
    api.beat(lease, rows=1200, done=40)
    expect(page.locator("[data-phase]")).to_contain_text("1,200 rows")
    expect(page.locator("[data-progress]")).to_have_js_property("value", 40)
