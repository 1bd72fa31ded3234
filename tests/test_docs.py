"""The docs cannot lie: what the code has, they have."""

import re
from pathlib import Path

import pytest
from pydantic import AliasChoices

from agensium.agents.profile.column_rules import COLUMN_RULES
from agensium.agents.registry import AGENTS
from agensium.core.errors import ERRORS
from agensium.settings import Settings

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"


def test_every_error_is_described() -> None:
    text = (DOCS / "errors.md").read_text()
    described = set(re.findall(r"^\| `([a-z_]+)` \|", text, re.MULTILINE))
    assert described == {*ERRORS, "method_not_allowed"}


@pytest.mark.parametrize("agent", [agent.name for agent in AGENTS])
def test_every_agent_has_a_page_and_a_test(agent: str) -> None:
    assert (DOCS / "agents" / f"{agent}.md").is_file()
    assert (ROOT / "tests" / "agents" / f"test_{agent}.py").is_file()


def test_every_rule_is_described() -> None:
    text = (DOCS / "agents" / "profile.md").read_text()
    assert [rule.id for rule in COLUMN_RULES if f"`{rule.id}`" not in text] == []


def test_every_setting_is_described() -> None:
    text = (DOCS / "settings.md").read_text()
    for name, field in Settings.model_fields.items():
        alias = field.validation_alias
        shown = f"AGENSIUM_{name.upper()}"
        if isinstance(alias, AliasChoices):
            shown = str(alias.choices[0])
        assert f"`{shown}`" in text, shown


def test_every_promise_names_tests_that_exist() -> None:
    rows = re.findall(
        r"^\| (P\d) \|.*\| (.*) \|$", (DOCS / "guarantees.md").read_text(), re.MULTILINE
    )
    assert [promise for promise, _ in rows] == ["P1", "P2", "P3", "P4", "P5", "P6"]
    for promise, named in rows:
        tests = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", named)
        assert len(tests) == named.count("`") // 2 > 0, promise
        for path, test in tests:
            assert re.search(rf"^def {test}\(", (ROOT / path).read_text(), re.MULTILINE), test


def test_ci_runs_what_the_readme_says() -> None:
    command = (ROOT / ".ci" / "run").read_text().splitlines()[-1].removeprefix("exec ")
    assert command == "make test"
    assert f"{command}  " in (ROOT / "README.md").read_text()


@pytest.mark.parametrize("page", sorted(ROOT.glob("*.md")) + sorted(DOCS.rglob("*.md")), ids=str)
def test_links_between_pages_hold(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text()):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_locks_have_hashes_and_no_addresses() -> None:
    for lock in (ROOT / "requirements").glob("*.txt"):
        text = lock.read_text()
        assert "--hash=sha256:" in text
        assert not re.search(r"https?://|--(extra-)?index.url|--find.links", text)
