"""Functions run for whoever invokes them over REST: the platform's side of an invocation.

Containers are kept warm as long as the serving process lives. Each function has a folder with its identity,
whose token is replaced before it expires, and reaches the cloud through the proxy as any client does.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from contextlib import ExitStack

from sandbox import housekeeping
from sandbox.api.platform import FunctionAnswer
from sandbox.cloud import clock
from sandbox.cloud.deliveries import Outbox
from sandbox.cloud.errors import SandboxFault
from sandbox.cloud.kept_secrets import KeptSecrets
from sandbox.cloud.store import Store
from sandbox.console import say
from sandbox.events import function_log
from sandbox.events.invocation import invoked, printed, spec_of
from sandbox.events.snapshot import Deployed, Function
from sandbox.rest.credentials import Credentials
from sandbox.rest.equipment import Equipment
from sandbox.rest.place import Place
from sandbox.runner.containers import Containers
from sandbox.runner.spec import Additions, FunctionSpec, Reply
from sandbox.services.logging import invoke_log
from sandbox.services.monitoring import service_metrics

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
        self._kept = KeptSecrets(place.sandbox_dir, store)
        self._credentials = credentials
        self._equipment = Equipment(place, store, credentials)
        self._ending = ExitStack()
        self._ending.enter_context(housekeeping.running(place.sandbox_dir))
        self._containers = Containers(place.sandbox_dir / "run")
        self._ending.callback(self._containers.close)
        self._deployed = Deployed(store, place.sandbox_dir)

    def end(self) -> None:
        """End what runs, in the middle of a call too, and say so: whoever called gets what a kill gives."""
        names = self._containers.end()
        if names:
            say(f"serving   ended in the middle of a call: {', '.join(names)}")

    def close(self) -> None:
        """End the containers."""
        self._ending.close()

    def keys_of(self, user_id: str) -> list[tuple[str, str, float]]:
        """A user's API keys."""
        return self._credentials.keys_of(user_id)

    def invoke_detached(self, function_id: str, body: bytes, headers: Mapping[str, str]) -> None:
        """Owe a run of a function, without anybody waiting; whoever called may do so."""
        Outbox(self._store).record(
            source=("detached", function_id),
            destination=("function", function_id),
            payload=body,
            content_type=headers.get("content-type", "application/json"),
            headers={name: value for name, value in headers.items() if name not in _NOT_PASSED},
            now=clock.now(self._store),
        )

    def invoke(self, function_id: str, body: bytes, headers: Mapping[str, str]) -> FunctionAnswer:
        """Run a function once; what its caller gets."""
        return self.run(function_id, body, headers)

    def run(
        self, function_id: str, body: bytes, headers: Mapping[str, str], is_detached: bool = False
    ) -> FunctionAnswer:
        """Run a function once, for a caller who waits or for a delivery; what it answers."""
        function = self._deployed.now().functions.get(function_id)
        if function is None or function.content is None:
            return _UNAVAILABLE
        passed = {name: value for name, value in headers.items() if name not in _NOT_PASSED}
        content_type = headers.get("content-type", "application/json")
        try:
            reply = self._containers.call(
                self._spec(function, is_detached), body, content_type=content_type, passed=passed
            )
        except SandboxFault as error:  # its requirements cannot be had, say: the image is no use
            say(f"function {function.name}: {error}")
            self._note(function, str(error), [])
            self._count(function, _UNAVAILABLE.status, None, is_detached)
            return _UNAVAILABLE
        ended = reply.problem or f"{reply.status} in {reply.milliseconds:.0f} ms"
        self._note(function, ended, [line.text for line in reply.lines])
        of_call = invoked(function, headers.get("opc-request-id", ""))
        invoke_log.record(self._store, of_call, map(printed, reply.lines))
        self._count(function, reply.status, reply.milliseconds, is_detached)
        return _answer(reply)

    def _count(self, function: Function, status: int, milliseconds: float | None, is_detached: bool) -> None:
        record = self._store.get(function.id)
        if record is not None:
            service_metrics.function_ran(self._store, record, status, milliseconds, detached=is_detached)

    def _spec(self, function: Function, is_detached: bool) -> FunctionSpec:
        spec = spec_of(function, self._place.sandbox_dir)
        seconds = function.detached_timeout_seconds if is_detached else function.timeout_seconds
        return dataclasses.replace(
            spec, timeout_seconds=seconds, detached=is_detached, additions=self._additions(function)
        )

    def _additions(self, function: Function) -> Additions:
        serving = self._place.last_told()
        return self._equipment.of(function.id, serving.proxy_port) if serving else Additions()

    def _note(self, function: Function, ended: str, lines: list[str]) -> None:
        run = function_log.Run(
            time=function_log.now(),
            stack=function.stack,
            function=function.name,
            id=function.id,
            ended=ended,
            lines=lines,
        )
        function_log.append(self._place.sandbox_dir, [run], self._kept)


_UNAVAILABLE = FunctionAnswer(
    502, code="FunctionInvokeImageNotAvailable", message="Failed to pull function image"
)


def _answer(reply: Reply) -> FunctionAnswer:
    if reply.status != 200:
        return FunctionAnswer(reply.status, code=reply.code, message=reply.message)
    dropped = _NOT_PASSED - {"content-type"}
    kept = {name: text for name, text in reply.headers.items() if name not in dropped}
    return FunctionAnswer(200, reply.body, {**kept, "fn-call-id": reply.call_id})
