"""Starts the pack: first the watcher, while the process has one thread, then everything else."""

from __future__ import annotations

import sys
from typing import Final

from oci_functions_guard.deadline import seconds_from_environment, stuck_after
from oci_functions_guard.watch import Watch

__all__ = ["start"]

_LATER: Final = 5.0  # than the watchdog within the process, which says where it stands still


def start() -> None:
    """Serves the pack until the engine ends it. Exits with one line for a deadline that is none."""
    try:
        seconds = seconds_from_environment()
    except ValueError as error:
        sys.exit(f"oci-functions-guard: {error}")
    watch = Watch.start(stuck_after(seconds) + _LATER)

    from oci_functions_guard.server import serve  # starts threads, so only now

    serve(seconds, watch)
