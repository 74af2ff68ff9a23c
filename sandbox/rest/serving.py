"""The serving process: found, or started and waited for."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

from sandbox import private
from sandbox.cloud.errors import SandboxFault
from sandbox.rest.place import Place, Serving

SERVED_OUTSIDE = "OCI_SANDBOX_SERVED_OUTSIDE"
"""Names the sandbox folder that is served from outside of the network that a command has of its own: what it
would start itself, nobody else could reach."""
_START_SECONDS = 30.0
_ROOT = Path(__file__).resolve().parents[2]


def ensure(place: Place) -> Serving:
    """The process that serves; started where there is none. Raises `SandboxFault` if it does not get ready.

    To be asked inside `place.needed()`: one that nobody needs ends.
    """
    place.make()
    found = place.serving()
    if found is not None:
        return found
    is_outside = os.environ.get(SERVED_OUTSIDE) == str(place.sandbox_dir)
    process = None if is_outside else _start(place)
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        found = place.serving()
        if found is not None:
            return found
        status = process.poll() if process else None
        if status is not None and status <= 0:
            # Another one was first, or this one was killed: should nobody get ready, here is the next.
            process = _start(place)
        elif status is not None:
            break
        time.sleep(0.02)
    raise SandboxFault(f"the sandbox's endpoints did not start: {_last_line(place.log)} ({place.log})")


def _start(place: Place) -> subprocess.Popen[bytes]:
    with open(place.log, "ab", opener=private.opener) as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "sandbox.rest.server", str(place.sandbox_dir)],
            cwd=_ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C is for the command, not for it
        )
    # Whoever started it may live longer, and would keep what is left of it.
    threading.Thread(target=process.wait, daemon=True).start()
    return process


def _last_line(log: Path) -> str:
    try:
        lines = log.read_text(errors="replace").strip().splitlines()
    except OSError:
        return "it wrote nothing"
    return lines[-1] if lines else "it wrote nothing"
