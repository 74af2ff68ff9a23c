"""How often the program's process looks for garbage."""

from __future__ import annotations

import atexit
import gc

# Containers made since the last look; Python's own 700 means hundreds of looks through hundred thousands of
# objects of the SDK, none of them garbage. What a stack leaves for the collector is far less than this.
THRESHOLD = 100_000


def collect_rarely() -> None:
    """Spare a process that ends in seconds the searches of a heap that lives as long as it does.

    A third of what a deploy costs went into them, half of that at the end, when everything goes anyway.
    """
    gc.set_threshold(THRESHOLD, 50, 50)
    gc.freeze()
    atexit.register(gc.freeze)
