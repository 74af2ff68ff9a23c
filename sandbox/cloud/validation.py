"""Small refusals that several services share. Each raises the `ServiceError` OCI answers with."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from typing import Any

from sandbox.cloud.errors import InvalidParameter, MissingParameter

_CONFIG_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
CONFIG_BYTES = 4096


def one_of(inputs: Mapping[str, Any], name: str, allowed: Collection[str]) -> None:
    """A value from a list, if it is given."""
    value = inputs.get(name)
    if value is not None and value not in allowed:
        raise InvalidParameter(f"{name} must be one of {', '.join(allowed)}, not {value!r}")


def between(inputs: Mapping[str, Any], name: str, least: int, most: int) -> None:
    """A number in a range, if it is given."""
    value = inputs.get(name)
    if value is not None and not least <= value <= most:
        raise InvalidParameter(f"{name} must be between {least} and {most}, not {value}")


def filled(inputs: Mapping[str, Any], name: str, longest: int = 255) -> str:
    """A string that is there, not blank and not too long."""
    value = inputs.get(name)
    if not isinstance(value, str) or not value.strip():
        raise MissingParameter(f"{name} must not be blank")
    if len(value) > longest:
        raise InvalidParameter(f"{name} has {len(value)} characters; at most {longest} are allowed")
    return value


def config(values: Mapping[str, Any] | None, whose: str) -> int:
    """Configuration of a function or application; the bytes it takes."""
    size = 0
    for key, value in (values or {}).items():
        if _CONFIG_KEY.fullmatch(key) is None:
            raise InvalidParameter(
                f"config key {key!r} of the {whose} must consist of ASCII letters, digits and _,"
                " and not begin with a digit"
            )
        if not str(value).isprintable():
            raise InvalidParameter(f"the value of config key {key!r} of the {whose} must be printable")
        size += len(key.encode()) + len(str(value).encode())
    if size > CONFIG_BYTES:
        raise InvalidParameter(f"config of the {whose} is {size} bytes; at most {CONFIG_BYTES} are allowed")
    return size


def parsed_json(text: Any) -> Any:
    """The value of a JSON text, or None if it isn't one."""
    try:
        return json.loads(text)
    except (TypeError, ValueError):
        return None


def same_json(old: Any, new: Any) -> bool:
    """Whether two JSON strings say the same."""
    before, after = parsed_json(old), parsed_json(new)
    return before is not None and before == after
