"""Says what broke inside the pack without showing a value: the exception's type and the place in the code.

The exception's own message is left out on purpose. It may quote what the code was working on, and that may be
a secret.
"""

from __future__ import annotations

import traceback
from pathlib import PurePath
from typing import Final

__all__ = ["describe"]

_OWN_PACKAGES: Final = ("oci_functions_guard", "oci_iam")


def describe(error: BaseException) -> str:
    """`KeyError at oci_iam/x.py:42`: the innermost frame of the pack's own code, else of all."""
    places = [(PurePath(frame.filename), frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    name = type(error).__name__
    if not places:
        return name
    own = [(path, line) for path, line in places if _package(path)]
    path, line = (own or places)[-1]
    return f"{name} at {_shown(path)}:{line}"


def _package(path: PurePath) -> str | None:
    """The package of the pack that the file belongs to, in whatever folder below it."""
    return next((part for part in reversed(path.parts[:-1]) if part in _OWN_PACKAGES), None)


def _shown(path: PurePath) -> str:
    """The path from the package on; of any other file its folder and its name."""
    package = _package(path)
    if package is None:
        return f"{path.parent.name}/{path.name}"
    start = len(path.parts) - 1 - path.parts[::-1].index(package)
    return "/".join(path.parts[start:])
