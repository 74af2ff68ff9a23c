"""Refuses a function that is made for detached invocations and tells nobody when one of them fails.

Made for them is one with a detached timeout beyond that of a synchronous invocation. Does not ask whether the
function may write to the destination, which it does as itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from oci_functions_guard.resource import Resource
from oci_functions_guard.rule import Case, Later, Said, Violation
from oci_functions_guard.values import UNKNOWN, Value, kind_of, reveal

__all__ = ["applies", "check"]

_FUNCTION: Final = "oci:Functions/function:Function"
_TIMEOUT: Final = 30  # seconds, where a program sets none
_LEAST_DETACHED: Final = 5  # the least that a detached timeout can be, so no choice below it


def applies(resource: Resource) -> bool:
    return resource.type == _FUNCTION


def check(case: Case) -> Iterator[Said]:
    detached = case.resource.get("detachedModeTimeoutInSeconds")
    synchronous = case.resource.get("timeoutInSeconds")
    if detached is None:
        return
    if UNKNOWN in (detached, synchronous):
        yield Later("a timeout is unknown")
    elif not isinstance(detached, int | float):
        yield Violation(f"detachedModeTimeoutInSeconds: expected a number, found {kind_of(detached)}")
    elif detached > max(synchronous if isinstance(synchronous, int | float) else _TIMEOUT, _LEAST_DETACHED):
        yield from _check_destination(case.resource.get("failureDestination"), detached)


def _check_destination(destination: Value, seconds: float) -> Iterator[Said]:
    kind = reveal(destination.get("kind")) if isinstance(destination, dict) else destination
    if kind is UNKNOWN:
        yield Later("failureDestination is unknown")
    elif not isinstance(kind, str) or kind.upper() in ("", "NONE"):
        yield Violation(
            "failureDestination is not set, so nobody is told of a detached invocation that fails, though "
            f"one may take {seconds} seconds"
        )
