"""What to do about a server that this machine does not have."""

import os
import shutil
from collections import Counter
from typing import NoReturn

import pytest

REQUIRE_VARIABLE = "REQUIRE_TEST_SERVERS"
_MARK = "server missing: "


class ServerMissingError(Exception):
    """The program behind a test server is not installed."""

    def __init__(self, server: str, hint: str = "run scripts/test-setup") -> None:
        """Name the server and what would install it."""
        super().__init__(f"{server} is not installed ({hint})")


def find_program(server: str, *names: str, hint: str = "run scripts/test-setup") -> str:
    """Return the path of the first of `names` that is on the path, /usr/sbin included."""
    path = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"))
    for name in names:
        if found := shutil.which(name, path=path):
            return found
    raise ServerMissingError(server, hint)


def skip_loudly(missing: ServerMissingError) -> NoReturn:
    """Skip what needs the server; fail where servers are required."""
    if os.environ.get(REQUIRE_VARIABLE):
        pytest.fail(f"{missing}, and {REQUIRE_VARIABLE} is set", pytrace=False)
    pytest.skip(f"{_MARK}{missing}")


def write_summary(terminal: pytest.TerminalReporter) -> None:
    """List what was not tested, so that a green run never hides a missing server."""
    texts = (str(report.longrepr) for report in terminal.stats.get("skipped", []))
    reasons = Counter(text.split(_MARK, 1)[1].rstrip("')") for text in texts if _MARK in text)
    if not reasons:
        return
    terminal.section("SKIPPED SERVERS", red=True, bold=True)
    for reason, count in sorted(reasons.items()):
        terminal.write_line(f"{reason}): {count} tests skipped", red=True)
