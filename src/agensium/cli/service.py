"""Running the service: serve, worker, migrate."""

import threading
from contextlib import suppress
from functools import partial
from pathlib import Path

import click

from agensium.cli.guard import guarded


def register(commands: click.Group) -> None:
    """Add the commands."""
    for command in (serve, worker, migrate):
        commands.add_command(command)


@click.command()
@click.option("--host", default="127.0.0.1", help="The address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, help="The port.")
@click.option(
    "--root-path",
    default="",
    show_default=False,
    metavar="PATH",
    help="The path behind a proxy, such as /agensium.",
)
@click.option(
    "--submit",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Submit this file to the service once it listens, and show the result.",
)
def serve(host: str, port: int, root_path: str, submit: Path | None) -> None:
    """Serve the API and the pages; without REDIS_URL the worker runs in the same process."""
    from agensium.server.serve import Address
    from agensium.server.serve import serve as run
    from agensium.settings import load_settings

    def when_ready(url: str) -> None:
        threading.Thread(target=_greet, args=(url, submit), daemon=True).start()

    # uvicorn has already shut everything down in order when it passes the interrupt on.
    with suppress(KeyboardInterrupt):
        run(load_settings(), Address(host, port, root_path.rstrip("/")), when_ready)
    click.echo("Stopped.", err=True)


@click.command()
def worker() -> None:
    """Run a worker: the same as `celery -A agensium.worker worker`."""
    from agensium.worker.server import run_worker

    run_worker()


@click.command()
def migrate() -> None:
    """Bring the database to the shape that this version expects."""
    from agensium.db.migrate import head_revision, upgrade
    from agensium.settings import load_settings
    from agensium.wiring import build_services

    upgrade(build_services(load_settings()).database)
    click.echo(f"The database is at revision {head_revision()}.")


def _greet(url: str, file: Path | None) -> None:
    from agensium.cli.follow import submit_and_show

    try:
        if file is not None:
            guarded(partial(submit_and_show, url, file), about=str(file))
    finally:
        click.echo(f"Agensium is at {url} (API: {url}/docs). Ctrl-C stops it.", err=True)
