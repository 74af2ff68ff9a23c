"""One function as a process of its image: started, invoked under the platform's limits, ended.

    spec ─► recipe ─► environment ─► image's files ─► launch.py ─► FDK ─► calls

Limits as Oracle documents them: 6 MB a request and a response, the function's own timeout (at most 300 s),
its memory, and the size of /tmp. What a call costs on a laptop is no measure of OCI.
"""

from __future__ import annotations

import contextlib
import functools
import http.client
import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType, TracebackType

from sandbox.cloud.errors import SandboxFault
from sandbox.console import say
from sandbox.images.assembly import assemble
from sandbox.images.entry_point import find_entry_point
from sandbox.images.kept import kept_recipe
from sandbox.runner import spec as answers
from sandbox.runner.confinement import Run, hand_over, plan_for
from sandbox.runner.environments import environment_for
from sandbox.runner.live_output import following
from sandbox.runner.network import Passage
from sandbox.runner.output import Output
from sandbox.runner.socket_client import Exchange, RawReply
from sandbox.runner.spec import Additions, Failure, FunctionSpec, Line, Reply

__all__ = ["PAYLOAD_LIMIT", "Additions", "FunctionProcess", "FunctionSpec", "Reply", "StartFault"]

PAYLOAD_LIMIT = 6 * 1024 * 1024
_LAUNCHER = Path(__file__).with_name("launch.py")
# As `start.py` calls it; not a header of the platform's, and so taken out here.
_OWN_STATUS = "sandbox-own-status"
_READY_SECONDS = 20.0
_END_SECONDS = 5.0
_LONGEST_SOCKET_PATH = 90
_MOST_LINES = 2000


class StartFault(SandboxFault):
    """A container that does not come up; `failure` is what OCI answers then."""

    def __init__(self, message: str, failure: Failure, lines: tuple[Line, ...]) -> None:
        super().__init__(message)
        self.failure = failure
        self.lines = lines


class FunctionProcess:
    """A running function, as a context manager: leaving it ends the process and removes its folder.

    `folder` is where the run's folder is made. One call at a time, as a container of OCI serves them.
    """

    def __init__(self, spec: FunctionSpec, folder: Path) -> None:
        self._spec = spec
        self._folder = folder
        self._cleanup = contextlib.ExitStack()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._told: list[Line] = []
        self.ready_ms = 0.0

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
        """The id of the process that holds the function's; for tests that look whether it is gone."""
        return self._process.pid if self._process else 0

    @property
    def alive(self) -> bool:
        """Whether it can serve another call."""
        return self._process is not None and self._process.poll() is None

    @property
    def objects(self) -> Path:
        """The folder that the function sees as SANDBOX_OBJECT_DIR; whoever calls it fills it."""
        return self._run.objects

    @property
    def logs(self) -> list[str]:
        """The text of the last lines that it printed."""
        return [line.text for line in self._told]

    # Starting

    def _start(self) -> None:
        recipe = kept_recipe(self._spec.content)
        entry = find_entry_point(recipe)
        environment = environment_for(recipe, say, build=self._spec.build)
        for note in environment.notes:
            _say_once(f"image     {self._spec.function_name}: {note}")
        started = time.monotonic()
        folder = self._temporary(self._folder)
        self._run = Run(folder, self._socket_folder(folder))
        self._run.make()
        plan = plan_for(self._spec, recipe, entry, environment, self._run)
        assemble(recipe.files, self._run.image, links_from_root=plan["confine"])
        (self._run.image / recipe.workdir.strip("/")).mkdir(parents=True, exist_ok=True)
        for mine in (self._run.image, self._run.sockets, self._run.objects):
            hand_over(mine)
        self._spawn(plan)
        self._hear(_READY_SECONDS)
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

    def _socket_folder(self, run: Path) -> Path:
        """A unix socket's path holds about 100 bytes, and the kit needs `phony` in front of the name."""
        folder = run / "iofs"
        if len(os.fsencode(folder)) > _LONGEST_SOCKET_PATH - len("/phonylsnr.sock"):
            return self._temporary(Path("/tmp"))  # noqa: S108 the one folder whose path is short everywhere
        folder.mkdir()
        return folder

    def _spawn(self, plan: Mapping[str, object]) -> None:
        place = self._run.folder / "plan.json"
        place.touch(mode=0o600)
        place.write_text(json.dumps(plan))
        self._control, theirs = socket.socketpair()
        self._cleanup.callback(self._control.close)
        log = self._run.folder / "log"
        self._output = Output(log)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", str(_LAUNCHER), str(theirs.fileno()), str(place)],
                cwd="/",
                env={},
                stdin=subprocess.DEVNULL,
                stdout=self._output.writers[0],
                stderr=self._output.writers[1],
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
        self._output.start()
        self._cleanup.enter_context(following(log, self._spec.function_name))

    def _hear(self, seconds: float) -> None:
        """What could not be confined, and the sockets that listen in the function's network."""
        assert self._control is not None  # noqa: S101 for the type checker
        self._control.settimeout(seconds)
        with contextlib.suppress(OSError, ValueError):
            told, sockets, _, _ = socket.recv_fds(self._control, 65536, 16)
            for one in sockets:
                passage = Passage(socket.socket(fileno=one))
                self._cleanup.callback(passage.close)
            lacking = json.loads(told)["lacking"] if told else []
            if lacking:
                _say_once(f"note      functions are not confined in: {'; '.join(lacking)}")

    def _wait_until_ready(self, started: float) -> None:
        name = f"function {self._spec.function_name}"
        while self._link() is None:
            if not self.alive:
                problem = self._over_memory()
                self._settle()
                last = problem or (self.logs[-1] if self.logs else "it printed nothing")
                failure = answers.NOT_READY if problem else answers.NOT_STARTED
                raise StartFault(f"{name}: ended while starting: {last}", failure, tuple(self._told))
            if time.monotonic() - started > _READY_SECONDS:
                raise StartFault(
                    f"{name}: not ready after {_READY_SECONDS:.0f} s", answers.NOT_READY, tuple(self._told)
                )
            time.sleep(0.002)

    def _link(self) -> Path | None:
        """The socket, which the kit links to when it listens.

        Only a socket beside the link counts: the function makes both, and could lead to one of the machine's.
        """
        try:
            place = self._run.sockets / Path(os.readlink(self._run.sockets / "lsnr.sock")).name
            return place if stat.S_ISSOCK(place.lstat().st_mode) else None
        except OSError:
            return None

    # Calling

    def call(
        self,
        body: bytes,
        content_type: str = "application/json",
        call_id: str = "",
        passed: Mapping[str, str] = MappingProxyType({}),
    ) -> Reply:
        """One call under the limits; `passed` are headers of the caller's. Never raises for what the function
        does."""
        call_id = call_id or uuid.uuid4().hex.upper()
        if len(body) > PAYLOAD_LIMIT:
            problem = f"the body has {len(body)} bytes, OCI Functions accepts at most {PAYLOAD_LIMIT}"
            return _failed(answers.TOO_LARGE, problem, call_id, 0.0)
        hand_over(self.objects)
        started = time.monotonic()
        raw, failure, problem = self._exchange(body, {**passed, **self._headers(content_type, call_id)})
        took = (time.monotonic() - started) * 1000
        lines = self._settle()
        if raw is None:
            return _failed(failure or answers.ENDED, problem, call_id, took, lines)
        failure, problem = self._mapped(raw)
        own = raw.headers.get(_OWN_STATUS, "")
        return Reply(
            status=failure.status if failure else 200,
            body=b"" if failure and failure is not answers.FAILED and raw.status == 200 else raw.body,
            headers={name: value for name, value in raw.headers.items() if name != _OWN_STATUS},
            milliseconds=took,
            call_id=call_id,
            problem=problem,
            own_status=int(own) if own.isdecimal() else None,
            code=failure.code if failure else "",
            message=failure.message if failure else "",
            lines=lines,
        )

    def _headers(self, content_type: str, call_id: str) -> dict[str, str]:
        deadline = datetime.now(UTC) + timedelta(seconds=self._spec.timeout_seconds)
        return {
            "Content-Type": content_type,
            "Fn-Call-Id": call_id,
            "Fn-Deadline": deadline.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        }

    def _exchange(
        self, body: bytes, headers: Mapping[str, str]
    ) -> tuple[RawReply | None, Failure | None, str]:
        exchange = Exchange(self._link() or self._run.sockets / "none")
        expired = threading.Event()
        raw = None
        with self._deadline(exchange, expired), contextlib.suppress(OSError, http.client.HTTPException):
            raw = exchange.post(body, headers, PAYLOAD_LIMIT)
        if expired.is_set():
            problem = f"no answer within the function's timeout of {self._spec.timeout_seconds} s"
            return None, answers.TIMED_OUT, problem
        if raw is not None:
            return raw, None, ""
        over = self._over_memory()
        problem = over or f"the process ended during the invocation ({self._ending()})"
        self._end()
        return None, answers.ENDED, problem

    @contextlib.contextmanager
    def _deadline(self, exchange: Exchange, expired: threading.Event) -> Iterator[None]:
        def expire() -> None:
            expired.set()
            self._end()
            exchange.cut()

        watchdog = threading.Timer(self._spec.timeout_seconds, expire)
        watchdog.daemon = True
        watchdog.start()
        try:
            yield
        finally:
            watchdog.cancel()
            if expired.is_set():
                watchdog.join()

    def _mapped(self, raw: RawReply) -> tuple[Failure | None, str]:
        """What the platform makes of the container's answer."""
        if len(raw.body) > PAYLOAD_LIMIT:
            return answers.ANSWER_TOO_LARGE, f"the answer has more than {PAYLOAD_LIMIT} bytes"
        if raw.status == 200:
            return None, ""
        if raw.status == 502:
            return answers.FAILED, ""
        if raw.status == 504:
            return answers.TIMED_OUT, "the function itself answered that its time is up"
        self._end()
        return answers.INVALID, f"the container answered {raw.status}: only 200, 502 and 504 mean anything"

    def _ending(self) -> str:
        code = None
        if self._process:
            with contextlib.suppress(subprocess.TimeoutExpired):
                code = self._process.wait(0.5)
        if code is None:
            return "it closed the connection"
        return f"by signal {-code}" if code < 0 else f"with exit status {code}"

    def _over_memory(self) -> str:
        """Why the launcher ended the function, if it was its memory."""
        if self._control is None:
            return ""
        self._control.settimeout(0.2)
        with contextlib.suppress(OSError, ValueError, KeyError):
            used = json.loads(self._control.recv(4096))["memory"] // 1024
            limit = f"{self._spec.memory_mb} MB of memory"
            return f"it needed more than its {limit} and was ended: {used} MB were in use"
        return ""

    def _settle(self) -> tuple[Line, ...]:
        lines = self._output.taken()
        self._told = [*self._told, *lines][-_MOST_LINES:]
        return lines

    # Ending

    def end(self) -> None:
        """End it now, in the middle of a call too, which then fails as after a kill. From any thread."""
        self._end()

    def _end(self) -> None:
        """Ends the process and everything it started, whatever group or session that is in."""
        if self._control is not None:
            with contextlib.suppress(OSError):
                self._control.shutdown(socket.SHUT_RDWR)
        process = self._process  # which another thread that ends it as well may take away
        if process:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_END_SECONDS)
            if process.poll() is None:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def close(self) -> None:
        """Ends the process and everything it started, keeps its log lines, removes its folder."""
        if self._process:
            self._end()
            self._output.close(1.0)
            self._settle()
            self._process = None
        self._cleanup.close()


@functools.cache
def _say_once(line: str) -> None:
    say(line)


def _failed(
    failure: Failure, problem: str, call_id: str, milliseconds: float, lines: tuple[Line, ...] = ()
) -> Reply:
    return Reply(
        status=failure.status,
        body=b"",
        headers={},
        milliseconds=milliseconds,
        call_id=call_id,
        problem=problem,
        code=failure.code,
        message=failure.message,
        lines=lines,
    )
