"""A command in a network of its own: it reaches what it starts itself, and the ports that are passed on.

In everything else it is the caller's: user, files, terminal, process group; nothing stands between the two.
What it leaves behind has no way out any more. Needs Linux, and root or user namespaces for everybody.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from types import TracebackType

from sandbox.runner import launch
from sandbox.runner.network import Passage


class NoNetwork(Exception):
    """The system gives the command no network of its own; `str()` says why."""


class OwnNetwork:
    """A network for one command, as a context manager around its life. `ports` of the machine's loopback are
    found at the same ports inside."""

    def __init__(self, ports: Sequence[int]) -> None:
        self._ports = ports
        self._passages: list[Passage] = []

    def __enter__(self) -> OwnNetwork:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        for passage in self._passages:
            passage.close()

    def start(self, command: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
        """Start the command inside. Raises `NoNetwork`, with nothing started, and `OSError` for a command
        that cannot be started at all."""
        if sys.platform != "linux":
            raise NoNetwork("this system has no namespaces")
        ours, theirs = socket.socketpair()
        with ours, theirs:
            try:
                # The one other thread there may be waits for the serving process, and holds no lock.
                process = subprocess.Popen(
                    list(command), env=dict(environment), preexec_fn=partial(_enter, theirs, self._ports)
                )
            except subprocess.SubprocessError:
                raise NoNetwork(ours.recv(4096).decode()) from None
            _, sockets, _, _ = socket.recv_fds(ours, 16, len(self._ports))
        self._passages = [Passage(socket.socket(fileno=one)) for one in sockets]
        return process


def _enter(told: socket.socket, ports: Sequence[int]) -> None:
    """In the child: what fails here ends it, so that it never runs with half a network."""
    try:
        if os.geteuid() != 0:
            # As itself: files that it makes are its own. Root needs none, and would lose all other users.
            launch.enter_user(os.geteuid(), os.getegid())
        listening = launch.enter_network(ports)
        socket.send_fds(told, [b"."], [one.fileno() for one in listening])
    except OSError as error:
        told.send((error.strerror or str(error)).encode())
        raise
