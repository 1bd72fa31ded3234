"""The pages on the running service: what a newcomer does, in a real browser."""

from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import httpx2
import pytest
from playwright.sync_api import Browser, Page, expect

from agensium.core.schema import encode_schema
from tests.servers.web import Web
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


def test_another_reading_is_one_click_away(page: Page, home: str, tmp_path: Path) -> None:
    rows = "".join(f"{n};x{n},{n * 2}\n" for n in range(60))
    (tmp_path / "rival.csv").write_text(f"a;b,c\n{rows}")
    page.goto(home)
    page.set_input_files("#file", tmp_path / "rival.csv")
    expect_report(page, "c")
    first = page.url
    page.get_by_role("button", name="; between fields: 2 columns").click()
    expect_report(page, "b-c")
    assert page.url != first


def test_a_member_of_an_archive_is_one_click_away(page: Page, home: str, tmp_path: Path) -> None:
    with ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.writestr("first.csv", "a,b\n1,2\n")
        archive.writestr('sub/"second".csv', "c,d\n1,2\n")
    page.goto(home)
    page.set_input_files("#file", tmp_path / "two.zip")
    page.get_by_role("button", name='sub/"second".csv').click(timeout=REPORT_MILLISECONDS)
    expect_report(page, "d")
    page.get_by_role("button", name="first.csv").click()
    expect_report(page, "b")


def test_who_says_how_to_read_it_starts_by_hand(page: Page, home: str, tmp_path: Path) -> None:
    seen = watch(page)
    (tmp_path / "t.txt").write_text("1|2;3\n4|5;6\n")
    page.goto(home)
    page.get_by_text("How to read it").click()
    page.get_by_label("Delimiter").fill("|")
    page.locator("select[name='read.header']").select_option("no")
    page.set_input_files("#file", tmp_path / "t.txt")
    expect(page).to_have_url(f"{home}/")
    page.get_by_role("button", name="Profile").click()
    expect_report(page, "column-1")
    page.get_by_text("Read it differently").click()
    expect(page.locator("input[name='read.delimiter']")).to_have_value("|")
    expect(page.locator("select[name='read.header']")).to_have_value("no")
    page.locator("input[name='read.delimiter']").fill("semicolon")
    page.get_by_role("button", name="Read it so").click()
    expect_report(page, "column-2")
    assert seen.complaints == []


def test_personal_values_are_shown_after_a_box_is_ticked(
    page: Page, home: str, tmp_path: Path
) -> None:
    (tmp_path / "people.csv").write_text("mail,n\nann@example.com,1\nbob@example.com,2\n")
    page.goto(home)
    page.set_input_files("#file", tmp_path / "people.csv")
    expect_report(page, "mail")
    report = page.frame_locator("iframe").locator("main")
    expect(report).to_contain_text("•••@•••.•••")
    expect(report).not_to_contain_text("ann@example.com")
    page.get_by_text("Read it differently").click()
    page.get_by_label("Show values that may be personal").check()
    page.get_by_role("button", name="Read it so").click()
    expect(report).to_contain_text("ann@example.com", timeout=REPORT_MILLISECONDS)
    page.get_by_text("Read it differently").click()
    expect(page.get_by_label("Show values that may be personal")).to_be_checked()


def test_the_schema_of_reports_is_served(home: str) -> None:
    answer = httpx2.get(f"{home}/schema/report.json")
    assert answer.headers["content-type"] == "application/schema+json"
    assert answer.content == encode_schema()


def test_without_script_the_form_works_too(browser: Browser, home: str, tmp_path: Path) -> None:
    (tmp_path / "t.txt").write_text("a|b;c\n4|5;6\n")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(home)
    page.set_input_files("#file", tmp_path / "t.txt")
    page.get_by_text("How to read it").click()
    page.get_by_label("Delimiter").fill("pipe")
    page.get_by_role("button", name="Profile").click()
    expect(page.locator("iframe")).to_be_visible(timeout=REPORT_MILLISECONDS)
    expect(page.frame_locator("iframe").locator("#col-b-c")).to_be_visible()
    context.close()


def test_an_address_can_be_given(browser: Browser, tmp_path: Path, web: Web) -> None:
    allowed = {
        "AGENSIUM_SOURCE_HOSTS": "127.0.0.1",
        "AGENSIUM_SOURCE_SCHEMES": "http",
        "AGENSIUM_SOURCE_PRIVATE": "true",
    }
    address = web.serve("/orders.csv", b"id,amount\n1,2\n2,3\n")
    with running(make_service(tmp_path, allowed)) as service:
        for script in (True, False):
            context = browser.new_context(java_script_enabled=script)
            page = context.new_page()
            page.goto(service.url)
            page.get_by_label("or give its address").fill(address)
            page.get_by_role("button", name="Profile").click()
            expect(page.locator("iframe")).to_be_visible(timeout=REPORT_MILLISECONDS)
            expect(page.locator(".crumb")).to_have_text("orders.csv")
            context.close()
