"""Starts the pack: first the watcher, while the process has one thread, then everything else."""

from __future__ import annotations

import os
import sys
import threading
from typing import Final

from oci_functions_guard.deadline import seconds_from_environment, stuck_after
from oci_functions_guard.watch import Watch

__all__ = ["LONGEST_START_SECONDS", "start"]

LONGEST_START_SECONDS: Final = 30.0  # the engine waits for the port for ever, and in silence

_LATER: Final = 5.0  # than the watchdog within the process, which says where it stands still


def start() -> None:
    """Serves the pack until the engine ends it. Exits with one line for a deadline that is none."""
    try:
        seconds = seconds_from_environment()
    except ValueError as error:
        sys.exit(f"oci-functions-guard: {error}")
    watch = Watch.start(stuck_after(seconds) + _LATER)

    late = threading.Timer(LONGEST_START_SECONDS, _give_up, [watch])
    late.daemon = True
    late.start()

    from oci_functions_guard.server import serve  # starts threads, so only now

    serve(seconds, watch, began=late.cancel)


def _give_up(watch: Watch) -> None:
    """Ends a process whose own modules do not come to an end of their import."""
    watch.done()  # it has been said why
    said = f"oci-functions-guard: the policy pack did not start within {LONGEST_START_SECONDS:g} seconds\n"
    os.write(sys.stderr.fileno(), said.encode())
    os._exit(1)
