"""Rules that cannot be loaded are an answer to the engine, whatever keeps them."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import grpc
import pytest
from pulumi.runtime.proto import analyzer_pb2 as pb

from oci_functions_guard.deadline import DeadlinePassed
from oci_functions_guard.loading import Loading
from oci_functions_guard.server import GuardServicer


class Aborted(Exception):
    """What gRPC's context raises when a call is ended."""


class Context:
    """gRPC's context, as far as the pack uses it."""

    def __init__(self) -> None:
        self.said: list[tuple[Any, str]] = []

    def abort(self, code: Any, details: str) -> None:
        self.said.append((code, details))
        raise Aborted


def exits() -> Any:
    sys.exit("hunter2")


def interrupts() -> Any:
    raise KeyboardInterrupt("hunter2")


def test_what_is_loaded_is_loaded_once() -> None:
    """Everybody who asks gets the same."""
    calls: list[int] = []
    loading = Loading(lambda: calls.append(1) or "rules", 5)  # type: ignore[func-returns-value]

    assert [loading.result(), loading.result()] == ["rules", "rules"]
    assert calls == [1]


def test_a_module_that_sleeps_is_left_behind() -> None:
    """Who asks waits until the deadline and no longer, and it is one deadline for all."""
    began = time.monotonic()
    loading = Loading(lambda: time.sleep(30), 1)

    for _ in range(3):
        with pytest.raises(DeadlinePassed, match=r"its rules did not load within 1 seconds"):
            loading.result()
    assert time.monotonic() - began < 2.5


@pytest.mark.parametrize(
    ("load", "said"),
    [
        (exits, "SystemExit at "),
        (interrupts, "KeyboardInterrupt at "),
        (lambda: time.sleep(30), "its rules did not load within 0.3 seconds"),
    ],
    ids=["exits", "interrupts", "sleeps"],
)
@pytest.mark.parametrize("call", ["Analyze", "AnalyzeStack"])
def test_the_engine_is_told(load: Callable[[], Any], said: str, call: str) -> None:
    """The call ends with an error that shows no value; no thread of gRPC's dies with it in silence."""
    servicer = GuardServicer(Loading(load, 0.3).result)
    request = pb.AnalyzeRequest() if call == "Analyze" else pb.AnalyzeStackRequest()
    context = Context()

    with pytest.raises(Aborted):
        getattr(servicer, call)(request, context)

    ((code, details),) = context.said
    assert code == grpc.StatusCode.INTERNAL
    assert details.startswith(f"the policy pack failed: {said}")
    assert "hunter2" not in details
