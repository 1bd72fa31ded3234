"""Finding the job processes below a process of ours."""

import contextlib

import psutil

CHILD = "agensium.tasks.job.child"
NURSERY = "agensium.tasks.job.nursery"


def jobs_below(pid: int) -> list[psutil.Process]:
    """Return the jobs that run below a process; nurseries are none."""
    jobs = []
    with contextlib.suppress(psutil.NoSuchProcess):
        for process in psutil.Process(pid).children(recursive=True):
            with contextlib.suppress(psutil.ZombieProcess, psutil.NoSuchProcess):
                if is_job(process):
                    jobs.append(process)
    return jobs


def is_job(process: psutil.Process) -> bool:
    """Tell whether a process does a job: one of its own, or one that a nursery forked."""
    command = process.cmdline()
    if NURSERY in command:
        parent = process.parent()
        return parent is not None and NURSERY in parent.cmdline()
    return CHILD in command
