"""Wrong usage: one line, a hint, and exit code 2."""

import pytest

from tests.cli.harness import agensium, is_said_in_one_line


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (("nope",), "See agensium --help."),
        (("profile",), "See agensium profile --help."),
        (("profile", "--nope"), "See agensium profile --help."),
        (("serve", "--port", "abc"), "See agensium serve --help."),
        (("serve", "--port", "0"), "See agensium serve --help."),
        (("serve", "--submit", "/"), "See agensium serve --help."),
        (("serve", "--submit", "/nonexistent"), "See agensium serve --help."),
        (("submit", "/"), "See agensium submit --help."),
    ],
)
def test_wrong_usage_is_one_line_and_a_hint(arguments: tuple[str, ...], hint: str) -> None:
    done = agensium(*arguments)
    assert is_said_in_one_line(done, 2, "invalid_request"), done
    assert f"hint: {hint}\n" in done.stderr.decode()
    assert done.stdout == b""


@pytest.mark.parametrize(
    "arguments",
    [("status", ""), ("status", "../agents"), ("fetch", "a/b"), ("fetch", "01J", "--name", "..")],
)
def test_what_can_be_no_ticket_is_not_asked_for(arguments: tuple[str, ...]) -> None:
    assert is_said_in_one_line(agensium(*arguments), 2, "invalid_request")


def test_no_arguments_show_the_help() -> None:
    done = agensium()
    assert done.returncode == 2
    assert b"Usage: agensium" in done.stdout
    assert done.stderr == b""


def test_the_help_lists_every_exit_code() -> None:
    from agensium.cli.exits import Exit

    shown = " ".join(agensium("--help").stdout.decode().split())
    codes = shown.partition("Exit codes: ")[2]
    assert [int(code) for code in Exit if f"{int(code)} " not in codes] == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "serve Serve the API and the pages; without REDIS_URL the worker runs in"),
        (("profile",), "FILES... The files, or addresses of such; - is standard input. [required]"),
        (("serve",), "--port INTEGER RANGE The port. [default: 8000; 1<=x<=65535]"),
        (("submit",), "[env var: AGENSIUM_SERVER; default: http://127.0.0.1:8000]"),
    ],
)
def test_the_help_is_complete(arguments: tuple[str, ...], said: str) -> None:
    done = agensium(*arguments, "--help")
    assert done.returncode == 0
    assert said in " ".join(done.stdout.decode().split())


def test_a_misspelt_option_is_answered_with_the_right_one() -> None:
    done = agensium("profile", "--param", "x")
    assert is_said_in_one_line(done, 2, "invalid_request")
    assert b"Did you mean '--params'? [" in done.stderr
