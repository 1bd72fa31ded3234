"""What the figures were measured on."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from contenders import AGENSIUM, PYTHON

ASK_VERSIONS = """
import importlib.metadata as m, sys
for name in sys.argv[1:]:
    try: print(name, m.version(name))
    except m.PackageNotFoundError: pass
"""
TOOLS = ("duckdb", "polars", "pandas", "pyarrow")


def describe_machine() -> str:
    """Return one paragraph: processor, memory, system, versions, day, and how busy it was."""
    load = os.getloadavg()[0]
    parts = (
        f"{_processor()}, {len(os.sched_getaffinity(0))} cores",
        f"{_memory_gib():.0f} GiB of memory",
        f"Linux {platform.release()}",
        f"CPython {platform.python_version()}",
        _said(str(AGENSIUM), "--version"),
        _said(str(PYTHON), "-c", ASK_VERSIONS, *TOOLS).replace("\n", ", "),
        datetime.now(UTC).strftime("%Y-%m-%d"),
        f"load before the first run {load:.1f}",
    )
    return "; ".join(parts)


def describe_processor() -> str:
    """Return the processor, its cores and the day, where nothing else matters."""
    cores = len(os.sched_getaffinity(0))
    return f"{_processor()}, {cores} cores; {datetime.now(UTC).strftime('%Y-%m-%d')}"


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.machine())


def _memory_gib() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def _said(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
