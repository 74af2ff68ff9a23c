"""Says what broke inside the pack without showing a value: the exception's type and the place in the code.

The exception's own message is left out on purpose. It may quote what the code was working on, and that may be
a secret.
"""

from __future__ import annotations

import traceback
from pathlib import PurePath

__all__ = ["describe"]

_OWN_FOLDERS = ("oci_functions_guard", "oci_iam", "rules")


def describe(error: BaseException) -> str:
    """`KeyError at rules/x.py:42`: the innermost frame of the pack's own code, else of all."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if PurePath(frame.filename).parent.name in _OWN_FOLDERS]
    name = type(error).__name__
    if not frames:
        return name
    frame = (own or frames)[-1]
    path = PurePath(frame.filename)
    return f"{name} at {path.parent.name}/{path.name}:{frame.lineno}"
