"""Runs a piece of work for at most so many seconds.

A rule that never returns blocks the engine for ever, and in silence. So the work runs in a daemon thread that
can be left behind: it neither holds up the answer nor keeps the process alive at its end. Work that holds the
interpreter's lock (a regular expression that backtracks without end) cannot be left behind by any thread; for
that there is `_Watchdog`, which ends the process, and the engine refuses the deploy because its analyzer is
gone.
"""

from __future__ import annotations

import faulthandler
import os
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

__all__ = [
    "DEFAULT_SECONDS",
    "ENVIRONMENT",
    "Answer",
    "Deadline",
    "DeadlinePassed",
    "attempt",
    "seconds_from_environment",
    "stuck_after",
]

T = TypeVar("T")

DEFAULT_SECONDS: Final = 10.0
ENVIRONMENT: Final = "OCI_GUARD_DEADLINE_SECONDS"
_LONGEST: Final = 600.0
_STUCK_AFTER: Final = 30.0  # well above what a busy machine makes a process wait


class DeadlinePassed(Exception):
    """The work was not done in time; the thread it runs in was left behind."""


def seconds_from_environment() -> float:
    """The deadline of a rule in seconds: the environment's, else the default.

    Raises ValueError for a value that is not a number of seconds above 0 and at most 600, because a deadline
    nobody meant would switch the protection off.
    """
    text = os.environ.get(ENVIRONMENT)
    if text is None:
        return DEFAULT_SECONDS
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= _LONGEST:
        raise ValueError(f"{ENVIRONMENT} must be a number of seconds above 0 and at most {_LONGEST:g}")
    return seconds


def stuck_after(seconds: float) -> float:
    """How many seconds the whole process may stand still under a deadline of so many for one rule."""
    return max(3 * seconds, _STUCK_AFTER)


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """What one piece of work returned, or what it raised (DeadlinePassed where it did neither in time)."""

    value: T | None = None
    error: BaseException | None = None


class _Batch(Generic[T]):
    """Pieces of work done in order by one worker, each answered as soon as it is done."""

    def __init__(self, works: Sequence[Callable[[], T]]) -> None:
        self._works = works
        self._left_behind = False
        self.answers: queue.SimpleQueue[Answer[T]] = queue.SimpleQueue()

    def work(self) -> None:
        for work in self._works:
            if self._left_behind:
                return
            self.answers.put(attempt(work))

    def leave_behind(self) -> None:
        self._left_behind = True


def attempt(work: Callable[[], T]) -> Answer[T]:
    """What the work comes to, whatever it raises."""
    try:
        return Answer(work())
    except BaseException as error:  # noqa: BLE001 - SystemExit in a rule must reach the caller as well
        return Answer(error=error)


class _Worker:
    """A daemon thread that does one batch after another, until it is left behind."""

    def __init__(self) -> None:
        self._batches: queue.SimpleQueue[_Batch[object] | None] = queue.SimpleQueue()
        threading.Thread(target=self._serve, name="guard-rules", daemon=True).start()

    def _serve(self) -> None:
        while (batch := self._batches.get()) is not None:
            batch.work()

    def start(self, batch: _Batch[object]) -> None:
        self._batches.put(batch)

    def dismiss(self) -> None:
        self._batches.put(None)


class Deadline:
    """Runs work with a deadline, for several threads at once. Each calling thread has a worker of its own.

    `stuck` is how many seconds the whole interpreter may stand still before the process is ended.
    """

    def __init__(self, seconds: float, stuck: float | None = None) -> None:
        self.seconds = seconds
        self._local = threading.local()
        self._watchdog = _Watchdog(stuck_after(seconds) if stuck is None else stuck)

    def run(self, works: Sequence[Callable[[], object]]) -> list[Answer[object]]:
        """An answer for each piece of work, in order. One that is late does not take the others with it."""
        answers: list[Answer[object]] = []
        self._watchdog.begin()
        try:
            while len(answers) < len(works):
                answers += self._run_until_late(works[len(answers) :])
        finally:
            self._watchdog.end()
        return answers

    def _run_until_late(self, works: Sequence[Callable[[], object]]) -> list[Answer[object]]:
        """The answers up to the first late one, which is the last of the list."""
        batch = _Batch(works)
        worker = self._worker()
        worker.start(batch)
        answers: list[Answer[object]] = []
        for _ in works:
            try:
                answers.append(batch.answers.get(timeout=self.seconds))
            except queue.Empty:
                batch.leave_behind()
                worker.dismiss()
                self._local.worker = None
                return [*answers, Answer(error=DeadlinePassed())]
        return answers

    def _worker(self) -> _Worker:
        worker: _Worker | None = getattr(self._local, "worker", None)
        if worker is None:
            worker = self._local.worker = _Worker()
        return worker


class _Watchdog:
    """Ends the process when work is in flight and the interpreter has been stuck for so many seconds.

    The timer runs outside the interpreter. While work is in flight a thread winds it up once a second; where
    the interpreter is stuck nobody does, so it runs out. It prints where every thread stands (files and
    lines, no values).
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._in_flight = 0
        self._armed = False

    def begin(self) -> None:
        with self._lock:
            self._in_flight += 1
            if not self._armed:
                self._armed = True
                faulthandler.dump_traceback_later(self._seconds, exit=True)
                threading.Thread(target=self._wind_up, name="guard-watchdog", daemon=True).start()

    def end(self) -> None:
        with self._lock:
            self._in_flight -= 1

    def _wind_up(self) -> None:
        while True:
            time.sleep(min(1.0, self._seconds / 3))
            with self._lock:
                if not self._in_flight:
                    faulthandler.cancel_dump_traceback_later()
                    self._armed = False
                    return
                faulthandler.dump_traceback_later(self._seconds, exit=True)
