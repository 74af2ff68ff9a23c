"""Defined tags: `{"Ops": {"Team": "a"}}` in the API, `{"Ops.Team": "a"}` as the Pulumi provider keeps
them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.cloud.errors import InvalidParameter


def flat(tags: Any) -> dict[str, str]:
    """From the API's form. Raises `InvalidParameter`."""
    if tags is None:
        return {}
    if not isinstance(tags, Mapping) or not all(isinstance(keys, Mapping) for keys in tags.values()):
        raise InvalidParameter("definedTags must hold an object for each namespace")
    return {f"{space}.{key}": str(value) for space, keys in tags.items() for key, value in keys.items()}


def nested(tags: Any) -> dict[str, dict[str, str]]:
    """Into the API's form."""
    found: dict[str, dict[str, str]] = {}
    for name, value in (tags or {}).items():
        space, _, key = str(name).partition(".")
        found.setdefault(space, {})[key] = str(value)
    return found


def given(details: Mapping[str, Any]) -> dict[str, Any]:
    """The tags that a body names, as the store keeps them; what it does not name is left out."""
    found: dict[str, Any] = {}
    if details.get("freeformTags") is not None:
        if not isinstance(details["freeformTags"], Mapping):
            raise InvalidParameter("freeformTags must be an object")
        found["freeformTags"] = details["freeformTags"]
    if details.get("definedTags") is not None:
        found["definedTags"] = flat(details["definedTags"])
    return found
