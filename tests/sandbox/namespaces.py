"""Whether this system gives a process namespaces of its own, and the mark of tests that need them."""

from __future__ import annotations

import subprocess
import sys

import pytest

_PROBE = """
import ctypes, os, sys
flags = 0x00020000 | 0x20000000 | 0x40000000 | (0 if os.geteuid() == 0 else 0x10000000)
sys.exit(ctypes.CDLL(None).unshare(flags) != 0)
"""
CONFINES = sys.platform == "linux" and subprocess.run([sys.executable, "-c", _PROBE]).returncode == 0
needs_namespaces = pytest.mark.skipif(
    not CONFINES, reason="this system gives a process no namespaces of its own, so what runs is in the open"
)
