"""A web server that answers as a test tells it to, over HTTP or HTTPS."""

import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.servers.missing import find_program
from tests.servers.process import HOST

Behaviour = Callable[["Handler"], None]


class Web(ThreadingHTTPServer):
    """What lies behind each path is a behaviour; what was asked for is remembered."""

    daemon_threads = True

    def __init__(self, host: str = HOST) -> None:
        super().__init__((host, 0), Handler)
        self.scheme = "http"
        self.behaviours: dict[str, Behaviour] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.over = threading.Event()

    def url(self, path: str, host: str = HOST) -> str:
        return f"{self.scheme}://{host}:{self.server_port}{path}"

    def serve(self, path: str, body: bytes) -> str:
        self.behaviours[path] = lambda handler: handler.give(body)
        return self.url(path)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that hang up: tests make them."""

    def secure(self, certificate: Path) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self.socket = context.wrap_socket(self.socket, server_side=True)
        self.scheme = "https"


class Handler(BaseHTTPRequestHandler):
    """Does what the path's behaviour says."""

    server: Web

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.asked.append((self.path, headers))
        behaviour = self.server.behaviours.get(self.path.partition("?")[0])
        if behaviour is None:
            self.give(b"no", 404)
        else:
            behaviour(self)

    def give(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content_Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def drip(self, piece: bytes, pause: float) -> None:
        """Send a piece again and again, until the server ends or the client hangs up."""
        self.send_response(200)
        self.end_headers()
        while not self.server.over.wait(pause):
            self.wfile.write(piece)
            self.wfile.flush()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def run_web(host: str = HOST, certificate: Path | None = None) -> Iterator[Web]:
    """Serve from a thread."""
    with Web(host) as server:
        if certificate is not None:
            server.secure(certificate)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.over.set()
        server.shutdown()
        thread.join()


def make_certificate(folder: Path, name: str) -> Path:
    """Make a key and a certificate for a host, in one file that clients may trust as well."""
    openssl = find_program("OpenSSL", "openssl")
    target = folder / f"{name}.pem"
    subprocess.run(
        [
            openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
            "-nodes", "-days", "2", "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}",
            "-keyout", target, "-out", folder / "certificate",
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    with target.open("ab") as file:
        file.write((folder / "certificate").read_bytes())
    return target
