"""OCI's own rules, a folder a service: what a service refuses, fills in and answers.

| file of a service | holds | add code here when |
|---|---|---|
| `rules.py` | a `Rules` class for each type; `RULES`: token -> instance | OCI refuses or computes something |
| `lookups.py` | one function a data source, and `LOOKUPS`: token -> function | it shows what is no resource |

A service without a folder has no rules of its own: what the SDK's classes say is all that is checked. A data
source that is not here shows or lists resources of the store, or is `NotEmulated` (`providers.data_sources`).
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from functools import cache
from typing import Any

from sandbox.services.rules import Cloud, Rules

# The services with a folder here, as Pulumi's type tokens spell them.
_FOLDERS = {
    "Artifacts": "artifacts",
    "Core": "core",
    "Events": "events",
    "Functions": "functions",
    "Identity": "identity",
    "Kms": "kms",
    "Logging": "logging",
    "ObjectStorage": "objectstorage",
    "Ons": "ons",
    "Waas": "waas",
}

Lookup = Callable[[Cloud, dict[str, Any]], dict[str, Any]]

_NO_RULES = Rules()


@cache
def rules_of(token: str) -> Rules:
    """The rules of a resource type; for a type without any, rules that allow everything."""
    found = _table(token, "rules", "RULES").get(token, _NO_RULES)
    assert isinstance(found, Rules)  # noqa: S101 for the type checker
    return found


@cache
def lookup_of(token: str) -> Lookup | None:
    """The function that answers a data source, or None where the sandbox has none."""
    found: Lookup | None = _table(token, "lookups", "LOOKUPS").get(token)
    return found


def _table(token: str, module: str, name: str) -> dict[str, Any]:
    service = token.split(":")[1].partition("/")[0] if token.count(":") == 2 else ""
    if service not in _FOLDERS:
        return {}
    path = f"sandbox.services.{_FOLDERS[service]}.{module}"
    if importlib.util.find_spec(path) is None:
        return {}
    table = getattr(importlib.import_module(path), name)
    assert isinstance(table, dict)  # noqa: S101 for the type checker
    return table
