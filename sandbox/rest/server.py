"""The process that serves: proxy and TLS endpoint, on loopback, until it is told to end or nobody needs it.

`python -m sandbox.rest.server` is what `sandbox.rest.serving` starts; `python -m sandbox serve` runs it in
front.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import os
import signal
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from types import FrameType

import uvicorn

from sandbox.cloud.errors import SandboxFault
from sandbox.cloud.store import Store
from sandbox.delivery.engine import Engine
from sandbox.delivery.sources import SOURCES
from sandbox.rest.application import Application
from sandbox.rest.authority import Authority
from sandbox.rest.credentials import Credentials
from sandbox.rest.functions import Functions
from sandbox.rest.place import Place, Serving
from sandbox.rest.proxy import Proxy

LINGER_SECONDS = 20.0
"""How long a process that was started on demand stays when nobody needs it."""
_LOOK_SECONDS = 0.5
_END_SECONDS = 1
_LOOPBACK = "127.0.0.1"


def serve(
    sandbox_dir: Path,
    *,
    linger: float | None = None,
    allow: Collection[str] = (),
    ready: Callable[[Serving], None],
) -> bool:
    """Serve until a signal, or until nobody has needed it for `linger` seconds; False where another process
    does.

    `allow` names hosts beside Oracle's that every client may reach. Raises `SandboxFault`.
    """
    place = Place(sandbox_dir)
    place.make()
    with place.claimed() as is_mine:
        if is_mine:
            asyncio.run(_Process(place, linger, frozenset(host.lower() for host in allow)).run(ready))
    return is_mine


class _Process:
    def __init__(self, place: Place, linger: float | None, allow: frozenset[str]) -> None:
        self._place = place
        self._linger = linger
        self._allow = allow
        self._needed_at = time.monotonic()

    async def run(self, ready: Callable[[Serving], None]) -> None:
        place, former = self._place, self._place.last_told()
        with (
            Store(place.sandbox_dir / "store.db") as store,
            _listening(former.proxy_port if former else 0) as proxy_socket,
            _listening(former.endpoint_port if former else 0) as endpoint_socket,
        ):
            credentials = Credentials(place.folder, store)
            authority = Authority(place.folder)
            functions = Functions(place, store, credentials)
            engine = Engine(place.sandbox_dir, functions.run, sources=SOURCES)
            application = Application(place.sandbox_dir, store, credentials, functions)
            ports = Serving(os.getpid(), proxy_socket.getsockname()[1], endpoint_socket.getsockname()[1])
            proxy = Proxy(ports.endpoint_port, lambda run: self._allow | place.allowed(run))
            config = _config(application, authority.server_context())

            def end_work() -> None:
                engine.close()  # first: a delivery whose function is ended here stays owed
                functions.end()

            server = _Server(config, application, proxy, end_work)
            watch = asyncio.create_task(self._watch(server, application, engine, ports, ready))
            try:
                async with await asyncio.start_server(proxy.serve, sock=proxy_socket):
                    with _quiet_signals():
                        await server.serve(sockets=[endpoint_socket])
            finally:
                watch.cancel()
                application.close()
                engine.close()
                functions.close()

    async def _watch(
        self,
        server: uvicorn.Server,
        application: Application,
        engine: Engine,
        ports: Serving,
        ready: Callable[[Serving], None],
    ) -> None:
        """Tell when requests are answered; end when nobody needs it, or when the sandbox was removed."""
        try:
            while not server.started:
                await asyncio.sleep(0.01)
            self._place.tell(ports)
            engine.start()
            ready(ports)
            with contextlib.suppress(SandboxFault):  # who asks for something is told
                await asyncio.to_thread(application.announce)
            while self._place.last_told() == ports and not self._is_idle(application, engine):
                await asyncio.sleep(_LOOK_SECONDS)
        finally:  # also where the sandbox was removed between two looks at it
            server.should_exit = True

    def _is_idle(self, application: Application, engine: Engine) -> bool:
        """Whether nobody has needed it for its time."""
        if self._linger is None:
            return False
        if application.under_way or engine.is_busy or self._place.is_needed():
            self._needed_at = time.monotonic()
        return time.monotonic() - self._needed_at > self._linger


class _Server(uvicorn.Server):
    """Ends at once: functions are ended in the middle of a call, what else is under way is answered or, like
    a long poll, cut; clients that only keep their connection open are hung up on."""

    def __init__(
        self, config: uvicorn.Config, application: Application, proxy: Proxy, end_work: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._application = application
        self._proxy = proxy
        self._end_work = end_work

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await asyncio.to_thread(self._end_work)
        until = time.monotonic() + _END_SECONDS
        while self._application.under_way and time.monotonic() < until and not self.force_exit:
            await asyncio.sleep(0.02)
        await super().shutdown(sockets)
        self._proxy.end()  # not before: the last answers go through it


def _config(application: Application, context: ssl.SSLContext) -> uvicorn.Config:
    return uvicorn.Config(
        application,
        http="h11",
        ws="none",
        lifespan="off",
        interface="asgi3",
        loop="asyncio",
        ssl_context_factory=lambda *_: context,
        access_log=False,
        log_config=None,
        log_level=logging.CRITICAL,
        server_header=False,
        h11_max_incomplete_event_size=64 * 1024,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=1,
    )


@contextlib.contextmanager
def _listening(port: int) -> Iterator[socket.socket]:
    """A socket on loopback: at the port the last process had, so that its clients go on, or at any free
    one."""
    # With the protocol said, for else asyncio leaves what it accepts with Nagle's algorithm: 40 ms an answer.
    with socket.socket(proto=socket.IPPROTO_TCP) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((_LOOPBACK, port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise SandboxFault(f"{_LOOPBACK}:{port}: cannot be listened on: {error.strerror}") from None
            listening.bind((_LOOPBACK, 0))
        listening.listen(256)
        listening.setblocking(False)
        yield listening


@contextlib.contextmanager
def _quiet_signals() -> Iterator[None]:
    """The server ends in good order on a signal and then raises it again, which here would end the process in
    the middle of its own."""
    if threading.current_thread() is not threading.main_thread():  # which gets no signals
        yield
        return

    def noted(_: int, __: FrameType | None) -> None:
        return

    former = {number: signal.signal(number, noted) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def main() -> int:
    """`python -m sandbox.rest.server FOLDER`: serve while somebody needs it."""
    try:
        serve(Path(sys.argv[1]), linger=LINGER_SECONDS, ready=lambda _: None)
    except SandboxFault as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
