"""When the engine writes a stack's state: after each step, or once at the end of a run.

The engine writes the whole state anew at each step, so the time of an up grows with the square of the number
of resources. Written at the end only, it grows with the number, and a run that is killed leaves no trace in
the state; the store then tells recovery all that the run had done. What no stand-in made is in no store, so
the choice is left to whoever runs another program, and made here only where all of a stack is the sandbox's.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection
from pathlib import Path

from sandbox.cloud.errors import Unusable

VARIABLE = "OCI_SANDBOX_CHECKPOINTS"
ENGINE_VARIABLE = "PULUMI_SKIP_CHECKPOINTS"
EACH, END = "each", "end"
LARGE = 200
"""From so many resources on, each step's write of the state takes longer than the step."""


def asked() -> str:
    """`each`, `end`, or empty where nobody said. Raises `Unusable`."""
    given = os.environ.get(VARIABLE, "")
    if given not in ("", EACH, END):
        raise Unusable(f"{VARIABLE}: expected {EACH} or {END}, found {given!r}")
    return given


def engine_value(chosen: str) -> str | None:
    """What the engine's own variable must be; None for not set."""
    return "true" if chosen == END else None


def are_skipped() -> bool:
    """Whether the engine that started this process writes its state at the end only."""
    return os.environ.get(ENGINE_VARIABLE, "").lower() in ("1", "true")


def chosen_for(state: Path, ours: Collection[str]) -> str:
    """What was asked, else `end` for a large stack of nothing but our packages. Raises `Unusable`."""
    return asked() or (END if _is_large_and_ours(state, ours) else EACH)


def _is_large_and_ours(state: Path, ours: Collection[str]) -> bool:
    try:
        resources = json.loads(state.read_text())["checkpoint"]["latest"].get("resources") or []
        packages = [each["type"].partition(":")[0] for each in resources if each.get("custom")]
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return False  # not there yet, or damaged, which recovery says
    return len(packages) > LARGE and set(packages) <= {*ours, "pulumi"}
