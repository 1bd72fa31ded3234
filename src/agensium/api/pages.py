"""The pages, as routes: the thinnest of doors."""

from typing import Final

from fastapi import FastAPI

REPORT_POLICY: Final = (
    "sandbox allow-scripts; default-src 'none'; style-src 'unsafe-inline'; "
    "script-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
"""What a report may do. Its own policy, inside the page, names its script by its digest."""


def install(app: FastAPI) -> None:
    """Add the pages."""
    del app
