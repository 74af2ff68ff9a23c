"""Headers and query parameters changed on their way: filtered, then renamed, then set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.rest.gateway.asked import Asked, Values
from sandbox.rest.gateway.variables import filled_in


def changed_headers(given: Values, policy: Mapping[str, Any] | None, asked: Asked) -> Values:
    """Headers after a policy; names are in lower case."""
    return _changed(given, policy, "Headers", asked, str.lower)


def changed_arguments(given: Values, policy: Mapping[str, Any] | None, asked: Asked) -> Values:
    """Query parameters after a policy; names are case-sensitive."""
    return _changed(given, policy, "QueryParameters", asked, str)


def _changed(
    given: Values, policy: Mapping[str, Any] | None, what: str, asked: Asked, name_of: Any
) -> Values:
    if not policy:
        return given
    found = dict(given)
    filtered = policy.get(f"filter{what}") or {}
    if filtered:
        names = {name_of(str(item.get("name"))) for item in filtered.get("items") or ()}
        keeps = str(filtered.get("type")).upper() == "ALLOW"
        found = {name: values for name, values in found.items() if (name in names) == keeps}
    for item in (policy.get(f"rename{what}") or {}).get("items") or ():
        former, name = name_of(str(item.get("from"))), name_of(str(item.get("to")))
        if former in found:
            found[name] = found.pop(former)
    for item in (policy.get(f"set{what}") or {}).get("items") or ():
        _set(found, name_of(str(item.get("name"))), item, asked)
    return found


def _set(found: Values, name: str, item: Mapping[str, Any], asked: Asked) -> None:
    values = [filled_in(str(value), asked) for value in item.get("values") or ()]
    mode = str(item.get("ifExists") or "OVERWRITE").upper()
    if name not in found or mode == "OVERWRITE":
        found[name] = values
    elif mode == "APPEND":
        found[name] = [*found[name], *values]
