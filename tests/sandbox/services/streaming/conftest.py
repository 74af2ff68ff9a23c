"""What tests of streams share."""

from __future__ import annotations

import base64
from typing import Any


def entry(value: bytes, key: bytes | None = None) -> dict[str, Any]:
    """A message as a producer sends it."""
    found = {"value": base64.b64encode(value).decode()}
    return found if key is None else {**found, "key": base64.b64encode(key).decode()}
