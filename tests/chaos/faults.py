"""The sorts of faults: what each does, to whom, and for how long."""

import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

import psutil

from tests.chaos.stage import Actor, Stage

JOB_SECONDS: Final = 8.0
"""How long a fault waits for a job that it could strike."""


@dataclass(frozen=True)
class Fault:
    """Something that happens: its sort, which of its possible targets, how long, how much later."""

    sort: str
    target: int
    seconds: float
    pause: float


@dataclass(frozen=True)
class Struck:
    """A fault that happened; times in seconds since 1970, `pid` as it was when it struck."""

    sort: str
    target: str
    pid: int
    began: float
    ended: float


@dataclass(frozen=True)
class Sort:
    """What a sort of fault does.

    Attributes:
        part: what it strikes: api, worker, database, broker or store.
        strike: does it, for so many seconds; returns whether there was something to strike.
        weight: how often it happens beside others.
        seconds: the shortest and the longest.

    """

    part: str
    strike: Callable[[Stage, str | Actor, float], bool]
    weight: int
    seconds: tuple[float, float]
    modes: frozenset[str] = field(default=frozenset({"server"}))


def _kill(_: Stage, actor: str | Actor, seconds: float) -> bool:
    assert isinstance(actor, Actor)
    actor.process.kill()
    time.sleep(seconds)
    actor.process.start()
    return True


def _freeze(_: Stage, actor: str | Actor, seconds: float) -> bool:
    assert isinstance(actor, Actor)
    actor.signal(signal.SIGSTOP)
    time.sleep(seconds)
    actor.signal(signal.SIGCONT)
    return True


def _stop(_: Stage, actor: str | Actor, seconds: float) -> bool:
    assert isinstance(actor, Actor)
    try:
        actor.process.stop()
    except subprocess.TimeoutExpired:
        actor.process.kill()
    time.sleep(seconds)
    actor.process.start()
    return True


def _job(actor: Actor) -> psutil.Process | None:
    deadline = time.monotonic() + JOB_SECONDS
    while time.monotonic() < deadline:
        jobs = actor.jobs()
        if jobs:
            return random.choice(jobs)
        time.sleep(0.01)
    return None


def _kill_job(_: Stage, actor: str | Actor, __: float) -> bool:
    assert isinstance(actor, Actor)
    job = _job(actor)
    with suppress(psutil.NoSuchProcess):
        if job is not None:
            job.kill()
            return True
    return False


def _freeze_job(_: Stage, actor: str | Actor, seconds: float) -> bool:
    assert isinstance(actor, Actor)
    job = _job(actor)
    with suppress(psutil.NoSuchProcess):
        if job is not None:
            job.suspend()
            time.sleep(seconds)
            job.resume()
            return True
    return False


def _restart(stage: Stage, part: str | Actor, seconds: float) -> bool:
    assert isinstance(part, str)
    stage.servers[part].kill()
    time.sleep(seconds)
    stage.servers[part].restart()
    return True


def _forget(stage: Stage, _: str | Actor, __: float) -> bool:
    stage.forget_messages()
    return True


def _cut(stage: Stage, part: str | Actor, _: float) -> bool:
    stage.links[str(part)].reset()
    return True


def _black_hole(stage: Stage, part: str | Actor, seconds: float) -> bool:
    link = stage.links[str(part)]
    link.hang()
    time.sleep(seconds)
    link.reset()  # what was swallowed never arrives
    link.heal()
    return True


def _refuse(stage: Stage, part: str | Actor, seconds: float) -> bool:
    link = stage.links[str(part)]
    link.refuse()
    time.sleep(seconds)
    link.heal()
    return True


def _delay(stage: Stage, part: str | Actor, seconds: float) -> bool:
    link = stage.links[str(part)]
    link.delay_seconds = 0.1
    time.sleep(seconds)
    link.heal()
    return True


_BOTH: Final = frozenset({"server", "embedded"})
_LINKS: Final = {
    f"{part} {name}": Sort(part, strike, 1, seconds)
    for part in ("database", "broker", "store")
    for name, strike, seconds in (
        ("cut", _cut, (0.0, 0.0)),
        ("black hole", _black_hole, (2.0, 12.0)),
        ("refused", _refuse, (1.0, 8.0)),
        ("slow", _delay, (2.0, 6.0)),
        ("kill -9", _restart, (0.2, 3.0)),
    )
}
SORTS: Final[dict[str, Sort]] = {
    "worker kill -9": Sort("worker", _kill, 6, (0.2, 4.0)),
    "worker SIGSTOP": Sort("worker", _freeze, 3, (1.0, 15.0)),
    "worker SIGSTOP past its lease": Sort("worker", _freeze, 1, (64.0, 72.0)),
    "worker SIGTERM": Sort("worker", _stop, 2, (0.2, 2.0)),
    "api kill -9": Sort("api", _kill, 4, (0.2, 4.0), _BOTH),
    "api SIGSTOP": Sort("api", _freeze, 2, (1.0, 10.0), _BOTH),
    "api SIGTERM": Sort("api", _stop, 2, (0.2, 2.0), _BOTH),
    "job kill -9": Sort("worker", _kill_job, 8, (0.0, 0.0), _BOTH),
    "job SIGSTOP": Sort("worker", _freeze_job, 3, (1.0, 10.0), _BOTH),
    "broker FLUSHALL": Sort("broker", _forget, 2, (0.0, 0.0)),
    **_LINKS,
}


def plan(seed: int, mode: str, pause: float) -> Iterator[Fault]:
    """Return faults without end: every sort once, then each by its weight.

    Args:
        seed: the same seed gives the same faults.
        mode: the stage's name.
        pause: the mean seconds between one fault and the next.

    """
    rng = random.Random(seed)
    names = [name for name, sort in SORTS.items() if mode in sort.modes]
    weights = [SORTS[name].weight for name in names]
    first = rng.sample(names, len(names))
    while True:
        name = first.pop() if first else rng.choices(names, weights)[0]
        seconds = rng.uniform(*SORTS[name].seconds)
        yield Fault(name, rng.randrange(1000), seconds, rng.expovariate(1 / pause))
