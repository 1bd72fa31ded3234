import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest
from msgspec.structs import replace

from agensium.core.report import decode_report, encode_report
from agensium.exports.html import render_html
from tests.exports.reports import (
    FINDINGS,
    FULL,
    HOSTILE,
    NOTHING,
    report,
    table,
    wide,
    wide_and_hostile,
)

MAX_BYTES_OF_100_COLUMNS = 500_000


class Page(HTMLParser):
    """What a browser would find in a page: its elements, their attributes and the text."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def ids(self) -> list[str]:
        return [value for _, attributes in self.elements if (value := attributes.get("id"))]


@pytest.fixture(scope="module")
def full() -> Page:
    return Page(render_html(FULL))


def test_equal_reports_give_equal_bytes() -> None:
    assert render_html(FULL) == render_html(decode_report(encode_report(FULL)))


def test_a_hundred_columns_fit_into_half_a_megabyte() -> None:
    assert len(render_html(wide(100))) <= MAX_BYTES_OF_100_COLUMNS


def test_every_finding_is_told_in_full(full: Page) -> None:
    for finding in FINDINGS:
        for words in (finding.title, finding.why, finding.action):
            assert words in full.text
    assert "2 of 960 cells" in full.text
    assert re.search(r"line 17\s+n/k", full.text)


def test_the_first_screen_leads_to_the_most_important_findings() -> None:
    many = tuple(replace(FINDINGS[0], title=f"finding {n}") for n in range(7))
    page = Page(render_html(replace(FULL, findings=many)))
    links = [attributes.get("href") for tag, attributes in page.elements if tag == "a"]
    assert [link for link in links if link and link.startswith("#finding-")] == [
        f"#finding-{n}" for n in range(1, 6)
    ]
    assert "All 7 findings" in page.text
    assert "finding-7" in page.ids()


def test_few_findings_are_told_once() -> None:
    page = Page(render_html(replace(FULL, findings=FINDINGS[:2])))
    assert page.text.count(FINDINGS[0].title) == len(FINDINGS[0].columns) + 1


def test_findings_link_to_the_columns_that_they_concern(full: Page) -> None:
    links = [attributes["href"] for tag, attributes in full.elements if tag == "a"]
    assert "#col-amount" in links
    assert {"col-amount", "col-city", "col-day"} <= set(full.ids())


def test_links_inside_the_page_lead_somewhere(full: Page) -> None:
    targets = {
        target[1:]
        for _, attributes in full.elements
        if (target := attributes.get("href")) and target.startswith("#")
    }
    assert targets <= set(full.ids())


def test_ids_are_unique() -> None:
    for each in (FULL, HOSTILE, wide(12)):
        ids = Page(render_html(each)).ids()
        assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    "words",
    [
        "12,345.67",  # the maximum, with all its digits
        "103.1",  # the mean, with four
        "≈\N{NO-BREAK SPACE}612",  # a sketch is marked
        "±\N{NO-BREAK SPACE}1.3\N{NO-BREAK SPACE}%",  # and its error is named
        "Figures marked ≈ are estimates",
        "12.5 EUR",  # a value that does not conform
        "Aaaaaa",  # a pattern
        "Probably one category",
        "30\N{NO-BREAK SPACE}days",  # a span
        "1900-01-01",  # a placeholder
        "2026-01-10 to 2026-01-13",  # a gap
        "together identify a row",
        "very closely falls as",
        "semicolon",
        "another reading is nearly as likely",
        "The delimiter may also be a comma.",
        "3\N{NO-BREAK SPACE}rows with too few fields",
        "line 12, line 400, line 731",
        "A byte order mark",
        "too many distinct values",
        "all missing",
    ],
)
def test_what_was_computed_is_shown(full: Page, words: str) -> None:
    assert words in full.text


def test_weak_associations_are_not_told(full: Page) -> None:
    assert "Cramér" not in full.text


def test_what_was_not_computed_is_not_shown() -> None:
    page = Page(render_html(report(table(NOTHING))))
    assert "relations" not in page.ids()
    assert "None" not in page.text
    assert "not computed" in page.text
    assert "Nothing was found that needs a look." in page.text


def test_a_table_without_rows_or_columns_is_rendered() -> None:
    assert b"0\xc2\xa0%" in render_html(report(table(rows=0)))
    assert render_html(report(table(replace(NOTHING, rows=0, missing=0), rows=0)))


def test_hostile_texts_are_harmless() -> None:
    page = render_html(HOSTILE)
    scripts = [tag for tag, _ in Page(page).elements if tag in {"script", "img"}]
    handlers = [
        name for _, attributes in Page(page).elements for name in attributes if name[:2] == "on"
    ]
    assert scripts == ["script"]
    assert handlers == []
    assert "\u202e" not in page.decode()
    assert "U+202E" in page.decode()
    assert b"\x1b" not in page
    assert b"{{ 7*7 }}" in page
    assert b"x" * 1_000 not in page


def test_a_hostile_report_stays_small() -> None:
    assert len(render_html(HOSTILE)) < MAX_BYTES_OF_100_COLUMNS


def test_hostile_texts_do_not_escape_from_what_is_folded() -> None:
    page = render_html(wide_and_hostile(300)).decode()
    folded = re.findall(r'<script type="text/plain"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert len(folded) == 2 + 300
    for text in folded:
        tags = {tag for tag, _ in Page(text.encode()).elements}
        assert tags.isdisjoint({"script", "img", "iframe"})
        assert "<!--" not in text
    outside = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    assert "img" not in {tag for tag, _ in Page(outside.encode()).elements}


def test_the_page_refers_to_nothing_outside(full: Page) -> None:
    for _, attributes in full.elements:
        for name in ("src", "href", "action", "data", "srcset", "poster"):
            target = attributes.get(name) or "#"
            assert target.startswith(("#", "data:")), target
    assert "@import" not in full.text
    assert "url(" not in full.text


def test_the_policy_allows_this_very_script_and_style_only() -> None:
    page = render_html(FULL).decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy is not None
    directives = policy[1].replace("&#39;", "'")
    for element, directive in (("style", "style-src"), ("script", "script-src")):
        inline = re.search(rf"<{element}>(.*?)</{element}>", page, re.DOTALL)
        assert inline is not None
        digest = base64.b64encode(hashlib.sha256(inline[1].encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}';" in directives
    assert directives.startswith("default-src 'none';")
    assert "unsafe" not in directives
    assert ' style="' not in page


def test_charts_have_words(full: Page) -> None:
    labels = [
        attributes["aria-label"]
        for tag, attributes in full.elements
        if tag == "svg" and attributes.get("role") == "img"
    ]
    assert any(label and label.startswith("Histogram of 10") for label in labels)
    unnamed = [
        attributes
        for tag, attributes in full.elements
        if tag == "svg" and "aria-label" not in attributes and "aria-hidden" not in attributes
    ]
    assert unnamed == []
