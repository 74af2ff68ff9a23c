"""Asks the provider something the program must know at once; a refusal is one line."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import pulumi

T = TypeVar("T")


def ask(what: str, question: Callable[[], T]) -> T:
    """The answer. Raises `pulumi.RunError` that says what could not be looked up and why."""
    try:
        return question()
    except Exception as error:
        # The SDK raises a bare Exception for a look-up the provider refuses; its first line says why.
        said = str(error).splitlines() or [type(error).__name__]
        reason = said[0].rpartition("returned an error: ")[2]
        raise pulumi.RunError(f"cannot look up {what}: {reason}") from error
