"""While the kernel scans, other threads of Python run."""

import subprocess
import sys
from pathlib import Path

WRITE_WHILE_IT_READS = """
import os, sys, threading
from pathlib import Path
from agensium.data.kernel import ScanOptions, scan_csv

path = Path(sys.argv[1])
os.mkfifo(path)
found = []
reader = threading.Thread(target=lambda: found.append(scan_csv(path, ScanOptions(threads=2))))
reader.start()
with path.open("w") as file:
    file.write("a,b\\n")
    for n in range(300_000):
        file.write(f"{n},{n % 7}\\n")
reader.join()
print(found[0].rows)
"""
"""A pipe holds 64 KiB: the scan ends only if this thread may write while the other one is in it."""


def test_another_thread_runs_during_a_scan(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WRITE_WHILE_IT_READS, str(tmp_path / "pipe")]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
    assert done.stdout.split() == ["300000"]
