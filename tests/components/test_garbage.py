"""The collector of the program's process."""

import subprocess
import sys

from sandbox.environment import ROOT

CODE = """
import atexit, gc
atexit.register(lambda: print(gc.get_freeze_count() > 100_000, gc.get_threshold()[0]))  # last of all
from components import garbage
garbage.collect_rarely()
kept = [[] for _ in range(100_000)]
"""


def test_it_looks_rarely_and_not_at_the_end() -> None:
    """What is alive at the end is frozen before the interpreter takes everything apart."""
    ran = subprocess.run([sys.executable, "-c", CODE], cwd=ROOT, capture_output=True, text=True, check=True)

    assert ran.stdout.split() == ["True", "100000"]
