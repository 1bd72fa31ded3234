"""Watching a browser page: what it complains about and what it asks for."""

from dataclasses import dataclass, field

from playwright.sync_api import Page


@dataclass
class Watch:
    """What a page did since it was opened."""

    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


def watch(page: Page) -> Watch:
    """Start to note what the page complains about and asks for."""
    seen = Watch()
    page.on("console", lambda message: seen.complaints.append(message.text))
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    page.on("request", lambda request: seen.requests.append(request.url))
    return seen


def page_scrolls_sideways(page: Page) -> bool:
    """Tell whether the page is wider than its window."""
    wider: bool = page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )
    return wider
