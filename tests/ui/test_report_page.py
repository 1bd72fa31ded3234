"""The report, opened from a file in a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from agensium.exports.html import render_html
from tests.exports.reports import FULL, HOSTILE, wide, wide_and_hostile
from tests.ui.watch import page_scrolls_sideways, watch

REPORTS = {
    "full": FULL,
    "hostile": HOSTILE,
    "wide": wide(100),
    "very wide": wide(2_000),
    "wide and hostile": wide_and_hostile(400),
}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reports")
    for name, report in REPORTS.items():
        (folder / f"{name}.html").write_bytes(render_html(report))
    return folder


@pytest.fixture
def plain(browser: Browser) -> Iterator[Page]:
    """Give a page in which no script runs."""
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


def details_of(anchor: str) -> tuple[str, str]:
    return f"#{anchor} summary", f"#{anchor} .details"


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_neither_complains_nor_asks_for_anything(
    page: Page, folder: Path, name: str
) -> None:
    seen = watch(page)
    page.goto(f"file://{folder}/{name}.html")
    page.locator("summary").first.click()
    page.wait_for_load_state("networkidle")
    assert seen.complaints == []
    assert [url for url in seen.requests if not url.startswith(("file:", "data:"))] == []


@pytest.mark.parametrize("name", ["full", "hostile", "wide"])
def test_a_report_fits_a_phone(page: Page, folder: Path, name: str) -> None:
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    page.goto(f"file://{folder}/{name}.html")
    page.eval_on_selector_all("details", "all => all.forEach((each) => each.open = true)")
    assert not page_scrolls_sideways(page)


def test_details_unfold_with_the_mouse_and_with_the_keyboard(page: Page, folder: Path) -> None:
    page.goto(f"file://{folder}/full.html")
    summary, details = details_of("col-amount")
    expect(page.locator(details)).to_be_hidden()
    page.locator(summary).click()
    expect(page.locator(details)).to_be_visible()
    page.locator(summary).press("Enter")
    expect(page.locator(details)).to_be_hidden()


def test_details_unfold_without_script(plain: Page, folder: Path) -> None:
    plain.goto(f"file://{folder}/full.html")
    summary, details = details_of("col-city")
    plain.locator(summary).click()
    expect(plain.locator(details)).to_be_visible()
    expect(plain.locator("#column-tools")).to_be_hidden()


def test_a_link_to_a_column_opens_it(page: Page, folder: Path) -> None:
    page.goto(f"file://{folder}/full.html#col-day")
    expect(page.locator(details_of("col-day")[1])).to_be_visible()
    page.locator("#findings a", has_text="amount").click()
    expect(page.locator(details_of("col-amount")[1])).to_be_visible()


def test_columns_are_searched_and_filtered(page: Page, folder: Path) -> None:
    page.goto(f"file://{folder}/full.html")
    shown = page.locator("#column-list > li:visible")
    expect(shown).to_have_count(5)
    page.get_by_placeholder("Search columns").fill("AMO")
    expect(shown).to_have_count(1)
    expect(page.locator("#column-count")).to_have_text("1 of 5")
    page.get_by_placeholder("Search columns").fill("")
    page.get_by_label("Needs a look").check()
    expect(shown).to_have_count(2)


def test_columns_are_filtered_by_kind(page: Page, folder: Path) -> None:
    page.goto(f"file://{folder}/full.html")
    shown = page.locator("#column-list > li:visible")
    button = page.get_by_role("button", name="decimal")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    kinds = shown.evaluate_all("all => all.map((each) => each.dataset.kind)")
    assert set(kinds) == {"decimal"}
    button.click()
    expect(shown).to_have_count(5)


def test_a_very_wide_report_shows_every_column_and_its_details(page: Page, folder: Path) -> None:
    page.goto(f"file://{folder}/very wide.html")
    expect(page.locator("#column-list > li")).to_have_count(2_000)
    page.get_by_placeholder("Search columns").fill("column number 1999")
    shown = page.locator("#column-list > li:visible")
    expect(shown).to_have_count(1)
    expect(page.locator("#column-count")).to_have_text("1 of 2000")
    shown.locator("summary").click()
    expect(shown.locator(".details")).to_be_visible()
    expect(shown.locator(".details")).to_contain_text("Top values")


def test_a_link_to_a_column_far_down_opens_it(page: Page, folder: Path) -> None:
    page.goto(f"file://{folder}/very wide.html#col-column-number-1500")
    expect(page.locator("#col-column-number-1500 .details")).to_be_visible()


def test_a_very_wide_report_without_script_says_what_is_left_out(plain: Page, folder: Path) -> None:
    plain.goto(f"file://{folder}/very wide.html")
    expect(plain.locator("#column-list > li")).to_have_count(150)
    expect(plain.locator("#column-rest")).to_contain_text(
        "Without JavaScript the first 150 columns"
    )


def test_columns_are_put_in_order(page: Page, folder: Path) -> None:
    page.goto(f"file://{folder}/full.html")
    page.get_by_label("Order").select_option("missing")
    first = page.locator("#column-list > li").first
    expect(first).to_have_attribute("data-name", "nothing")
    page.get_by_label("Order").select_option("file")
    expect(first).to_have_attribute("data-name", "amount")


def test_the_dark_page_is_dark(page: Page, folder: Path) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto(f"file://{folder}/full.html")
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == "rgb(15, 18, 21)"


def test_a_dark_page_prints_light(page: Page, folder: Path) -> None:
    page.emulate_media(color_scheme="dark", media="print")
    page.goto(f"file://{folder}/full.html")
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == "rgb(255, 255, 255)"
    expect(page.locator("#column-tools")).to_be_hidden()


def test_a_report_prints_to_pdf(page: Page, folder: Path) -> None:
    page.goto(f"file://{folder}/full.html")
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


def test_severity_is_told_by_shape_and_word(page: Page, folder: Path) -> None:
    page.goto(f"file://{folder}/full.html")
    for severity in ("Error", "Warning", "Note"):
        sign = page.locator("#findings").get_by_role("img", name=severity)
        expect(sign.locator("use")).to_have_attribute("href", f"#sign-{severity.lower()}")
