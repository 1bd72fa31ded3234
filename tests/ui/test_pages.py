"""The pages as strings."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from agensium.tasks.states import State
from agensium.ui.assets import find_asset
from agensium.ui.pages import render_error, render_home, render_task
from agensium.ui.views import AttemptItem, Home, TaskDetail
from tests.ui.literals import (
    DONE,
    EMPTY_HOME,
    FAILED,
    FAILURE,
    HOME,
    HOSTILE_NAME,
    MISSING,
    NOTHING_FOUND,
    PROFILE,
    REFUSED_HOME,
    RUNNING,
    task,
)

PAGES: tuple[Callable[[str], str], ...] = (
    lambda root: render_home(HOME, root),
    lambda root: render_home(EMPTY_HOME, root),
    lambda root: render_home(NOTHING_FOUND, root),
    lambda root: render_task(RUNNING, root),
    lambda root: render_task(DONE, root),
    lambda root: render_task(FAILED, root),
    lambda root: render_error(MISSING, root),
)


@pytest.mark.parametrize("render", PAGES)
def test_every_address_is_below_the_root(render: Callable[[str], str]) -> None:
    page = render("/quality")
    addresses = re.findall(r'(?:href|src|action|data-task)="([^"#]+)"', page)
    own = [address for address in addresses if not address.startswith("data:")]
    assert own
    assert all(address.startswith("/quality/") for address in own), own


@pytest.mark.parametrize("render", PAGES)
def test_pages_carry_no_script_and_no_style_of_their_own(render: Callable[[str], str]) -> None:
    page = render("")
    assert re.findall(r"<script(?![^>]* src=)", page) == []
    assert "<style" not in page
    assert ' style="' not in page
    assert re.findall(r"\son\w+=", page) == []


def test_the_upload_form_names_the_fields_of_its_route() -> None:
    page = render_home(EMPTY_HOME)
    assert 'action="/upload" method="post" enctype="multipart/form-data"' in page
    assert '<input type="hidden" name="agent" value="profile">' in page
    assert 'type="file" id="file" name="file"' in page


def test_several_agents_are_offered_by_title() -> None:
    page = render_home(Home(agents=(PROFILE, PROFILE)))
    assert page.count('<option value="profile">Profile: What is in this table.</option>') == 2


def test_a_newcomer_gets_the_example_with_one_click() -> None:
    page = render_home(EMPTY_HOME)
    assert "Nothing here yet" in page
    assert '<form action="/example" method="post">' in page


def test_tasks_say_their_state_in_words() -> None:
    page = render_home(HOME)
    for word in ("waiting", "working", "trying again", "done", "failed", "cancelled"):
        assert f"<span data-word>{word}</span>" in page
    assert '<time datetime="2026-01-31T12:30:00+00:00"' in page
    assert 'href="/?before=01J7"' in page


def test_older_tasks_come_without_the_form() -> None:
    page = render_home(Home(agents=(PROFILE,), tasks=HOME.tasks, is_first=False))
    assert 'action="/upload"' not in page
    assert ">Newest</a>" in page


def test_a_refused_upload_says_why() -> None:
    page = render_home(REFUSED_HOME)
    for words in ("The file is no table.", "Send delimited text.", "not_a_table"):
        assert words in page


def test_a_running_task_is_followed_with_and_without_script() -> None:
    page = render_task(RUNNING)
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in page
    assert 'data-task="/tasks/01J8?result=false"' in page
    assert 'value="40.0"' in page
    assert 'action="/view/01J8/cancel"' in page


def test_a_finished_task_shows_its_report_in_a_sandbox() -> None:
    page = render_task(DONE)
    assert re.search(r'<iframe src="/tasks/01J8/report.html"[^>]* sandbox="allow-scripts">', page)
    assert 'href="/tasks/01J8/report.json" download="report.json"' in page
    assert "http-equiv" not in page


def test_a_search_that_finds_nothing_says_so_and_keeps_its_words() -> None:
    page = render_home(NOTHING_FOUND)
    assert 'value="ord&lt;er&gt;s"' in page
    assert '<option value="FAILURE" selected>' in page
    assert "No such report" in page
    assert NOTHING_FOUND.kept == "name=ord%3Cer%3Es&status=FAILURE"


def test_a_failed_task_says_why_and_what_to_do() -> None:
    page = render_task(FAILED)
    for words in ("The file is no table.", "Send delimited text.", "Hand over another file"):
        assert words in page
    assert "data-task=" not in page


def test_a_cancelled_task_says_so() -> None:
    assert "was cancelled" in render_task(TaskDetail(task(State.REVOKED)))


def test_a_failed_task_tells_its_attempts_and_may_be_tried_again() -> None:
    attempt = AttemptItem(datetime(2026, 1, 1, tzinfo=UTC), "failed", "The <worker> was lost.")
    page = render_task(
        TaskDetail(task(State.FAILURE), failure=FAILURE, attempts=(attempt,), can_retry=True), "/q"
    )
    assert "failed. The &lt;worker&gt; was lost." in page
    assert re.search(r'action="/q/view/[^"]+/retry" method="post"', page)
    assert "/retry" not in render_task(FAILED)


def test_hostile_file_names_are_harmless() -> None:
    home = render_home(Home(agents=(PROFILE,), tasks=(task(State.PENDING, HOSTILE_NAME),)))
    for page in (home, render_task(TaskDetail(task(State.SUCCESS, HOSTILE_NAME)))):
        assert "<script>" not in page
        assert "\u202e" not in page
        assert "U+202E" in page


def test_an_error_page_names_status_and_code() -> None:
    page = render_error(MISSING)
    assert "404" in page
    assert "<code>not_found</code>" in page


def test_only_known_assets_are_served() -> None:
    assert find_asset("app.js").media_type.startswith("text/javascript")
    assert b"--accent" in find_asset("theme.css").body
    for name in ("../pages.py", "", "app.js/..", "/etc/passwd"):
        with pytest.raises(KeyError):
            find_asset(name)


def test_another_asset_has_another_address() -> None:
    assert find_asset("app.css").version != find_asset("theme.css").version
    assert f"/static/app.css?v={find_asset('app.css').version}" in render_home(EMPTY_HOME)
