"""The report, opened from a file in a real browser."""

import re
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from msgspec.structs import replace
from playwright.sync_api import Browser, Page, expect

from agensium.core.profile import Association, Estimate
from agensium.exports.html import render_html
from tests.exports.reports import FULL, HOSTILE, report, wide, wide_and_hostile
from tests.ui.watch import page_scrolls_sideways, watch

TIED = report(
    replace(
        wide(30).table,
        associations=tuple(
            Association(
                left=left.name,
                right=right.name,
                measure="pearson",
                estimate=Estimate(value=-0.9 if left.position % 7 else 0.55),
            )
            for left, right in combinations(wide(30).table.columns, 2)
        ),
    )
)
REPORTS = {
    "full": FULL,
    "tied": TIED,
    "hostile": HOSTILE,
    "wide": wide(100),
    "very wide": wide(2_000),
    "wide and hostile": wide_and_hostile(400),
}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reports")
    for name, each in REPORTS.items():
        (folder / f"{name}.html").write_bytes(render_html(each))
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


@pytest.mark.parametrize("name", ["full", "hostile", "wide", "tied"])
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


@pytest.fixture
def german(browser: Browser) -> Iterator[Page]:
    """Give a page of a reader who writes 1.234,5."""
    context = browser.new_context(locale="de-DE")
    yield context.new_page()
    context.close()


def test_numbers_are_written_as_the_reader_writes_them(german: Page, folder: Path) -> None:
    seen = watch(german)
    german.goto(f"file://{folder}/full.html")
    expect(german.locator(".tiles")).to_contain_text("1.000")
    expect(german.locator(".verdict")).to_contain_text("1.000 rows")
    summary, details = details_of("col-amount")
    german.locator(summary).click()
    for words in ("12.345,67", "103,1", "±\N{NO-BREAK SPACE}1,3\N{NO-BREAK SPACE}%"):
        expect(german.locator(details)).to_contain_text(words)
    assert seen.complaints == []


def test_values_and_dates_are_never_rewritten(german: Page, page: Page, folder: Path) -> None:
    """What comes from the file is the same for every reader."""
    for name in ("full", "hostile", "wide"):
        texts = []
        for reader in (german, page):
            reader.goto(f"file://{folder}/{name}.html")
            texts.append(reader.locator("bdi, code, .chip, .hid").all_text_contents())
        assert texts[0] == texts[1]
        assert len(texts[0]) > 50
    german.goto(f"file://{folder}/full.html")
    german.locator(details_of("col-day")[0]).click()
    for words in ("2026-01-10 to 2026-01-13", "1900-01-01"):
        expect(german.locator(details_of("col-day")[1])).to_contain_text(words)


def test_numbers_in_quoted_names_are_left_alone(german: Page, folder: Path) -> None:
    german.goto(f"file://{folder}/full.html")
    texts = {
        "'o'neil 1,234.5' in 4.2 % of 1,234 cells.": "'o'neil 1,234.5' in 4,2 % of 1.234 cells.",
        "up to 1.5 in 'x' and 'y 2.5'; 3.5": "up to 1,5 in 'x' and 'y 2.5'; 3,5",
        "2026-01-10 12:30:01.5, v1.2.3, 1,2, x2.5": "2026-01-10 12:30:01.5, v1.2.3, 1,2, x2.5",
        "-1,234.50 to 9007199254740993": "-1.234,50 to 9007199254740993",
    }
    for before, after in texts.items():
        written = german.evaluate(
            "text => { const p = document.createElement('p'); p.textContent = text;"
            " numbers.localise(p); return p.textContent; }",
            before,
        )
        assert written == after


def test_a_very_wide_report_writes_its_numbers_so_too(german: Page, folder: Path) -> None:
    german.goto(f"file://{folder}/very wide.html#col-column-number-1500")
    details = german.locator("#col-column-number-1500 .details")
    expect(details).to_contain_text(",")
    figures = details.locator(".facts dd, .counts td").all_text_contents()
    assert any("," in each for each in figures)
    assert not any(re.search(r"\d\.\d{1,2}(?!\d)", each) for each in figures)
    german.get_by_placeholder("Search columns").fill("column number")
    expect(german.locator("#column-count")).to_have_text("2000")


def test_a_heat_map_scrolls_by_itself_and_says_what_it_shows(page: Page, folder: Path) -> None:
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    page.goto(f"file://{folder}/tied.html")
    drawing = page.get_by_role("img", name="Heat map of how strongly 30 columns go together")
    expect(drawing).to_be_visible()
    assert page.locator(".scroll").evaluate("each => each.scrollWidth > each.clientWidth")
