"""One command for each agent, made from the registry; it needs no server."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from agensium.agents.agent import Agent, Inputs
from agensium.agents.registry import AGENTS
from agensium.cli.exits import complain, exit_code
from agensium.cli.files import opened, replacing, shown_name
from agensium.cli.progress import showing_progress
from agensium.cli.streams import on_one_line
from agensium.core.errors import AgensiumError, InvalidRequest
from agensium.core.report import Report, encode_report
from agensium.data.dataset import Dataset

Files = Annotated[list[str], typer.Argument(help="The files; - is standard input.")]
AsJson = Annotated[bool, typer.Option("--json", help="Write each report as a line of JSON.")]
Html = Annotated[Path | None, typer.Option("--html", help="Write the report as a page.")]
Params = Annotated[str, typer.Option("--params", help="The agent's parameters, as JSON.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress.")]


def register(app: typer.Typer) -> None:
    """Add the agents' commands."""
    for agent in AGENTS:
        app.command(agent.name, help=agent.summary)(_command(agent))


def _command(agent: Agent[Any]) -> Callable[..., None]:
    def run(
        files: Files,
        as_json: AsJson = False,
        html: Html = None,
        params: Params = "",
        quiet: Quiet = False,
    ) -> None:
        if html is not None and len(files) > 1:
            raise InvalidRequest("--html takes one file at a time.")
        worst = 0
        for name in files:
            try:
                report = _report(agent, name, params, quiet=quiet)
            except AgensiumError as error:
                complain(error, about=name)
                worst = worst or exit_code(error)
                continue
            _write(report, html, as_json=as_json)
        raise typer.Exit(worst)

    return run


def _report(agent: Agent[Any], name: str, params: str, *, quiet: bool) -> Report:
    parsed = agent.parse_params(params)
    role = agent.inputs[0].name
    with opened(name) as path, showing_progress(hidden=quiet) as on_progress:
        dataset = Dataset(path=path, name=shown_name(name), on_progress=on_progress)
        return agent.run(Inputs({role: dataset}), parsed).report


def _write(report: Report, html: Path | None, *, as_json: bool) -> None:
    if html is not None:
        from agensium.exports.html import render_html

        page = render_html(report)
        with replacing(html) as file:
            file.write(page)
        sys.stderr.write(f"wrote {on_one_line(str(html))}\n")
    if as_json:
        sys.stdout.buffer.write(encode_report(report) + b"\n")
        sys.stdout.buffer.flush()
    elif html is None:
        from rich.console import Console

        from agensium.exports.terminal import render_terminal

        render_terminal(report, Console())
        sys.stdout.flush()
