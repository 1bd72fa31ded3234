"""The pages: pure functions from values to HTML.

Every function takes `root`, the path that the service lives under (empty, or like ``/quality``).
The pages expect these routes below it:

=======================  ==========================================================================
``GET /``                `render_home`; ``?before=<cursor>`` gives older tasks
``POST /upload``         multipart with ``agent``, ``file`` or ``source``, and the fields of
                         `read_options`; answers 303 to ``/view/{id}``, or
                         `render_home` with a `Failure` and the status that fits
``POST /example``        starts a task on the bundled example; answers 303 to ``/view/{id}``
``GET /view/{id}``       `render_task`
``POST /view/{id}/read``  multipart with the fields of `read_options`: reads the file of a task in
                         another way; answers 303 to ``/view/{id}`` of the new task
``POST /view/{id}/cancel``  cancels the task; answers 303 to ``/view/{id}``
``POST /view/{id}/retry``  tries the task again; answers 303 to ``/view/{id}``
``POST /view/{id}/delete``  deletes the task; answers 303 to ``/``
``GET /view/workers``    `render_workers`
``GET /static/{name}``   `agensium.ui.assets.find_asset`; cache for a year, the address is versioned
``GET /tasks/{id}``      JSON with ``status`` and ``progress``, which the script asks for
``GET /tasks/{id}/events``  server-sent events named ``task`` with the same JSON
``GET /tasks/{id}/{file}``  the downloads; ``report.html`` is shown in a sandboxed frame
``GET /docs``            the description of the API
=======================  ==========================================================================

`PAGE_POLICY` is the Content-Security-Policy that the pages need. A POST to a page should be
refused when its ``Sec-Fetch-Site`` header is there and neither ``same-origin`` nor ``none``.
"""

from functools import cache
from typing import Final

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from agensium.data.read_options import read_options
from agensium.exports import formats
from agensium.exports.text import pieces, visible
from agensium.ui.assets import find_asset
from agensium.ui.views import Home, TaskDetail, Trouble, Workers

PAGE_POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "frame-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def render_home(page: Home, root: str = "") -> str:
    """Return the page on which files are handed over and tasks are listed."""
    return _render("home.html", page, root)


def render_task(page: TaskDetail, root: str = "") -> str:
    """Return the page of one task: its progress, its report, or why it failed."""
    return _render("task.html", page, root)


def render_workers(page: Workers, root: str = "") -> str:
    """Return the page that lists who runs tasks."""
    return _render("workers.html", page, root)


def render_error(page: Trouble, root: str = "") -> str:
    """Return a page that says what went wrong and what to do."""
    return _render("error.html", page, root)


def _render(template: str, page: Home | TaskDetail | Workers | Trouble, root: str) -> str:
    return _environment().get_template(template).render(page=page, root=root)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=ChoiceLoader([PackageLoader("agensium.ui"), PackageLoader("agensium.exports")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"pieces": pieces, "visible": visible, "size": formats.size}
    environment.globals |= {"asset": find_asset, "read_options": read_options}
    return environment
