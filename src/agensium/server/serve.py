"""Serving the application until it is told to stop."""

import ipaddress
import os
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

import uvicorn

from agensium.api.patience import Patient
from agensium.core.errors import InvalidSettings
from agensium.db.migrate import require_current, upgrade
from agensium.logs import set_up_logs
from agensium.server.app import Companion, create_app
from agensium.server.guard import Guard
from agensium.server.memory import return_large_pieces
from agensium.server.observe import Observed
from agensium.settings import Settings
from agensium.traces import set_up_traces
from agensium.wiring import build_services, lock_data_folder

BACKLOG = 2048
GRACE_SECONDS = 10
RECEIVE_BYTES = 256 << 10


@dataclass(frozen=True)
class Address:
    """Where to listen."""

    host: str
    port: int
    root_path: str = ""

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach it."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    @property
    def url(self) -> str:
        """The address for a browser on this machine."""
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104
        shown = f"[{host}]" if ":" in host else host
        return f"http://{shown}:{self.port}{self.root_path}"


def serve(
    settings: Settings, address: Address, when_ready: Callable[[str], None] | None = None
) -> None:
    """Serve until SIGINT or SIGTERM.

    Args:
        settings: how.
        address: where.
        when_ready: is called with the service's address once it listens.

    Raises:
        InvalidSettings: the port is taken, or another service uses the data folder.
        DatabaseUnavailable: the database does not answer or has another shape.

    """
    set_up_logs(settings.log_level, settings.log_format)
    return_large_pieces()
    # uvicorn shuts down in order and then raises the signal again: an ordinary end, not a failure.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with ExitStack() as held:
        if settings.traces and settings.otel_endpoint is not None:
            held.callback(set_up_traces(settings.otel_endpoint, "agensium-api"))
        listener = held.enter_context(_listen(address))
        if settings.is_embedded:
            held.enter_context(lock_data_folder(settings.data_dir))
        services = build_services(settings)
        if settings.database_url is None:
            upgrade(services.database)
        else:
            require_current(services.database)
        companion = None
        if settings.is_embedded:
            from agensium.worker.embedded import EmbeddedWorker

            companion = EmbeddedWorker(services)
        app = create_app(services, companion, address.root_path)
        guarded = Observed(Patient(Guard(app, settings.hosts(loopback=address.is_loopback))))
        server = _Server(_config(guarded), when_ready, address)
        server.on_stop = _on_stop(app.state.changes.close, companion)
        server.run(sockets=[listener])


def _on_stop(close: Callable[[], None], companion: Companion | None) -> Callable[[], None]:
    def stop() -> None:
        close()
        # At once, not after the last upload: whoever stops us may kill us in a few seconds.
        if companion is not None:
            companion.hand_back()

    return stop


class _Server(uvicorn.Server):
    """A server that tells when it listens and when it stops."""

    def __init__(
        self, config: uvicorn.Config, when_ready: Callable[[str], None] | None, address: Address
    ) -> None:
        super().__init__(config)
        self._when_ready, self._address = when_ready, address
        self.on_stop: Callable[[], None] = lambda: None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then tell."""
        await super().startup(sockets)
        if self.started and self._when_ready is not None:
            self._when_ready(self._address.url)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Send those away who wait for news, then stop: nobody else would end their requests."""
        self.on_stop()
        await super().shutdown(sockets)


def _config(app: Observed) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        backlog=BACKLOG,
    )


def _listen(address: Address) -> socket.socket:
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    try:
        listener = socket.create_server(
            (address.host, address.port), family=family, backlog=BACKLOG
        )
        # Each connection inherits it. More would only pile up in front of a busy disk: the last
        # byte of an upload would be "sent" long before it is stored and its ticket written.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BYTES)
        return listener
    except OSError as error:
        raise InvalidSettings(
            f"Cannot listen on {address.host}:{address.port}: {os.strerror(error.errno or 0)}.",
            hint="Choose another one with --port, as in: agensium serve --port 8001.",
        ) from error
