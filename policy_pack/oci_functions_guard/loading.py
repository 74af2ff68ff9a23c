"""Loads the rules in the background, for at most so many seconds.

The engine starts the program as soon as the pack answers, so the rules are loaded meanwhile. A module that
sleeps, exits or breaks while it is imported is an answer to the engine's first question, not a silence.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final, Generic, TypeVar

from oci_functions_guard.deadline import Answer, DeadlinePassed, attempt

__all__ = ["SHORTEST_SECONDS", "Loading"]

T = TypeVar("T")

SHORTEST_SECONDS: Final = 15.0  # what a cold start takes on a busy machine, several times


class Loading(Generic[T]):
    """Work that began when this was made. `result` waits for it, for whoever asks."""

    def __init__(self, load: Callable[[], T], seconds: float) -> None:
        self._load = load
        self._seconds = seconds
        self._until = time.monotonic() + seconds
        self._answer: Answer[T] = Answer()
        self._done = threading.Event()
        threading.Thread(target=self._run, name="guard-loading", daemon=True).start()

    def _run(self) -> None:
        self._answer = attempt(self._load)
        self._done.set()

    def result(self) -> T:
        """What was loaded. Raises what the loading raised, and DeadlinePassed."""
        if not self._done.wait(max(0.0, self._until - time.monotonic())):
            raise DeadlinePassed(f"its rules did not load within {self._seconds:g} seconds")
        if self._answer.error is not None:
            raise self._answer.error
        assert self._answer.value is not None  # noqa: S101 - one of the two is set
        return self._answer.value
