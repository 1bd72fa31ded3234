from markdown_it import MarkdownIt

from agensium.exports.harmless import code, prose
from agensium.exports.markdown import render_markdown
from tests.exports.reports import FULL, HOSTILE, wide

GITHUB = MarkdownIt("gfm-like", {"linkify": False, "html": True})


def types(text: str) -> set[str]:
    found = set()
    for token in GITHUB.parse(text):
        found.add(token.type)
        found.update(child.type for child in token.children or ())
    return found


def test_the_summary_tells_verdict_findings_and_columns() -> None:
    text = render_markdown(FULL).decode()
    page = GITHUB.render(text)
    assert page.count("<table>") == 2
    assert page.count("<tr>") == 2 + 1 + len(FULL.table.columns)
    for finding in FULL.findings:
        assert prose(finding.title) in text


def test_hostile_texts_are_neither_markup_nor_links() -> None:
    found = types(render_markdown(HOSTILE).decode())
    assert found.isdisjoint({"html_block", "html_inline", "link_open", "image"})


def test_long_tables_are_cut_and_say_so() -> None:
    assert "And 50\N{NO-BREAK SPACE}more columns." in render_markdown(wide(100)).decode()


def test_marks_in_a_text_mean_nothing() -> None:
    for text in ("# a", "- a", "1. a", "**a**", "[a](b)", "<b>", "a|b", "~~a~~", "`a`", "> a"):
        assert GITHUB.render(prose(text)).strip("\n") == f"<p>{escaped(text)}</p>", text


def test_code_spans_hold_any_text() -> None:
    for text in ("a", "a`b", "``", "`", " ", ""):
        token = GITHUB.parse(code(text))[1]
        assert token.children is not None
        assert [each.type for each in token.children] == ["code_inline"], text


def escaped(text: str) -> str:
    return text.replace("<", "&lt;").replace(">", "&gt;")
