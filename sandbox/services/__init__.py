"""OCI's services, a folder each: what a service refuses, computes and shows, and how the provider treats it.

| file of a service | holds | add code here when |
|---|---|---|
| `__init__.py` | the names of its resource types | another file needs one |
| `rules.py` | a `Rules` class for each type; `RULES`: token -> instance | OCI refuses or computes something |
| `bridge.py` | a `Bridge` class where data does not do; `BRIDGES`: token -> class | the provider is special |
| `lookups.py` | one function a data source; `LOOKUPS`: token -> function | it shows what is no resource |
| `endpoints.py` | REST operations; `ENDPOINTS`: a `RestService` each | clients ask for something else |

How the provider treats a type is data: `sandbox.facts`. A bridge says only what data cannot.

A folder is the service's name in type tokens in lower case; a file that is not there says nothing. A service
without a folder has no rules of its own: what the SDK's classes say is all that is checked. A data source
that is not here shows or lists resources of the store, or is `NotEmulated` (`providers.data_sources`).
"""

from __future__ import annotations

import importlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox import facts
from sandbox.cloud.listing import Lookup
from sandbox.cloud.service_rules import Rules
from sandbox.services.bridge_base import Bridge

if TYPE_CHECKING:  # the engine's providers have no use for endpoints, and should not wait for them
    from sandbox.api.operation import RestService

_NO_RULES = Rules()


@cache
def rules_of(token: str) -> Rules:
    """The rules of a resource type; for a type without any, rules that allow everything."""
    found = _table(token, "rules", "RULES").get(token, _NO_RULES)
    assert isinstance(found, Rules)  # noqa: S101 for the type checker
    return found


@cache
def bridge_of(token: str) -> Bridge:
    """How the provider treats a resource type: as the facts say, and a bridge of its own where they do not
    suffice."""
    kind = _table(token, "bridge", "BRIDGES").get(token, Bridge)
    found = kind(facts.of_type(token))
    assert isinstance(found, Bridge)  # noqa: S101 for the type checker
    return found


@cache
def lookup_of(token: str) -> Lookup | None:
    """The function that answers a data source, or None where the sandbox has none."""
    found: Lookup | None = _table(token, "lookups", "LOOKUPS").get(token)
    return found


@cache
def rest_services() -> tuple[RestService, ...]:
    """Every service that has REST endpoints."""
    found: list[RestService] = []
    for path in sorted(Path(__file__).parent.glob("*/endpoints.py")):
        found += importlib.import_module(f"sandbox.services.{path.parent.name}.endpoints").ENDPOINTS
    return tuple(found)


def _table(token: str, module: str, name: str) -> dict[str, Any]:
    service = token.split(":")[1].partition("/")[0].lower() if token.count(":") == 2 else ""
    if not service.isalnum() or not Path(__file__).with_name(service).joinpath(f"{module}.py").is_file():
        return {}
    table = getattr(importlib.import_module(f"sandbox.services.{service}.{module}"), name)
    assert isinstance(table, dict)  # noqa: S101 for the type checker
    return table
