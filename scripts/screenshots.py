"""Take the pictures in docs/images/: start the service, hand over the example, look at it.

Run it with the project's Python: ``.venv/bin/python scripts/screenshots.py [FOLDER]``. It needs
Chromium, and a font such as Inter, Roboto or Noto Sans for pictures as most readers will see them.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, FilePayload, Page, sync_playwright

ROOT: Final = Path(__file__).resolve().parent.parent
IMAGES: Final = ROOT / "docs" / "images"
MAX_IMAGE_BYTES: Final = 300_000
START_SECONDS: Final = 30
STOP_SECONDS: Final = 15
TASK_MILLISECONDS: Final = 60_000
SETTLE_MILLISECONDS: Final = 300
BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def stay(page: Page) -> None:
    """Leave the page as it is."""
    del page


def open_columns(page: Page) -> None:
    """Unfold a column and scroll to it."""
    page.locator("#col-air-time summary").click()
    page.evaluate("document.getElementById('col-air-time').scrollIntoView(); scrollBy(0, -180)")
    page.wait_for_timeout(SETTLE_MILLISECONDS)


def show_relations(page: Page) -> None:
    """Scroll to how columns belong together."""
    page.evaluate("document.querySelector('.map').scrollIntoView({block: 'end'})")
    page.wait_for_timeout(SETTLE_MILLISECONDS)


@dataclass(frozen=True)
class Picture:
    """A picture: where, how large, in which light, and what to do before it is taken."""

    name: str
    path: str
    width: int = 1280
    height: int = 800
    scheme: Literal["light", "dark"] = "light"
    prepare: Callable[[Page], None] = stay


EMPTY: Final = Picture("home-empty", "/")
"""What a newcomer sees; it is taken before anything is handed over."""


def pictures(task_id: str, failed_id: str) -> tuple[Picture, ...]:
    """Return all other pictures: of the task with the report, and of the one that failed."""
    report = f"/tasks/{task_id}/report.html"
    return (
        Picture("home", "/"),
        Picture("task", f"/view/{task_id}"),
        Picture("report", report),
        Picture("report-dark", report, scheme="dark"),
        Picture("report-column", report, prepare=open_columns),
        Picture("report-relations", report, prepare=show_relations),
        Picture("failed", f"/view/{failed_id}"),
        Picture("workers", "/view/workers"),
        Picture("report-phone", report, width=390, height=844),
    )


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(address: str, service: subprocess.Popen[bytes]) -> None:
    """Wait until the service answers.

    Raises:
        SystemExit: it ended, or did not answer in time.

    """
    deadline = time.monotonic() + START_SECONDS
    while service.poll() is None and time.monotonic() < deadline:
        try:
            with urlopen(f"{address}/health", timeout=1):  # noqa: S310 - our own address
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise SystemExit("the service does not answer")


@contextmanager
def running_service() -> Iterator[str]:
    """Run the embedded service on a new data folder; give its address."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        program = Path(sys.executable).with_name("agensium")
        service = subprocess.Popen(
            [program, "serve", "--port", str(port)],
            env=os.environ | {"AGENSIUM_DATA_DIR": folder},
            cwd=ROOT,
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_for(address, service)
            yield address
        finally:
            service.terminate()
            service.wait(STOP_SECONDS)


def run_example(browser: Browser, address: str) -> str:
    """Hand the example over as a newcomer would; return the task's id once it is done."""
    page = browser.new_page()
    page.goto(address)
    page.get_by_role("button", name="Try it with the example").click()
    page.locator("iframe").wait_for(timeout=TASK_MILLISECONDS)
    task_id = page.url.rpartition("/")[2]
    page.close()
    return task_id


def run_no_rows(browser: Browser, address: str) -> str:
    """Hand over a table without rows; return the task's id once it has failed."""
    page = browser.new_page()
    page.goto(address)
    table: FilePayload = {
        "name": "orders-2026-01.csv",
        "mimeType": "text/csv",
        "buffer": b"id,day,amount\n",
    }
    page.set_input_files("#file", table)
    page.get_by_role("alert").filter(visible=True).wait_for(timeout=TASK_MILLISECONDS)
    task_id = page.url.rpartition("/")[2]
    page.close()
    return task_id


def take(browser: Browser, address: str, picture: Picture, folder: Path) -> Path:
    """Take one picture.

    Raises:
        SystemExit: it is larger than pictures in the repository may be.

    """
    page = browser.new_page(
        viewport={"width": picture.width, "height": picture.height},
        color_scheme=picture.scheme,
        reduced_motion="reduce",
    )
    page.goto(address + picture.path, wait_until="networkidle")
    picture.prepare(page)
    path = folder / f"{picture.name}.png"
    page.screenshot(path=path, animations="disabled")
    page.close()
    if path.stat().st_size > MAX_IMAGE_BYTES:
        raise SystemExit(f"{path} is larger than {MAX_IMAGE_BYTES} bytes")
    return path


def main() -> None:
    """Take all pictures into the folder that was named, or into docs/images/."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        raise SystemExit("Chromium is missing; install the package chromium")
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else IMAGES
    folder.mkdir(parents=True, exist_ok=True)
    with running_service() as address, sync_playwright() as playwright:
        # Chromium's sandbox needs privileges that containers and root do not have.
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        print(take(browser, address, EMPTY, folder))
        failed_id, task_id = run_no_rows(browser, address), run_example(browser, address)
        for picture in pictures(task_id, failed_id):
            print(take(browser, address, picture, folder))
        browser.close()


if __name__ == "__main__":
    main()
