"""Functions run for whoever invokes them over REST: the platform's side of an invocation.

Containers are kept warm as long as the serving process lives. Each function has a folder with its identity,
whose token is replaced before it expires, and reaches the cloud through the proxy as any client does.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from sandbox import housekeeping, private
from sandbox.api.platform import FunctionAnswer
from sandbox.cloud.errors import SandboxFault
from sandbox.cloud.store import Store
from sandbox.console import say
from sandbox.events import function_log
from sandbox.events.invocation import ALLOW_BUILD
from sandbox.events.snapshot import Function, read_deployment
from sandbox.rest.credentials import Credentials
from sandbox.rest.place import Place
from sandbox.rest.principals import Home, of_resource, tenancy_of, way_there
from sandbox.runner.confinement import hand_over
from sandbox.runner.containers import Containers
from sandbox.runner.spec import Additions, FunctionSpec, Reply

_DETACHED = 16
# Headers of the connection, not of the message; and what says who called.
_NOT_PASSED = frozenset(
    {"connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "content-length", "host"}
    | {"authorization", "x-content-sha256", "date", "x-date", "content-type", "expect", "accept-encoding"}
)


class Functions:
    """The `Platform` of endpoints."""

    def __init__(self, place: Place, store: Store, credentials: Credentials) -> None:
        self._place = place
        self._store = store
        self._credentials = credentials
        self._homes: dict[str, Home] = {}
        self._lock = threading.Lock()
        self._ending = ExitStack()
        self._ending.enter_context(housekeeping.running(place.sandbox_dir))
        self._containers = Containers(place.sandbox_dir / "run")
        self._ending.callback(self._containers.close)
        self._detached = ThreadPoolExecutor(_DETACHED, "detached")
        self.under_way = 0

    def end(self) -> None:
        """End what runs, in the middle of a call too, and say so: whoever called gets what a kill gives."""
        self._detached.shutdown(wait=False, cancel_futures=True)
        names = self._containers.end()
        if names:
            say(f"serving   ended in the middle of a call: {', '.join(names)}")

    def close(self) -> None:
        """End the containers and begin nothing more."""
        self._detached.shutdown(wait=False, cancel_futures=True)
        self._ending.close()

    def keys_of(self, user_id: str) -> list[tuple[str, str, float]]:
        """A user's API keys."""
        return self._credentials.keys_of(user_id)

    def invoke_detached(self, function_id: str, body: bytes, headers: Mapping[str, str]) -> None:
        """Run a function once, without anybody waiting."""
        with self._lock:
            self.under_way += 1
        self._detached.submit(self.invoke, function_id, body, headers).add_done_callback(self._ended)

    def _ended(self, _: object) -> None:
        with self._lock:
            self.under_way -= 1

    def invoke(self, function_id: str, body: bytes, headers: Mapping[str, str]) -> FunctionAnswer:
        """Run a function once; what its caller gets."""
        function = read_deployment(self._place.sandbox_dir).functions.get(function_id)
        if function is None or function.content is None:
            return _UNAVAILABLE
        passed = {name: value for name, value in headers.items() if name not in _NOT_PASSED}
        content_type = headers.get("content-type", "application/json")
        try:
            reply = self._containers.call(
                self._spec(function), body, content_type=content_type, passed=passed
            )
        except SandboxFault as error:  # its requirements cannot be had, say: the image is no use
            say(f"function {function.name}: {error}")
            self._note(function, str(error), [])
            return _UNAVAILABLE
        ended = reply.problem or f"{reply.status} in {reply.milliseconds:.0f} ms"
        self._note(function, ended, [line.text for line in reply.lines])
        return _answer(reply)

    def _spec(self, function: Function) -> FunctionSpec:
        assert function.content is not None  # noqa: S101 for the type checker; `invoke` looked
        return FunctionSpec(
            function_id=function.id,
            function_name=function.name,
            app_id=function.app_id,
            app_name=function.app_name,
            content=function.content,
            config=function.config,
            timeout_seconds=function.timeout_seconds,
            memory_mb=function.memory_mb,
            additions=self._additions(function),
            build=os.environ.get(ALLOW_BUILD) == "1",
        )

    def _additions(self, function: Function) -> Additions:
        """The function's identity, and its way to the cloud: the same at every call, so that it stays
        warm."""
        record, serving = self._store.get(function.id), self._place.last_told()
        if record is None or serving is None:
            return Additions()
        folder = self._place.folder / "homes" / f"fn-{hashlib.sha256(function.id.encode()).hexdigest()[:16]}"
        trusted = folder / "ca.pem"
        with self._lock:
            home = self._homes.get(function.id)
            if home is None:
                identity = of_resource(record, "fnfunc", self._store, tenancy_of(self._store))
                home = self._homes[function.id] = Home(folder, identity, self._credentials)
                home.make()
                private.write(trusted, self._place.authority.read_text())
                hand_over(folder)
            elif home.renew():
                hand_over(folder)
        own = {name: text for name, text in home.variables().items() if not name.startswith("OCI_CLI_")}
        way = way_there(trusted, serving.proxy_port)
        return Additions(environment={**way, **own}, read_only=(folder,), ports=(serving.proxy_port,))

    def _note(self, function: Function, ended: str, lines: list[str]) -> None:
        run = function_log.Run(
            time=function_log.now(),
            stack=function.stack,
            function=function.name,
            id=function.id,
            ended=ended,
            lines=lines,
        )
        function_log.append(self._place.sandbox_dir, [run])


_UNAVAILABLE = FunctionAnswer(
    502, code="FunctionInvokeImageNotAvailable", message="Failed to pull function image"
)


def _answer(reply: Reply) -> FunctionAnswer:
    if reply.status != 200:
        return FunctionAnswer(reply.status, code=reply.code, message=reply.message)
    dropped = _NOT_PASSED - {"content-type"}
    kept = {name: text for name, text in reply.headers.items() if name not in dropped}
    return FunctionAnswer(200, reply.body, {**kept, "fn-call-id": reply.call_id})
