"""A bad network between the product and a real server: it can hang, reset and refuse."""

import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.servers.process import HOST, free_ports

_CHUNK_BYTES = 65536
# Closing with this says "reset" instead of "end".
_RESET = struct.pack("ii", 1, 0)


class Proxy:
    """Listens on `port` and passes everything on to `target`, as long as the network is fine."""

    def __init__(self, target: int) -> None:
        self.target = target
        [self.port] = free_ports(1)
        self.delay_seconds = 0.0
        self._refusing = False
        self._passing = threading.Event()
        self._passing.set()
        self._open: list[socket.socket] = []
        self._listener = self._listen()

    def hang(self) -> None:
        """Swallow every packet: connections stay open and nothing comes back."""
        self._passing.clear()

    def refuse(self) -> None:
        """Refuse new connections and reset the open ones, as a stopped server does."""
        self._refusing = True
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.reset()

    def reset(self) -> None:
        """Reset every open connection; new ones are welcome."""
        ended, self._open = self._open, []
        for connection in ended:
            with suppress(OSError):
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                # Wakes the thread that reads, and tells the peer nothing yet.
                connection.shutdown(socket.SHUT_RD)
            connection.close()

    def heal(self) -> None:
        """Make the network fine again."""
        self.delay_seconds = 0.0
        self._passing.set()
        if self._refusing:
            self._refusing = False
            self._listener = self._listen()

    def close(self) -> None:
        """End it with all its connections."""
        self._passing.set()
        self.refuse()

    def _listen(self) -> socket.socket:
        listener = socket.create_server((HOST, self.port), backlog=64)
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()
        return listener

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection((HOST, self.target))
            except OSError:
                client.close()
                continue
            self._open += [client, server]
            for pair in ((client, server), (server, client)):
                threading.Thread(target=self._pass_on, args=pair, daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while chunk := source.recv(_CHUNK_BYTES):
                self._passing.wait()
                time.sleep(self.delay_seconds)
                sink.sendall(chunk)
        if sink in self._open:
            with suppress(OSError):
                sink.shutdown(socket.SHUT_WR)


@contextmanager
def run_proxy(target: int) -> Iterator[Proxy]:
    """Stand between a client and the server on port `target`."""
    proxy = Proxy(target)
    try:
        yield proxy
    finally:
        proxy.close()
