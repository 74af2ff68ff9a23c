"""The one way a sandbox command gives up: a sentence for the user, never a traceback."""

from __future__ import annotations


class SandboxError(Exception):
    """A command of the sandbox can't go on; its text is one line that names the place."""
