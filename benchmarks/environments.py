"""The environments of the other tools: one for those that `make bench` measures, one for each peer.

The peers need different versions of the same packages, so none of them can live with another.
"""

import subprocess
import sys
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from tables import BENCH_VENV, ROOT

INSTALL_SECONDS = 900
REASON_CHARS = 200


@dataclass(frozen=True)
class Peer:
    """A tool that is measured on request.

    Attributes:
        name: as the docs show it.
        tool: its name in peers.py.
        packages: what pip installs for it; the first is the tool itself.

    """

    name: str
    tool: str
    packages: tuple[str, ...]

    @property
    def folder(self) -> Path:
        """Where its environment is."""
        return BENCH_VENV.with_name(f"bench-venv-{self.tool}")

    @property
    def python(self) -> Path:
        """The interpreter of its environment."""
        return self.folder / "bin" / "python"


PEERS = (
    Peer("ydata-profiling, minimal", "ydata", ("ydata-profiling==4.18.4", "setuptools<81")),
    Peer("DataProfiler, without labels", "dataprofiler", ("DataProfiler==0.14.0", "setuptools<81")),
    Peer("whylogs", "whylogs", ("whylogs==1.6.4", "pandas<3", "numpy<2")),
)


def ensure_environment() -> None:
    """Make the environment of the usual tools, unless it is there as it is wanted now."""
    locked, loose = (ROOT / "requirements" / f"bench.{end}" for end in ("txt", "in"))
    wanted = locked if locked.exists() else loose
    mark, digest = BENCH_VENV / ".installed", sha256(wanted.read_bytes()).hexdigest()
    if mark.exists() and mark.read_text() == digest:
        return
    print("installing what the profiler is measured against …", file=sys.stderr)
    hashes = ["--require-hashes"] if wanted == locked else []
    error = _install(BENCH_VENV, [*hashes, "-r", str(wanted)])
    if error:
        raise SystemExit(f"what the profiler is measured against could not be installed: {error}")
    mark.write_text(digest)


def ensure_peer(peer: Peer) -> str | None:
    """Make the environment of a peer, unless it is there; return why that cannot be."""
    if (peer.folder / ".installed").exists():
        return None
    print(f"installing {peer.packages[0]} …", file=sys.stderr)
    return _install(peer.folder, ["--prefer-binary", *peer.packages])


def peer_versions() -> str:
    """Name the peers that are installed, with their versions."""
    there = (peer for peer in PEERS if (peer.folder / ".installed").exists())
    return ", ".join(peer.packages[0].replace("==", " ") for peer in there)


def _install(folder: Path, wanted: list[str]) -> str | None:
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    command = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", *wanted]
    try:
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, timeout=INSTALL_SECONDS
        )
    except subprocess.TimeoutExpired:
        return f"pip took more than {INSTALL_SECONDS} s"
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR:")]
        return (errors or [done.stderr.strip()])[-1].removeprefix("ERROR: ")[:REASON_CHARS]
    (folder / ".installed").touch()
    return None
