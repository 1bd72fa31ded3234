"""Play chaos from the command line; the exit code says whether every promise was kept."""

import argparse
import logging
import shutil
import sys
import tempfile
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

from tests.chaos.injector import striking
from tests.chaos.play import Outcome, Script, play
from tests.chaos.promises import broken_promises
from tests.chaos.report import render, table
from tests.chaos.stage import Stage, embedded_stage, server_stage

DOC: Final = Path(__file__).parents[2] / "docs" / "guarantees.md"
BEGIN: Final = "<!-- what `make chaos` printed -->"
END: Final = "<!-- until here -->"


def main() -> int:
    """Play the asked modes, print what happened."""
    asked = _arguments()
    folder = Path(tempfile.mkdtemp(prefix="agensium-chaos-"))
    _tell(folder / "play.log")
    played = [_play(mode, asked, folder) for mode in asked.mode]
    print(table(played))
    if any(broken_promises(outcome) for outcome in played):
        print(f"logs: {folder}")
        return 1
    if asked.record:
        _record(table(played))
    if not asked.keep:
        shutil.rmtree(folder, ignore_errors=True)
    print("every promise was kept")
    return 0


def _record(told: str) -> None:
    text = DOC.read_text()
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    DOC.write_text(f"{before}{BEGIN}\n{told}\n{END}{after}")


def _play(mode: str, asked: argparse.Namespace, folder: Path) -> Outcome:
    in_server_mode = mode == "server"
    tasks = asked.tasks if in_server_mode else asked.embedded_tasks
    pause = asked.pause if in_server_mode else asked.embedded_pause
    script = Script(asked.seed, tasks, asked.clients, pause)
    with striking() as pool, _stage(mode, asked, folder / mode) as stage:
        outcome = play(stage, script, pool)
    broken = broken_promises(outcome)
    print(render(outcome), *(f"  BROKEN: {line}" for line in broken), sep="\n", flush=True)
    return outcome


def _tell(path: Path) -> None:
    """Write down what happens when."""
    handler = logging.FileHandler(path)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    told = logging.getLogger("tests.chaos")
    told.setLevel(logging.INFO)
    told.addHandler(handler)
    print(f"what happens when: {path}", flush=True)


def _stage(
    mode: str, asked: argparse.Namespace, folder: Path
) -> AbstractContextManager[Stage, bool | None]:
    folder.mkdir()
    if mode == "embedded":
        return embedded_stage(folder)
    return server_stage(folder, asked.apis, asked.workers)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--mode", nargs="+", choices=["server", "embedded"], default=["server", "embedded"]
    )
    parser.add_argument("--tasks", type=int, default=500, help="in server mode")
    parser.add_argument("--embedded-tasks", type=int, default=300)
    parser.add_argument("--clients", type=int, default=12)
    parser.add_argument("--pause", type=float, default=5.0, help="mean seconds between faults")
    parser.add_argument("--embedded-pause", type=float, default=3.0)
    parser.add_argument("--apis", type=int, default=2)
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--record", action="store_true", help="write a good run into the docs")
    parser.add_argument("--keep", action="store_true", help="keep the logs of a good run too")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
