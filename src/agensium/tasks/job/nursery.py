"""The nursery: a process that has imported all that jobs need, and forks one process for each job.

Run as ``python -m agensium.tasks.job.nursery LINK``, ``LINK`` being the number of an open socket.
For each job it is handed three files over the socket: the job's standard input, output and error.
It answers with the job's process number and, when the job has ended, with its status as
``waitpid`` gives it, each as four bytes. It does no job but one to practise, on a table of its own,
and has a single thread, so a fork is as good as a new interpreter, at a twentieth of the time. It
ends when its supervisor does.
"""

import gc
import os
import socket
import sys
import traceback
from typing import Final

from agensium.agents.fingerprint import code_fingerprint
from agensium.tasks.job import child
from agensium.tasks.job.messages import CALL, NUMBER

STANDARD: Final = (0, 1, 2)


def main() -> None:
    """Bring up jobs, one after the other, until nobody asks for more."""
    link = socket.socket(fileno=int(sys.argv[1]))
    code_fingerprint()  # of the code that is in memory; later there may be another one on disk
    try:
        child.practise()
    except Exception:  # noqa: BLE001 - jobs are only slower without it, and say what is broken
        traceback.print_exc()
    # What is there now is shared by all jobs; a collection in one of them would copy it.
    gc.collect()
    gc.freeze()
    while True:
        call, files, _, _ = socket.recv_fds(link, len(CALL), len(STANDARD))
        if not call:
            return
        pid = os.fork()
        if pid == 0:
            link.close()
            _become_a_job(files)
        for file in files:
            os.close(file)
        try:
            link.sendall(NUMBER.pack(pid))
            _, status = os.waitpid(pid, 0)
            link.sendall(NUMBER.pack(status))
        except BrokenPipeError:  # the supervisor has died, and the job hears of it by itself
            return


def _become_a_job(files: list[int]) -> None:
    code = 1
    try:
        os.setsid()
        for file, number in zip(files, STANDARD, strict=True):
            os.dup2(file, number)
            os.close(file)
        child.main()
        code = 0
    except BaseException:  # noqa: BLE001 - a new process ends here, whatever happens
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
