"""Starts one command and writes what it cost: `launch.py TIMEOUT OUT ERR COMMAND…`.

A process of its own, and as small as can be: the operating system counts the memory of whoever
starts a process into the peak of what is started.
"""

import os
import signal
import sys
import time


def main() -> None:
    """Write exit code, wall seconds, processor seconds and peak bytes of the command."""
    timeout, out, err, *command = sys.argv[1:]
    write = os.O_WRONLY | os.O_CREAT
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, out, write, 0o600),
        (os.POSIX_SPAWN_OPEN, 2, err, write, 0o600),
    ]
    began = time.perf_counter()
    child = os.posix_spawn(command[0], command, os.environ, file_actions=actions)
    signal.signal(signal.SIGALRM, lambda *_: os.kill(child, signal.SIGKILL))
    signal.alarm(int(timeout))
    _, status, usage = os.wait4(child, 0)
    wall = time.perf_counter() - began
    signal.alarm(0)
    cpu = usage.ru_utime + usage.ru_stime
    print(os.waitstatus_to_exitcode(status), wall, cpu, usage.ru_maxrss * 1024)


if __name__ == "__main__":
    main()
