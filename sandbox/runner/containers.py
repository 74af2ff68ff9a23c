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
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from types import MappingProxyType

from sandbox.runner.process import FunctionProcess, StartFault
from sandbox.runner.spec import FunctionSpec, Reply

# How long OCI keeps an idle container is not documented; the open-source engine has 30 seconds.
IDLE_SECONDS = 30.0

Fill = Callable[[Path], None]
"""Puts into an empty folder what a function may read of Object Storage during one call."""


class Containers:
    """Running functions, by what they run. Safe to call from several threads."""

    def __init__(self, folder: Path, idle_seconds: float = IDLE_SECONDS) -> None:
        self._folder = folder
        self._idle_seconds = idle_seconds
        self._idle: dict[str, list[tuple[FunctionProcess, threading.Timer]]] = defaultdict(list)
        self._lock = threading.Lock()
        self._closed = False

    def call(
        self,
        spec: FunctionSpec,
        body: bytes,
        fill: Fill | None = None,
        call_id: str = "",
        content_type: str = "application/json",
        passed: Mapping[str, str] = MappingProxyType({}),
    ) -> Reply:
        """One call in a container of its own while it lasts; `passed` are headers of the caller's. Raises
        `SandboxFault` for what is no function's fault: an image that cannot be read, requirements that
        cannot be had, a full disk."""
        process = self._warm(spec)
        ready_ms = 0.0
        if process is None:
            try:
                process = FunctionProcess(spec, self._folder).__enter__()
            except StartFault as fault:
                return _not_started(fault, call_id)
            ready_ms = process.ready_ms
        try:
            _emptied(process.objects)
            if fill is not None:
                fill(process.objects)
            reply = process.call(body, content_type, call_id, passed)
        except BaseException:
            process.close()
            raise
        self._put_back(spec, process)
        return dataclasses.replace(reply, ready_ms=ready_ms)

    def close(self) -> None:
        """Ends them all; one that is at work ends after its call."""
        with self._lock:
            self._closed = True
            idle = [one for waiting in self._idle.values() for one in waiting]
            self._idle.clear()
        for process, timer in idle:
            timer.cancel()
            process.close()

    def _warm(self, spec: FunctionSpec) -> FunctionProcess | None:
        while True:
            with self._lock:
                waiting = self._idle.get(spec.key)
                if not waiting:
                    return None
                process, timer = waiting.pop()
            timer.cancel()
            if process.alive:
                return process
            process.close()

    def _put_back(self, spec: FunctionSpec, process: FunctionProcess) -> None:
        with self._lock:
            if process.alive and not self._closed:
                timer = threading.Timer(self._idle_seconds, self._end_idle, (spec.key, process))
                timer.daemon = True
                self._idle[spec.key].append((process, timer))
                timer.start()
                return
        process.close()

    def _end_idle(self, key: str, process: FunctionProcess) -> None:
        with self._lock:
            waiting = self._idle.get(key, [])
            if not any(one is process for one, _ in waiting):
                return  # it is at work again
            self._idle[key] = [pair for pair in waiting if pair[0] is not process]
        process.close()


_SHARED: ContextVar[Containers | None] = ContextVar("containers", default=None)


@contextmanager
def shared(folder: Path) -> Iterator[Containers]:
    """The containers of the block around this one, else new ones that end with this block."""
    around = _SHARED.get()
    if around is not None:
        yield around
        return
    containers = Containers(folder)
    token = _SHARED.set(containers)
    try:
        yield containers
    finally:
        _SHARED.reset(token)
        containers.close()


def _emptied(folder: Path) -> None:
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
