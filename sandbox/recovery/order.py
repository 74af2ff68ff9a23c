"""The engine's order of a deployment: every resource after its parent, its provider and its dependencies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Entry = dict[str, Any]


def ordered(resources: list[Entry]) -> list[Entry]:
    """The resources so that each comes after what it refers to; otherwise the order stays as it was.

    Of several under one URN the living one comes first, since the engine takes the first for the living one.
    """
    by_urn: dict[str, list[Entry]] = {}
    for entry in resources:
        by_urn.setdefault(entry["urn"], []).append(entry)
    done: list[Entry] = []
    seen: set[int] = set()

    def visit(entry: Entry) -> None:
        if id(entry) in seen:  # also in a circle, which only a damaged state can have
            return
        seen.add(id(entry))
        if entry.get("delete"):
            for other in by_urn[entry["urn"]]:
                if not other.get("delete"):
                    visit(other)
        for urn in referred(entry):
            for other in by_urn.get(urn, ()):
                if entry.get("delete") or not other.get("delete"):
                    visit(other)
        done.append(entry)

    for entry in resources:
        visit(entry)
    return done


def referred(entry: Entry) -> Iterator[str]:
    """The URNs a resource refers to: parent, provider, dependencies."""
    if entry.get("parent"):
        yield entry["parent"]
    if entry.get("provider"):
        yield entry["provider"].rpartition("::")[0]
    yield from entry.get("dependencies") or ()
    for urns in (entry.get("propertyDependencies") or {}).values():
        yield from urns or ()
