"""A short play in each mode, every time the tests run; `make chaos` plays long ones."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.injector import striking
from tests.chaos.play import Script, play
from tests.chaos.promises import broken_promises
from tests.chaos.report import render
from tests.chaos.stage import embedded_stage, server_stage
from tests.servers.missing import ServerMissingError, skip_loudly

SCRIPT = Script(seed=5, tasks=36, at_once=9, pause=1.0, heavy=False, fault_seconds=15)


@pytest.fixture(params=["embedded", "server"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[list[str], str]]:
    """Give the promises that a short play broke, and what it told."""
    with striking() as pool:
        try:
            opened = (
                embedded_stage(tmp_path)
                if request.param == "embedded"
                else server_stage(tmp_path, apis=2, workers=2)
            )
            stage = opened.__enter__()
        except ServerMissingError as missing:
            skip_loudly(missing)
        try:
            outcome = play(stage, SCRIPT, pool)
            # No machine is too slow for this one: times are for `make chaos`.
            yield broken_promises(outcome, timed=False), render(outcome)
        finally:
            opened.__exit__(None, None, None)


def test_every_promise_is_kept_while_everything_breaks(kept: tuple[list[str], str]) -> None:
    broken, told = kept
    print(told)  # noqa: T201 - pytest shows it when the test fails
    assert broken == []
