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
    path.write_text("id;amount;same\n" + "".join(f"{n};{n * 1.5};x\n" for n in range(500)))
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


@pytest.mark.parametrize(
    ("title", "start"),
    [
        ("Page (HTML)", b"<!doctype html>"),
        ("Everything (JSON)", b'{"schema":"agensium.report/1"'),
        ("Workbook (Excel)", b"PK"),
        ("Summary (Markdown)", b"## "),
        ("Findings (CSV)", b"rank,severity,rule"),
        ("Columns (CSV)", b"position,name,kind"),
    ],
)
def test_a_download_is_the_report(
    page: Page, home: str, orders: Path, title: str, start: bytes
) -> None:
    page.goto(home)
    page.set_input_files("#file", orders)
    expect_report(page, "amount")
    with page.expect_download() as download:
        page.get_by_text("Download").click()
        page.get_by_role("link", name=title).click()
    assert Path(download.value.path()).read_bytes().startswith(start)


def test_several_files_become_as_many_reports(page: Page, home: str, tmp_path: Path) -> None:
    for name in ("first.csv", "second.csv", "third.csv"):
        (tmp_path / name).write_text("id,name\n1,a\n2,b\n")
    page.goto(home)
    page.set_input_files("#file", sorted(tmp_path.glob("*.csv")))
    expect(page.locator(".task").nth(2)).to_be_visible()
    for name in ("first.csv", "second.csv", "third.csv"):
        expect(page.locator(".tasks")).to_contain_text(name)


def test_reports_are_found_by_name_and_state(page: Page, home: str, tmp_path: Path) -> None:
    (tmp_path / "needle_100%.csv").write_text("id,name\n1,a\n2,b\n")
    page.goto(home)
    page.set_input_files("#file", tmp_path / "needle_100%.csv")
    expect_report(page, "id")
    page.goto(home)
    page.get_by_placeholder("Search files").fill("NEEDLE_100%")
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".task")).to_have_count(1)
    page.get_by_label("State").select_option("failed")
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".task")).to_have_count(0)
    expect(page.locator("main")).to_contain_text("No such report")
    expect(page.get_by_placeholder("Search files")).to_have_value("NEEDLE_100%")


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
