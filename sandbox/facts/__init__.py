"""What the real Pulumi provider does with each resource type and data source, where its SDK does not say it.

`provider.txt` has one line a type: the token, a tab, JSON. It is generated (`tests/lockstep/facts_table.py`)
and holds only what differs from a plain reading of the SDK: kinds of outputs, invented names, import formats
and the arguments of data sources are the SDK's own. A line is looked for and read when its type is first
asked for. Paths are dotted, without marks for items of lists; in `defaults` alone `[]` is every item of a
list.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

_TABLE = Path(__file__).with_name("provider.txt")
_EMPTY: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class TypeFacts:
    """What is known of one resource type."""

    replace: frozenset[str] = frozenset()
    """Inputs whose change makes a new resource. A container that is listed: adding it, an item of it, or
    taking one away."""

    sets: frozenset[str] = frozenset()
    """Lists without an order."""

    compared: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    """Values that may be written differently, and how they are compared: `case`, `number`, `json`, `time`
    …"""

    defaults: Mapping[str, Any] = field(default_factory=lambda: _EMPTY)
    """What is put into the inputs where a program says nothing."""

    dropped: frozenset[str] = frozenset()
    """Optional inputs inside of objects that are gone once a program leaves them out; all others stay."""

    enums: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _EMPTY)
    """The values that pass; in any letter case, unless `exact`."""

    exact: frozenset[str] = frozenset()

    conflicts: tuple[tuple[str, str], ...] = ()
    """Pairs of inputs that exclude each other."""

    ranges: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    """What a value must be, such as `1..`, `0..5 items`, `not empty`, `JSON text`."""

    refused: frozenset[str] = frozenset()
    """What the SDK takes and the provider does not: only the service sets it."""

    service_enums: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _EMPTY)
    """Values that pass the plan, and of which only these pass the service."""

    service_ranges: Mapping[str, str] = field(default_factory=lambda: _EMPTY)

    no_update: bool = False
    """The provider cannot update a resource of this type."""

    id: str = ""
    """What the id is where it is not a plain OCID: a template, see `cloud.composed_ids`."""


@dataclass(frozen=True)
class LookUpFacts:
    """What is known of one data source."""

    required: frozenset[str] = frozenset()
    """Arguments it does not answer without."""

    reads: str = ""
    """The resource type it shows; empty where it shows something else."""

    items: str = ""
    """Where the listed ones are in the answer, as a dotted path; empty for one that shows a single
    resource."""

    wrapper: Mapping[str, str] = field(default_factory=dict)
    """Fields beside the records, and their kinds."""

    is_scim: bool = False
    """A list of an identity domain: with `totalResults`, and without `filters`."""


@cache
def of_type(token: str) -> TypeFacts | None:
    """The facts about a resource type; None where nothing is known beyond the SDK."""
    row = _row(token)
    if row is None:
        return None
    sets = ("replace", "sets", "dropped", "exact", "refused")
    values: dict[str, Any] = {key: frozenset(row.get(key, "").split()) for key in sets}
    for key in ("enums", "service_enums"):
        values[key] = {path: tuple(allowed) for path, allowed in row.get(key, {}).items()}
    values["compared"] = {
        path: how for how, paths in row.get("compared", {}).items() for path in paths.split()
    }
    values["conflicts"] = tuple((one, other) for one, other in row.get("conflicts", ()))
    for key in ("defaults", "ranges", "service_ranges"):
        values[key] = row.get(key, {})
    return TypeFacts(**values, no_update=bool(row.get("no_update")), id=row.get("id", ""))


@cache
def of_look_up(token: str) -> LookUpFacts | None:
    """The facts about a data source; None where nothing is known beyond the SDK."""
    row = _row(token)
    if row is None:
        return None
    return LookUpFacts(
        frozenset(row.get("required", "").split()),
        row.get("reads", ""),
        row.get("items", ""),
        row.get("wrapper", {}),
        bool(row.get("scim")),
    )


def _row(token: str) -> dict[str, Any] | None:
    text = _text()
    start = text.find(f"\n{token}\t")
    if start < 0:
        return None
    start += len(token) + 2
    row: dict[str, Any] = json.loads(text[start : text.index("\n", start)])
    return row


@cache
def _text() -> str:
    return _TABLE.read_text(encoding="utf-8")
