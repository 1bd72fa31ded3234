"""One play: clients, faults and poison on a stage, then quiet, then the audit."""

import math
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Final

from tests.chaos.audit import Findings, audit
from tests.chaos.clients import Clients
from tests.chaos.faults import Struck, plan
from tests.chaos.injector import Injector
from tests.chaos.journal import read_births, read_journal
from tests.chaos.keeper import keeping
from tests.chaos.load import contents, errands
from tests.chaos.poison import poisoning
from tests.chaos.rows import count_strays, count_unfinished, let_strays_expire, read_rows
from tests.chaos.stage import Stage
from tests.chaos.times import (
    Journal,
    cancel_times,
    recovery_times,
    slow_answers,
    wrong_answers,
)

SETTLE_SECONDS: Final = 180.0
SWEEP_SECONDS: Final = 60.0


@dataclass(frozen=True)
class Script:
    """How a play goes.

    Attributes:
        seed: decides errands and faults.
        tasks: how many errands there are.
        at_once: how many clients run them.
        pause: mean seconds between two faults.
        heavy: whether large files keep a worker busy for seconds.
        fault_seconds: no fault begins later than so many seconds after the first errand.

    """

    seed: int
    tasks: int
    at_once: int
    pause: float
    heavy: bool = True
    fault_seconds: float = math.inf


@dataclass(frozen=True)
class Outcome:
    """What a play showed."""

    mode: str
    script: Script
    seconds: float
    struck: Sequence[Struck]
    clients: Clients
    journal: Journal
    findings: Findings
    keys: int
    """How many idempotency keys have a task."""

    @property
    def recovery(self) -> dict[str, list[float]]:
        return recovery_times(self.journal, self.struck)

    @property
    def cancels(self) -> tuple[list[float], list[float]]:
        return cancel_times(self.clients.tickets, self.journal, self.struck)

    @property
    def slow(self) -> list[str]:
        found = slow_answers(self.clients.exchanges, self.struck)
        return [f"{each.request} to {each.api}: {each.waited:.1f} s" for each in found]

    @property
    def wrong_answers(self) -> list[str]:
        found = wrong_answers(self.clients.exchanges, self.struck)
        return [f"{each.request} to {each.api}: {each.status or 'none'}" for each in found]


def play(stage: Stage, script: Script, pool: ThreadPoolExecutor) -> Outcome:
    """Run a script on a running stage; faults happen in the pool's threads."""
    began = time.time()
    clients = Clients(stage, script.seed)
    poison = contents(heavy=script.heavy)["poison"][0]
    faults = plan(script.seed, stage.name, script.pause)
    injector = Injector(stage, faults, pool, script.fault_seconds)
    with poisoning(stage, len(poison.data)), keeping(stage):
        injector.start()
        clients.run(errands(script.seed, script.tasks, heavy=script.heavy), script.at_once)
        injector.end()
        _settle(stage)
    _sweep(stage)
    journal = read_journal(stage.engine)
    rows = replace(read_rows(stage.engine), births=read_births(stage.engine))
    findings = audit(clients.tickets, rows, journal, stage.objects())
    _look_around(stage, findings)
    seconds = time.time() - began
    return Outcome(
        stage.name, script, seconds, injector.struck, clients, journal, findings, len(rows.births)
    )


def _settle(stage: Stage) -> None:
    """Wait until every task is over, or has had all the time it may take."""
    deadline = time.monotonic() + SETTLE_SECONDS
    while time.monotonic() < deadline and count_unfinished(stage.engine):
        time.sleep(0.5)


def _sweep(stage: Stage) -> None:
    """Let what nobody owns be deleted."""
    let_strays_expire(stage.engine)
    deadline = time.monotonic() + SWEEP_SECONDS
    while time.monotonic() < deadline and count_strays(stage.engine):
        time.sleep(0.5)


def _look_around(stage: Stage, findings: Findings) -> None:
    """Look for job processes that nobody waits for, and for folders that they left."""
    for actor in stage.actors:
        if actor.process.running is None or actor.process.running.poll() is not None:
            findings.wrong.append(f"{actor.name} does not run any more")
    findings.orphans += [str(path) for path in stage.scratch.glob("worker-*/job-*")]
