"""Values that are the same to the provider though they are written differently.

One function for each way of comparing that `sandbox.facts` names. None raises: what cannot be read is
compared as it is written.
"""

from __future__ import annotations

import base64
import ipaddress
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from sandbox.cloud import validation

_GO_TIME = ("%Y-%m-%d %H:%M:%S.%f %z UTC", "%Y-%m-%d %H:%M:%S %z UTC")


def same(way: str, old: Any, new: Any) -> bool:
    """Whether two values that differ are the same when compared in this way."""
    if isinstance(old, list) and isinstance(new, list) and way in ("case", "ipv6", "json"):
        return len(old) == len(new) and all(
            one == other or same(way, one, other) for one, other in zip(old, new, strict=True)
        )
    if way in ("case", "json") and isinstance(old, dict) and isinstance(new, dict):
        return set(old) == set(new) and all(
            old[key] == new[key] or same(way, old[key], new[key]) for key in old
        )
    return _SAME[way](old, new)


def _as(read: Callable[[Any], Any]) -> Callable[[Any, Any], bool]:
    """Compares what is read of two values."""

    def compare(old: Any, new: Any) -> bool:
        with suppress(TypeError, ValueError, AttributeError):
            return bool(read(old) == read(new))
        return False

    return compare


def _time(text: Any) -> datetime:
    """A point in time, as programs write it or as the provider prints it."""
    for form in _GO_TIME:
        with suppress(ValueError):
            return datetime.strptime(text, form)
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(f"{text} has no zone")
    return found


def _network(text: Any) -> Any:
    return ipaddress.ip_interface(text)


def _md5(text: str) -> bytes:
    """The sixteen bytes, from hexadecimal or base64."""
    return bytes.fromhex(text) if len(text) == 32 else base64.b64decode(text, validate=True)


def _lower_keys(value: dict[str, Any]) -> dict[str, Any]:
    return {key.lower(): item for key, item in value.items()}


_SAME: Mapping[str, Callable[[Any, Any], bool]] = {
    "case": _as(lambda text: text.lower()),
    "dot": _as(lambda text: text.removesuffix(".")),
    "ipv6": _as(_network),
    "json": validation.same_json,
    "keys": _as(_lower_keys),
    "md5": _as(_md5),
    "never": lambda _old, _new: True,
    "number": _as(int),
    "order": _as(sorted),
    "spaces": _as(lambda text: "".join(text.split())),
    "time": _as(_time),
    "unset": lambda old, _new: old in (None, ""),
}
