"""Reports of the same file by several tools: how large, how long to make, how soon to be seen.

``make bench-reports`` runs it and writes the table in docs/report.md. Pictures of the first
screens are left in .work/bench-reports/, to be looked at.
"""

import resource
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from environments import Peer, ensure_peer
from machine import describe_processor
from pages import write_between
from playwright.sync_api import Browser, sync_playwright
from tables import ROOT, TABLES, ensure_table

PAGE = ROOT / "docs" / "report.md"
FOLDER = ROOT / ".work" / "bench-reports"
AGENSIUM = Path(sys.executable).with_name("agensium")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAKE_SECONDS = 300
OPEN_MILLISECONDS = 120_000
OPENINGS = 5
WIDTH, HEIGHT = 1280, 800
LARGER = "mixed_100k"
PEERS = (
    Peer("ydata-profiling", "ydata", ("ydata-profiling==4.18.4", "setuptools<81")),
    Peer("Evidently", "evidently", ("evidently==0.7.23", "pandas<3")),
    Peer("sweetviz", "sweetviz", ("sweetviz==2.3.3", "pandas<3", "setuptools<81")),
)
HEAD = """| report | made in | of it CPU | size | first paint | loaded | requests to the network |
|---|---|---|---|---|---|---|
"""
TIMINGS = """async () => {
  const [navigation] = performance.getEntriesByType("navigation");
  const painted = () => performance.getEntriesByName("first-contentful-paint")[0];
  while (!painted()) await new Promise((resolve) => setTimeout(resolve, 10));
  return [painted().startTime, navigation.loadEventEnd];
}"""


@dataclass(frozen=True)
class Made:
    """How long a report took, in seconds; why there is none."""

    wall: float = 0.0
    cpu: float = 0.0
    trouble: str = ""


@dataclass(frozen=True)
class Opened:
    """Milliseconds until something is seen and until all is loaded, and what was asked for."""

    paint: float
    load: float
    requests: int


def make(command: list[str], page: Path) -> Made:
    """Let a tool write its page, starting and importing included."""
    page.unlink(missing_ok=True)
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    try:
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, timeout=MAKE_SECONDS
        )
    except subprocess.TimeoutExpired:
        return Made(trouble=f"not done after {MAKE_SECONDS} s")
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode or not page.exists():
        last = (done.stderr.strip() or "no page").splitlines()[-1]
        return Made(trouble=f"failed: {last[:120]}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Made(wall, cpu)


def open_once(browser: Browser, page: Path) -> Opened:
    """Open a page as somebody does who got it by mail."""
    context = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT})
    shown = context.new_page()
    asked: list[str] = []
    shown.on("request", lambda request: asked.append(request.url))
    shown.goto(page.as_uri(), wait_until="load", timeout=OPEN_MILLISECONDS)
    paint, load = shown.evaluate(TIMINGS)
    shown.wait_for_timeout(1_000)
    shown.screenshot(path=page.with_suffix(".png"))
    context.close()
    return Opened(paint, load, sum(url.startswith(("http", "ws")) for url in asked))


def opened(browser: Browser, page: Path) -> Opened:
    """Return the medians of several openings."""
    every = [open_once(browser, page) for _ in range(OPENINGS)]
    return Opened(
        statistics.median(each.paint for each in every),
        statistics.median(each.load for each in every),
        max(each.requests for each in every),
    )


def line(name: str, made: Made, page: Path, browser: Browser) -> str:
    """Return a row of the table."""
    if made.trouble:
        return f"| {name} | {made.trouble} | – | – | – | – | – |\n"
    seen = opened(browser, page)
    return (
        f"| {name} | {made.wall:.1f} s | {made.cpu:.1f} s | {page.stat().st_size / 1e6:.2f} MB | "
        f"{seen.paint / 1000:.2f} s | {seen.load / 1000:.2f} s | {seen.requests} |\n"
    )


def rows(table: Path, browser: Browser) -> str:
    """Return the rows of one file."""
    page = FOLDER / f"{table.stem}-agensium.html"
    command = [str(AGENSIUM), "profile", "--quiet", str(table), "--html", str(page)]
    text = line("**Agensium**", make(command, page), page, browser)
    for peer in PEERS:
        page = FOLDER / f"{table.stem}-{peer.tool}.html"
        missing = ensure_peer(peer)
        script = str(ROOT / "benchmarks" / "report_peers.py")
        command = [str(peer.python), script, peer.tool, str(table), str(page)]
        made = Made(trouble=f"cannot be installed: {missing}") if missing else make(command, page)
        print(peer.name, made, file=sys.stderr)
        text += line(f"{peer.name} {peer.packages[0].partition('==')[2]}", made, page, browser)
    return text


def main() -> None:
    """Measure everybody, print the tables and put them into the page."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    larger = next(each for each in TABLES if each.name == LARGER)
    ensure_table(larger)
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    files = (
        ("`examples/flights.csv`: 27,004 rows, 19 columns, 2.5 MB", ROOT / "examples/flights.csv"),
        (f"{LARGER}: {larger.rows:,} rows, {larger.columns} columns, 10 MB", larger.path),
    )
    text = f"{describe_processor()}; Chromium, median of {OPENINGS} openings from the disk.\n\n"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for title, table in files:
            text += f"{title}\n\n{HEAD}{rows(table, browser)}\n"
        browser.close()
    sys.stdout.write(text)
    write_between(PAGE, "<!-- reports -->\n", "<!-- end of reports -->", text)


if __name__ == "__main__":
    main()
