"""One function as a process: started, invoked under the platform's limits, ended.

Limits as Oracle documents them: 6 MB a request and a response, the function's own timeout (at most 300 s).
Memory is not limited here; the number is only shown. What a call costs on a laptop is no measure of OCI.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType

from sandbox.cloud.errors import SandboxFault
from sandbox.runner.entry_point import find_entry_point
from sandbox.runner.live_output import following
from sandbox.runner.socket_client import post_call

PAYLOAD_LIMIT = 6 * 1024 * 1024
_LAUNCHER = Path(__file__).with_name("launch.py")
# As `launch.py` calls it; not a header of the platform's, and so taken out here.
_OWN_STATUS = "sandbox-own-status"
_READY_SECONDS = 20.0
_END_SECONDS = 0.5
_LONGEST_SOCKET_PATH = 90
_LOG_BYTES = 64 * 1024
# What the process needs of the machine; nothing else of the user's environment reaches it.
_MACHINE = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"}


@dataclass(frozen=True, kw_only=True)
class FunctionSpec:
    """An image's content with its configuration; `config` is the application's, then the function's."""

    function_id: str
    function_name: str
    app_id: str
    app_name: str
    content: Path
    config: Mapping[str, str] = field(default_factory=dict)
    identity: Mapping[str, str] = field(default_factory=dict)
    """Variables by which the function reaches the cloud as itself; configuration cannot override them."""
    timeout_seconds: int = 30
    memory_mb: int = 128


@dataclass(frozen=True, kw_only=True)
class Reply:
    """One call as the platform sees it: 200, 413, 502 or 504; `problem` says what it saw go wrong."""

    status: int
    body: bytes
    headers: Mapping[str, str]
    milliseconds: float
    call_id: str
    problem: str = ""
    own_status: int | None = None
    """The function's own status; None where the development kit did not tell."""


class FunctionProcess:
    """A running function, as a context manager: leaving it ends the process and removes its folder.

    `folder` is where the run's folder is made; `object_dir` is handed over as SANDBOX_OBJECT_DIR.
    """

    def __init__(self, spec: FunctionSpec, folder: Path, object_dir: Path) -> None:
        self._spec = spec
        self._folder = folder
        self._object_dir = object_dir
        self._cleanup = contextlib.ExitStack()
        self._process: subprocess.Popen[bytes] | None = None
        self.ready_ms = 0.0
        self.logs: list[str] = []

    def __enter__(self) -> FunctionProcess:
        try:
            self._start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """The process's id; for tests that look whether it is gone."""
        return self._process.pid if self._process else 0

    def _start(self) -> None:
        entry = find_entry_point(self._spec.content)
        self._run = self._temporary(self._folder)
        # A copy: what the function writes beside itself must not change the image.
        shutil.copytree(self._spec.content, self._run / "function", symlinks=True)
        for name in ("home", "tmp"):
            (self._run / name).mkdir()
        self._socket = self._socket_folder() / "fn.sock"
        started = time.monotonic()
        self._spawn([entry.file, entry.handler])
        self._wait_until_ready(started)
        self.ready_ms = (time.monotonic() - started) * 1000

    def _temporary(self, parent: Path) -> Path:
        try:
            parent.mkdir(parents=True, exist_ok=True)
            made = Path(tempfile.mkdtemp(prefix="fn-", dir=parent))
        except OSError as error:
            raise SandboxFault(f"{parent}: the function cannot be run there: {error.strerror}") from None
        self._cleanup.callback(shutil.rmtree, made, ignore_errors=True)
        return made

    def _socket_folder(self) -> Path:
        """A unix socket's path holds about 100 bytes, and the kit needs `phony` in front of the name."""
        if len(os.fsencode(self._run)) <= _LONGEST_SOCKET_PATH - len("/phonyfn.sock"):
            return self._run
        return self._temporary(Path("/tmp"))  # noqa: S108 the one folder whose path is short everywhere

    def _spawn(self, command: list[str]) -> None:
        watched, kept = os.pipe()
        self._cleanup.callback(os.close, kept)
        try:
            with (self._run / "log").open("wb") as log:
                self._process = subprocess.Popen(
                    [sys.executable, "-P", str(_LAUNCHER), str(watched), *command],
                    cwd=self._run / "function",
                    env=self._environment(),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    pass_fds=(watched,),
                    start_new_session=True,
                )
        finally:
            os.close(watched)
        self._cleanup.enter_context(following(self._run / "log", self._spec.function_name))

    def _environment(self) -> dict[str, str]:
        """Configuration first: it cannot override what the platform sets."""
        spec = self._spec
        return {
            **_MACHINE,
            **spec.config,
            **spec.identity,
            "HOME": str(self._run / "home"),
            "TMPDIR": str(self._run / "tmp"),
            "PYTHONPATH": str(self._run / "function"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUNBUFFERED": "1",
            "FN_FORMAT": "http-stream",
            "FN_LISTENER": f"unix:{self._socket}",
            "FN_APP_ID": spec.app_id,
            "FN_APP_NAME": spec.app_name,
            "FN_FN_ID": spec.function_id,
            "FN_FN_NAME": spec.function_name,
            "FN_MEMORY": str(spec.memory_mb),
            "FN_TYPE": "sync",
            "SANDBOX_OBJECT_DIR": str(self._object_dir),
        }

    def _wait_until_ready(self, started: float) -> None:
        process = self._process
        while process and not self._socket.exists():
            if process.poll() is not None:
                self._read_logs()
                last = self.logs[-1] if self.logs else "it printed nothing"
                raise SandboxFault(f"function {self._spec.function_name}: ended while starting: {last}")
            if time.monotonic() - started > _READY_SECONDS:
                raise SandboxFault(
                    f"function {self._spec.function_name}: not ready after {_READY_SECONDS:.0f} s"
                )
            time.sleep(0.002)

    def call(
        self, body: bytes, content_type: str = "application/json", more: Mapping[str, str] | None = None
    ) -> Reply:
        """One call under the limits, `more` being headers of the caller's. Never raises for what the function
        does."""
        call_id = uuid.uuid4().hex.upper()
        if len(body) > PAYLOAD_LIMIT:
            problem = f"the body has {len(body)} bytes, OCI Functions accepts at most {PAYLOAD_LIMIT}"
            return Reply(status=413, body=b"", headers={}, milliseconds=0.0, call_id=call_id, problem=problem)
        deadline = datetime.now(UTC) + timedelta(seconds=self._spec.timeout_seconds)
        headers = {
            **(more or {}),
            "Content-Type": content_type,
            "Fn-Call-Id": call_id,
            "Fn-Deadline": deadline.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        }
        expired = threading.Event()
        watchdog = threading.Timer(self._spec.timeout_seconds, self._expire, args=(expired,))
        watchdog.daemon = True
        started = time.monotonic()
        watchdog.start()
        status, answer, answer_headers, problem = self._exchange(body, headers)
        watchdog.cancel()
        if expired.is_set():
            status, answer, answer_headers = 504, b"", {}
            problem = f"no answer within the function's timeout of {self._spec.timeout_seconds} s"
        own = answer_headers.get(_OWN_STATUS, "")
        return Reply(
            status=status,
            body=answer,
            headers={name: value for name, value in answer_headers.items() if name != _OWN_STATUS},
            milliseconds=(time.monotonic() - started) * 1000,
            call_id=call_id,
            problem=problem,
            own_status=int(own) if own.isdecimal() else None,
        )

    def _exchange(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes, Mapping[str, str], str]:
        try:
            raw = post_call(self._socket, body, headers, PAYLOAD_LIMIT)
        except (OSError, http.client.HTTPException):
            return 502, b"", {}, f"the process ended during the invocation ({self._ending()})"
        if len(raw.body) > PAYLOAD_LIMIT:
            return 502, b"", {}, f"the answer has more than {PAYLOAD_LIMIT} bytes"
        return raw.status, raw.body, raw.headers, ""

    def _ending(self) -> str:
        code = None
        if self._process:
            with contextlib.suppress(subprocess.TimeoutExpired):
                code = self._process.wait(_END_SECONDS)
        if code is None:
            return "it closed the connection"
        return f"by signal {-code}" if code < 0 else f"with exit status {code}"

    def _expire(self, expired: threading.Event) -> None:
        expired.set()
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        if self._process:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, number)

    def close(self) -> None:
        """Ends the process and everything it started, keeps its log lines, removes its folder."""
        if self._process:
            self._signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_END_SECONDS)
            self._signal(signal.SIGKILL)
            self._process.wait()
            self._read_logs()
            self._process = None
        self._cleanup.close()

    def _read_logs(self) -> None:
        """The last lines of what was printed, so that a function in a loop cannot fill the terminal."""
        try:
            with (self._run / "log").open("rb") as log:
                log.seek(max(0, (self._run / "log").stat().st_size - _LOG_BYTES))
                text = log.read(_LOG_BYTES).decode(errors="replace")
        except OSError:
            return
        self.logs = text.splitlines()
