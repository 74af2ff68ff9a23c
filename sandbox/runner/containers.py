"""The containers of functions: one call at a time each, another one for a second call, reused while warm.

    with shared(folder) as containers:      # by whoever calls several times
        containers.call(spec, body)

What a command calls inside of one `shared` block shares its containers; without a block each call has its
own.
"""

from __future__ import annotations

import dataclasses
import shutil
import threading
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from sandbox.runner.process import FunctionProcess, StartFault
from sandbox.runner.spec import Additions, FunctionSpec, Reply

# How long OCI keeps an idle container is not documented; the open-source engine has 30 seconds.
IDLE_SECONDS = 30.0

Fill = Callable[[Path], None]
"""Puts into an empty folder what a function may read of Object Storage during one call."""
Equip = Callable[[FunctionSpec], AbstractContextManager[Additions]]
"""What one container of a function is given beyond its image, from before it starts until it has ended."""


@dataclass(frozen=True)
class _Container:
    process: FunctionProcess
    ending: ExitStack

    def close(self) -> None:
        self.ending.close()


class Containers:
    """Running functions, by what they run. Safe to call from several threads."""

    def __init__(self, folder: Path, equip: Equip | None = None, idle_seconds: float = IDLE_SECONDS) -> None:
        self._folder = folder
        self._equip = equip
        self._idle_seconds = idle_seconds
        self._idle: dict[str, list[tuple[_Container, threading.Timer]]] = defaultdict(list)
        self._at_work: dict[FunctionProcess, str] = {}
        self._lock = threading.Lock()
        self._closed = self._ended = False

    def call(
        self,
        spec: FunctionSpec,
        body: bytes,
        fill: Fill | None = None,
        call_id: str = "",
        content_type: str = "application/json",
        passed: Mapping[str, str] = MappingProxyType({}),
    ) -> Reply:
        """One call, in a container that serves no other meanwhile; `passed` are headers of the caller's.

        Raises `SandboxFault` for what is not the function's fault: an image that cannot be read, requirements
        that cannot be had, a full disk.
        """
        container = self._warm(spec)
        ready_ms = 0.0
        if container is None:
            try:
                container = self._started(spec)
            except StartFault as fault:
                return _not_started(fault, call_id)
            ready_ms = container.process.ready_ms
        try:
            with self._noted(container.process, spec):
                _empty(container.process.objects)
                if fill is not None:
                    fill(container.process.objects)
                reply = container.process.call(body, content_type, call_id, passed)
        except BaseException:
            container.close()
            raise
        self._put_back(spec, container)
        return dataclasses.replace(reply, ready_ms=ready_ms)

    def close(self) -> None:
        """Ends them all; one that is at work ends after its call."""
        with self._lock:
            self._closed = True
            idle = [one for waiting in self._idle.values() for one in waiting]
            self._idle.clear()
        for container, timer in idle:
            timer.cancel()
            container.close()

    def end(self) -> list[str]:
        """Ends them all at once, those at work in the middle of their call; the names of these functions."""
        with self._lock:
            self._ended = True
            at_work = dict(self._at_work)
        for process in at_work:
            process.end()
        self.close()
        return sorted(at_work.values())

    @contextmanager
    def _noted(self, process: FunctionProcess, spec: FunctionSpec) -> Iterator[None]:
        """While it starts or answers, so that `end` finds it; what comes after that is ended here."""
        with self._lock:
            self._at_work[process] = spec.function_name
            is_late = self._ended
        if is_late:
            process.end()
        try:
            yield
        finally:
            with self._lock:
                del self._at_work[process]

    def _started(self, spec: FunctionSpec) -> _Container:
        with ExitStack() as stack:
            if self._equip is not None:
                spec = dataclasses.replace(spec, additions=stack.enter_context(self._equip(spec)))
            process = FunctionProcess(spec, self._folder)
            with self._noted(process, spec):
                stack.enter_context(process)
            return _Container(process, stack.pop_all())

    def _warm(self, spec: FunctionSpec) -> _Container | None:
        while True:
            with self._lock:
                waiting = self._idle.get(spec.key)
                if not waiting:
                    return None
                container, timer = waiting.pop()
            timer.cancel()
            if container.process.alive:
                return container
            container.close()

    def _put_back(self, spec: FunctionSpec, container: _Container) -> None:
        with self._lock:
            if container.process.alive and not self._closed:
                timer = threading.Timer(self._idle_seconds, self._end_idle, (spec.key, container))
                timer.daemon = True
                self._idle[spec.key].append((container, timer))
                timer.start()
                return
        container.close()

    def _end_idle(self, key: str, container: _Container) -> None:
        with self._lock:
            waiting = self._idle.get(key, [])
            if not any(one is container for one, _ in waiting):
                return  # it is at work again
            self._idle[key] = [pair for pair in waiting if pair[0] is not container]
        container.close()


_SHARED: ContextVar[Containers | None] = ContextVar("containers", default=None)


@contextmanager
def shared(folder: Path, equip: Equip | None = None) -> Iterator[Containers]:
    """The containers of the block around this one, else new ones that end with this block."""
    around = _SHARED.get()
    if around is not None:
        yield around
        return
    containers = Containers(folder, equip)
    try:
        with using(containers):
            yield containers
    finally:
        containers.close()


@contextmanager
def using(containers: Containers) -> Iterator[None]:
    """Share containers that outlive the block."""
    token = _SHARED.set(containers)
    try:
        yield
    finally:
        _SHARED.reset(token)


def _empty(folder: Path) -> None:
    for left in folder.iterdir():
        shutil.rmtree(left, ignore_errors=True)


def _not_started(fault: StartFault, call_id: str) -> Reply:
    failure = fault.failure
    return Reply(
        status=failure.status,
        body=b"",
        headers={},
        milliseconds=0.0,
        call_id=call_id or uuid.uuid4().hex.upper(),
        problem=str(fault),
        code=failure.code,
        message=failure.message,
        lines=fault.lines,
    )
