"""Functions run for whoever invokes them over REST: the platform's side of an invocation.

How the container's answer becomes the caller's: 200 as it is; 502 and 504 without the body that came with
them; anything else is an invalid response. Source: the engine that OCI Functions is built on, and Oracle's
page "Troubleshooting OCI Functions" for the codes.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sandbox import housekeeping
from sandbox.api.platform import FunctionAnswer
from sandbox.cloud.errors import SandboxFault
from sandbox.cloud.store import Store
from sandbox.events import function_log
from sandbox.events.snapshot import Function, read_deployment
from sandbox.rest.credentials import Credentials
from sandbox.rest.place import Place
from sandbox.rest.principals import Home, of_resource, tenancy_of, way_there
from sandbox.runner.process import FunctionProcess, FunctionSpec, Reply

_DETACHED = 16
_CHECK = "please ensure you are using the latest fdk and check the logs"
# Headers of the connection, not of the message; and what the platform sets itself.
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
        self._detached = ThreadPoolExecutor(_DETACHED, "detached")
        self.under_way = 0

    def close(self) -> None:
        """Begin no more."""
        self._detached.shutdown(wait=False, cancel_futures=True)

    def keys_of(self, user_id: str) -> list[tuple[str, str, float]]:
        """A user's API keys."""
        return self._credentials.keys_of(user_id)

    def invoke_detached(self, function_id: str, body: bytes, headers: Mapping[str, str]) -> None:
        """Run a function once, without anybody waiting."""
        self.under_way += 1
        done = self._detached.submit(self.invoke, function_id, body, headers)
        done.add_done_callback(self._ended)

    def _ended(self, _: object) -> None:
        self.under_way -= 1

    def invoke(self, function_id: str, body: bytes, headers: Mapping[str, str]) -> FunctionAnswer:
        """Run a function once; what its caller gets."""
        function = read_deployment(self._place.sandbox_dir).functions.get(function_id)
        if function is None or function.content is None:
            return FunctionAnswer(
                502, code="FunctionInvokeImageNotAvailable", message="Failed to pull function image"
            )
        try:
            with housekeeping.running(self._place.sandbox_dir):
                return self._run(function, body, headers)
        except (SandboxFault, OSError) as error:
            text = str(error)
            self._note(function, text, [])
            if "not ready" in text:
                return FunctionAnswer(
                    504,
                    code="FunctionInvokeContainerInitTimeout",
                    message=f"Container initialization timed out, {_CHECK}",
                )
            return FunctionAnswer(
                502,
                code="FunctionInvokeContainerInitFail",
                message=f"Container failed to initialize, {_CHECK}",
            )

    def _run(self, function: Function, body: bytes, headers: Mapping[str, str]) -> FunctionAnswer:
        runs = self._place.sandbox_dir / "run"
        passed = {name: value for name, value in headers.items() if name not in _NOT_PASSED}
        with (
            tempfile.TemporaryDirectory(prefix="identity-", dir=runs) as home,
            FunctionProcess(self._spec(function, Path(home)), runs, Path(home) / "no-objects") as process,
        ):
            reply = process.call(body, headers.get("content-type", "application/json"), passed)
        self._note(function, reply.problem or f"{reply.status} in {reply.milliseconds:.0f} ms", process.logs)
        return _answer(reply)

    def _spec(self, function: Function, home: Path) -> FunctionSpec:
        assert function.content is not None  # noqa: S101 for the type checker; `invoke` looked
        return FunctionSpec(
            function_id=function.id,
            function_name=function.name,
            app_id=function.app_id,
            app_name=function.app_name,
            content=function.content,
            config=function.config,
            identity=self._identity(function, home),
            timeout_seconds=function.timeout_seconds,
            memory_mb=function.memory_mb,
        )

    def _identity(self, function: Function, home: Path) -> dict[str, str]:
        record, serving = self._store.get(function.id), self._place.last_told()
        if record is None or serving is None:
            return {}
        identity = of_resource(record, "fnfunc", self._store, tenancy_of(self._store))
        own = Home(home, identity, self._credentials)
        own.make()
        way = way_there(self._place.authority, serving.proxy_port)
        return {**way, **{name: text for name, text in own.variables().items() if "_CLI_" not in name}}

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


def _answer(reply: Reply) -> FunctionAnswer:
    if reply.status == 200:
        dropped = _NOT_PASSED - {"content-type"}
        kept = {name: text for name, text in reply.headers.items() if name not in dropped}
        return FunctionAnswer(200, reply.body, kept)
    if reply.status == 413:
        return FunctionAnswer(
            413, code="FunctionInvokeRequestContentTooLarge", message="Request content too large"
        )
    if reply.status == 504:
        return FunctionAnswer(504, code="FunctionInvokeTimeout", message="Timed out")
    if reply.problem.startswith("the answer has more than"):
        return FunctionAnswer(
            502, code="FunctionInvokeResponseBodyTooLarge", message="Function response body too large"
        )
    if reply.problem:
        return FunctionAnswer(
            502, code="FunctionInvokeExecutionError", message="error receiving function response"
        )
    if reply.status == 502:
        return FunctionAnswer(502, code="FunctionInvokeExecutionFailed", message="function failed")
    return FunctionAnswer(502, code="FunctionInvokeInvalidResponse", message="invalid function response")
