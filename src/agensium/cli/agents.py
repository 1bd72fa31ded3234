"""One command for each agent, made from the registry; it needs no server."""

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from agensium.agents.agent import Agent, Inputs
from agensium.agents.masking import MASK, showing_personal
from agensium.agents.registry import AGENTS
from agensium.cli.exits import complain, exit_code
from agensium.cli.files import opened, replacing, shown_name
from agensium.cli.progress import showing_progress
from agensium.cli.reading import reading_of, reading_options
from agensium.cli.streams import on_one_line
from agensium.core.errors import AgensiumError, InvalidRequest
from agensium.core.report import Report, encode_report
from agensium.data.dataset import Dataset
from agensium.data.read_options import READ, with_read

if TYPE_CHECKING:
    from agensium.exports.registry import Export


def register(commands: click.Group) -> None:
    """Add the agents' commands."""
    for agent in AGENTS:
        run, takes = _runner(agent), [*_parameters(agent)]
        commands.add_command(
            click.Command(agent.name, help=agent.summary, params=takes, callback=run)
        )


def _parameters(agent: Agent[Any]) -> Iterator[click.Parameter]:
    """Give what an agent's command takes: the names are those of ``run`` below."""
    yield click.Argument(
        ["files"],
        nargs=-1,
        required=True,
        help="The files, or addresses of such; - is standard input.  [required]",
    )
    yield click.Option(
        ["--json", "as_json"], is_flag=True, help="Write each report as a line of JSON."
    )
    yield click.Option(
        ["--html"], type=click.Path(path_type=Path), help="Write the report as a page."
    )
    yield click.Option(
        ["--output", "-o", "outputs"],
        type=click.Path(path_type=Path),
        multiple=True,
        help="Write the report as what the file's name says: .html, .json, .xlsx, .md, "
        "…findings.csv or …columns.csv. May be given several times.",
    )
    yield click.Option(
        ["--params"],
        default="",
        show_default=False,
        metavar="JSON",
        help="The agent's parameters, as JSON.",
    )
    if READ in agent.params.__struct_fields__:
        yield from reading_options()
    if MASK in agent.params.__struct_fields__:
        yield click.Option(
            ["--show-personal"], is_flag=True, help="Do not mask values that may be personal."
        )
    yield click.Option(["--quiet", "-q"], is_flag=True, help="Show no progress.")


def _runner(agent: Agent[Any]) -> Callable[..., int]:
    def run(  # noqa: PLR0913 - the options of the command
        files: tuple[str, ...],
        html: Path | None,
        outputs: tuple[Path, ...],
        params: str,
        *,
        as_json: bool,
        quiet: bool,
        show_personal: bool = False,
        **read: Any,  # noqa: ANN401 - the options of reading
    ) -> int:
        targets = _targets(html, outputs)
        if targets and len(files) > 1:
            raise InvalidRequest("--html and --output take one file at a time.")
        worst, wanted = 0, with_read(params, reading_of(read))
        wanted = showing_personal(wanted) if show_personal else wanted
        for name in files:
            try:
                report = _report(agent, name, wanted, quiet=quiet)
            except AgensiumError as error:
                complain(error, about=name)
                worst = worst or exit_code(error)
                continue
            _write(report, targets, as_json=as_json)
        return worst

    return run


def _report(agent: Agent[Any], name: str, params: str, *, quiet: bool) -> Report:
    parsed = agent.parse_params(params)
    role = agent.inputs[0].name
    with opened(name) as path, showing_progress(hidden=quiet) as on_progress:
        dataset = Dataset(path=path, name=shown_name(name), on_progress=on_progress)
        return agent.run(Inputs({role: dataset}), parsed).report


def _targets(html: Path | None, outputs: tuple[Path, ...]) -> "dict[Path, Export]":
    """Return what to write where.

    Raises:
        InvalidRequest: a name does not say what the file is to hold.

    """
    if html is None and not outputs:
        return {}
    from agensium.exports.registry import NAMES, REPORT_HTML, export_for, find_export

    targets = {} if html is None else {html: find_export(REPORT_HTML)}
    for path in outputs:
        try:
            targets[path] = export_for(path.name)
        except KeyError:
            known = ", ".join(name.removeprefix("report") for name in NAMES)
            raise InvalidRequest(
                f"'{path}' does not say what to write; names end in {known}."
            ) from None
    return targets


def _write(report: Report, targets: "Mapping[Path, Export]", *, as_json: bool) -> None:
    for path, export in targets.items():
        written = export.render(report)
        with replacing(path) as file:
            file.write(written)
        sys.stderr.write(f"wrote {on_one_line(str(path))}\n")
    if as_json:
        sys.stdout.buffer.write(encode_report(report) + b"\n")
        sys.stdout.buffer.flush()
    elif not targets:
        from rich.console import Console

        from agensium.exports.terminal import render_terminal

        render_terminal(report, Console())
        sys.stdout.flush()
