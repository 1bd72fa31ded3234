import pytest

pytest_plugins = ["pytester"]

_NEEDS_A_SERVER = """
import pytest
from tests.servers.missing import ServerMissingError, skip_loudly

@pytest.fixture(scope="session")
def server():
    skip_loudly(ServerMissingError("Atlantis"))

def test_one(server): ...
def test_two(server): ...
def test_three(): ...
"""


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.delenv("REQUIRE_TEST_SERVERS", raising=False)
    pytester.makeconftest('pytest_plugins = ["tests.servers.fixtures"]')
    pytester.makepyfile(_NEEDS_A_SERVER)
    return pytester


def test_a_missing_server_is_named_at_the_end(suite: pytest.Pytester) -> None:
    result = suite.runpytest_inprocess()
    result.assert_outcomes(passed=1, skipped=2)
    result.stdout.fnmatch_lines(
        ["*SKIPPED SERVERS*", "Atlantis is not installed (run scripts/test-setup): 2 tests skipped"]
    )


def test_a_missing_server_fails_where_servers_are_required(
    suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUIRE_TEST_SERVERS", "1")
    suite.runpytest_inprocess().assert_outcomes(passed=1, errors=2)
