"""The pages on the running service: what a newcomer does, in a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.service.harness import make_service, running
from tests.ui.watch import watch

REPORT_MILLISECONDS = 60_000


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of a service that nobody has used yet."""
    with running(make_service(tmp_path_factory.mktemp("service"), {})) as service:
        yield service.url


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    """Give a small table under a hostile name."""
    path = tmp_path / "<i>orders\u202e.csv"
    path.write_text("id;amount\n" + "".join(f"{n};{n * 1.5}\n" for n in range(500)))
    return path


def expect_report(page: Page, column: str) -> None:
    frame = page.frame_locator("iframe")
    line = frame.locator(f"#col-{column}")
    expect(line).to_be_visible(timeout=REPORT_MILLISECONDS)
    line.locator("summary").click()
    expect(line.locator(".details")).to_be_visible()


def test_a_newcomer_sees_the_example_with_one_click(page: Page, home: str) -> None:
    seen = watch(page)
    page.goto(home)
    page.get_by_role("button", name="Try it with the example").click()
    expect_report(page, "dep-time")
    assert seen.complaints == []
    assert {url for url in seen.requests if not url.startswith((home, "data:"))} == set()


def test_a_chosen_file_becomes_a_report(page: Page, home: str, orders: Path) -> None:
    seen = watch(page)
    page.goto(home)
    page.set_input_files("#file", orders)
    expect_report(page, "amount")
    assert seen.complaints == []
    page.goto(home)
    expect(page.locator(".task").first).to_contain_text("<i>orders")


def test_a_file_that_is_no_table_is_refused_in_words(page: Page, home: str, tmp_path: Path) -> None:
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    page.goto(home)
    page.set_input_files("#file", tmp_path / "picture.png")
    expect(page.locator("#upload-trouble [data-message]")).not_to_be_empty()
    expect(page).to_have_url(f"{home}/")


def test_a_download_is_the_report(page: Page, home: str, orders: Path) -> None:
    page.goto(home)
    page.set_input_files("#file", orders)
    expect_report(page, "amount")
    with page.expect_download() as download:
        page.get_by_role("link", name="HTML").click()
    assert Path(download.value.path()).read_bytes().startswith(b"<!doctype html>")


def test_a_deleted_task_is_gone(page: Page, home: str, orders: Path) -> None:
    page.goto(home)
    page.set_input_files("#file", orders)
    expect_report(page, "amount")
    address = page.url
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Delete").click()
    expect(page).to_have_url(f"{home}/")
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 404
