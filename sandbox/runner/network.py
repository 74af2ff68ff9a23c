"""The way out of a network of a function's or a command's own: sockets that listen inside of it, served by
whoever started it.

A socket stays in the network that it was made in, whoever holds it. So what runs inside finds the proxy at
the address it has outside, and nothing else.
"""

from __future__ import annotations

import contextlib
import socket
import threading

_BYTES = 64 * 1024
_SECONDS_TO_CONNECT = 10


class Passage:
    """Passes on what arrives at the 127.0.0.1:port inside to that of the machine, until closed."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self._address = listener.getsockname()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """No new connections; those that are open end with what runs inside."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                inner, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(inner,), daemon=True).start()

    def _serve(self, inner: socket.socket) -> None:
        with inner:
            try:
                outer = socket.create_connection(self._address, _SECONDS_TO_CONNECT)
            except OSError:
                return
            with outer:
                outer.settimeout(None)
                back = threading.Thread(target=_pass_on, args=(outer, inner), daemon=True)
                back.start()
                _pass_on(inner, outer)
                back.join()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(_BYTES):
            target.sendall(data)
    for one in (source, target):
        with contextlib.suppress(OSError):
            one.shutdown(socket.SHUT_RD if one is source else socket.SHUT_WR)
