"""Running the service: serve, worker, migrate."""

import threading
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from agensium.cli.guard import guarded

HELP_SUBMIT = "Submit this file to the service once it listens, and show the result."


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("serve")(serve)
    app.command("worker")(worker)
    app.command("migrate")(migrate)


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port.")] = 8000,
    root_path: Annotated[
        str, typer.Option(help="The path behind a proxy, such as /agensium.")
    ] = "",
    submit: Annotated[
        Path | None, typer.Option(help=HELP_SUBMIT, exists=True, dir_okay=False)
    ] = None,
) -> None:
    """Serve the API and the pages; without REDIS_URL the worker runs in the same process."""
    from agensium.server.serve import Address
    from agensium.server.serve import serve as run
    from agensium.settings import load_settings

    def when_ready(url: str) -> None:
        threading.Thread(target=_greet, args=(url, submit), daemon=True).start()

    # uvicorn has already shut everything down in order when it passes the interrupt on.
    with suppress(KeyboardInterrupt):
        run(load_settings(), Address(host, port, root_path.rstrip("/")), when_ready)
    typer.echo("Stopped.", err=True)


def worker() -> None:
    """Run a worker: the same as `celery -A agensium.worker worker`."""
    from agensium.worker.server import run_worker

    run_worker()


def migrate() -> None:
    """Bring the database to the shape that this version expects."""
    from agensium.db.migrate import head_revision, upgrade
    from agensium.settings import load_settings
    from agensium.wiring import build_services

    upgrade(build_services(load_settings()).database)
    typer.echo(f"The database is at revision {head_revision()}.")


def _greet(url: str, file: Path | None) -> None:
    from agensium.cli.follow import submit_and_show

    try:
        if file is not None:
            guarded(partial(submit_and_show, url, file), about=str(file))
    finally:
        typer.echo(f"Agensium is at {url} (API: {url}/docs). Ctrl-C stops it.", err=True)
