"""The job process: reads its order from standard input, runs the agent, writes the outputs.

Run as ``python -m agensium.tasks.job.child``. It ends when its supervisor does: standard
input is held open by the supervisor, and its end means that nobody waits for the result.
"""

import logging
import os
import resource
import sys
import tempfile
import threading
import traceback
from io import BytesIO
from pathlib import Path
from typing import IO, Any, Final

import msgspec
from msgspec import Raw

from agensium.agents.agent import Agent, Inputs
from agensium.agents.fingerprint import code_fingerprint
from agensium.agents.registry import AGENTS, find_agent
from agensium.core.context import about
from agensium.core.errors import AgensiumError, InternalError, OutOfMemory
from agensium.core.readings import other_ways
from agensium.core.report import Report, summarise
from agensium.data.dataset import Dataset
from agensium.data.kernel import ScanProgress
from agensium.exports.registry import EXPORTS
from agensium.tasks.job.messages import Advanced, Done, Failed, JobInput, Order, Said

SCAN_SHARE: Final = 0.6
"""The share of the process's memory that the state of a scan may take."""

ORPHANED: Final = 3
NICENESS: Final = 10
"""Jobs take every core that is free; an API on the same machine goes first."""

PRACTICE_BYTES: Final = 256 << 20
PRACTICE: Final = b"id,day,name\n1,2026-01-01,a\n2,2026-01-02,b\n3,,b\n"


def main() -> None:
    """Do one job."""
    # Whatever libraries print must not mix with the protocol.
    speech = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    order = msgspec.json.decode(sys.stdin.buffer.readline(), type=Order)
    threading.Thread(target=_end_with_supervisor, daemon=True).start()
    _limit_memory(order.memory_bytes)
    os.nice(NICENESS)
    ids = f"task_id={order.task_id} request_id={order.request_id}"
    logging.basicConfig(format=f"%(levelname)s %(name)s: %(message)s [{ids}]")
    with about(order.task_id, order.request_id):
        _say(speech, _outcome(order, speech))


def practise() -> None:
    """Do a tiny job of our own with each agent, in this process.

    Whoever forks afterwards shares what is loaded, compiled and cached by then; it would take each
    job longer than a small file does.
    """
    with tempfile.TemporaryDirectory(prefix="practice-") as name:
        table = Path(name) / "table.csv"
        table.write_bytes(PRACTICE)
        for agent in AGENTS:
            roles = (role.name for role in agent.inputs if role.required)
            inputs = tuple(JobInput(role, str(table), table.name, "") for role in roles)
            order = Order(
                agent=agent.name,
                params=Raw(b"{}"),
                inputs=inputs,
                folder=name,
                memory_bytes=PRACTICE_BYTES,
            )
            _work(order, BytesIO())


def _outcome(order: Order, speech: IO[bytes]) -> Said:
    try:
        return _work(order, speech)
    except AgensiumError as error:
        return Failed(error.code, error.message, error.hint, error.detail, error.members)
    except MemoryError:
        return Failed(OutOfMemory.code, "The job needs more memory than it may use.")
    except Exception:  # noqa: BLE001 - the last resort: the supervisor stores it as a failure
        broken = InternalError("Something in Agensium is broken.", detail=traceback.format_exc())
        return Failed(broken.code, broken.message, None, broken.detail)


def _work(order: Order, speech: IO[bytes]) -> Done:
    agent = find_agent(order.agent)
    report = _run(agent, order, speech)
    _say(speech, Advanced("rendering", report.table.rows, report.source.bytes, report.source.bytes))
    folder = Path(order.folder)
    for export in EXPORTS:
        (folder / export.name).write_bytes(export.render(report))
    names = tuple(export.name for export in EXPORTS)
    return Done(summarise(report), names, code_fingerprint(), other_ways(report.source))


def _run(agent: Agent[Any], order: Order, speech: IO[bytes]) -> Report:
    def on_progress(scan: ScanProgress) -> None:
        _say(speech, Advanced("scanning", scan.rows, scan.bytes, scan.total_bytes))

    datasets = {
        each.role: Dataset(
            path=Path(each.path),
            name=each.name,
            sha256=each.sha256,
            memory_bytes=int(order.memory_bytes * SCAN_SHARE),
            on_progress=on_progress,
            scratch=Path(order.folder).parent,
            limits=order.reading,
        )
        for each in order.inputs
    }
    outcome = agent.run(Inputs(datasets), agent.parse_params(bytes(order.params)))
    return outcome.report


def _say(speech: IO[bytes], said: Said) -> None:
    speech.write(msgspec.json.encode(said) + b"\n")


def _limit_memory(limit: int) -> None:
    # RLIMIT_DATA counts what is allocated; RLIMIT_AS would count mapped files as well.
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _end_with_supervisor() -> None:
    # Read past Python's buffered reader: its lock must be free when the interpreter ends.
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os._exit(ORPHANED)


if __name__ == "__main__":
    main()
