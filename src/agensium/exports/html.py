"""The report as one HTML file that needs nothing but itself."""

from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from agensium.core.report import Report
from agensium.exports.anchors import link
from agensium.exports.compiled import CompiledTemplates
from agensium.exports.page import report_page
from agensium.exports.svg import bar
from agensium.exports.text import pieces, visible

STYLES: Final = ("theme.css", "report.css")
SCRIPTS: Final = ("numbers.js", "report.js")
TEMPLATES: Final = Path(__file__).with_name("templates")


def render_html(report: Report) -> bytes:
    """Return the report as a page; equal reports give equal bytes."""
    environment = _environment()
    page = environment.get_template("report.html").render(
        page=report_page(report),
        style=Markup(_style()),  # noqa: S704 - our own file
        script=Markup(_script()),  # noqa: S704 - our own file
        policy=report_policy(),
    )
    return page.encode("utf-8", "backslashreplace")


def theme() -> str:
    """Return the style sheet of colours, letters and basic shapes that all pages share."""
    return _source("theme.css")


def numbers_script() -> str:
    """Return the script that writes numbers as the reader does, which all pages share."""
    return _source("numbers.js")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("agensium.exports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.bytecode_cache = CompiledTemplates(TEMPLATES, environment)
    environment.filters |= {"pieces": pieces, "visible": visible, "link": link}
    environment.globals["bar"] = bar
    return environment


@cache
def _source(name: str) -> str:
    environment = _environment()
    assert environment.loader is not None  # noqa: S101 - it is given above
    return environment.loader.get_source(environment, name)[0]


@cache
def _style() -> str:
    return "".join(map(_source, STYLES))


@cache
def _script() -> str:
    return "".join(map(_source, SCRIPTS))


@cache
def report_policy() -> str:
    """Return the Content-Security-Policy of a report: its own style and script, nothing else."""
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src '{_digest(_style())}'",
            f"script-src '{_digest(_script())}'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _digest(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
