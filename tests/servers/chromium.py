"""The system's Chromium, driven by Playwright."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from tests.servers.missing import find_program

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@contextmanager
def run_chromium() -> Iterator[Browser]:
    """Start a headless browser and close it at the end."""
    program = find_program("Chromium", *_NAMES)
    with sync_playwright() as playwright:
        # Chromium's sandbox needs privileges that containers and root do not have.
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()
