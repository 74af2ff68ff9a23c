"""Changes an exported deployment until it says what the store says.

A transformation of data: no engine, no file. What it did is told by lines for a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.cloud.store import Record
from sandbox.recovery.adoption import adopted, updated
from sandbox.recovery.differences import Deployment, Entry, Held, find
from sandbox.recovery.order import ordered


def settle(deployment: Deployment, held: Held) -> list[str]:
    """Settle every difference in place; a line each.

    Operations that were begun are dropped: whether they happened is what the store tells.
    """
    found = find(deployment, held)
    resources: list[Entry] = list(deployment.get("resources") or [])
    deployment.pop("pending_operations", None)
    said = []
    for entry in found.outdated:
        updated(entry, held.all[entry["id"]])
        said.append(f"{_name(entry['urn'])} was updated; the state is brought up to date")
    begun = {
        operation["resource"]["urn"]: operation["resource"]
        for operation in found.begun
        if operation["type"] == "creating"
    }
    numbers = {record.id: number for number, record in enumerate(held.all.values())}
    for urn in dict.fromkeys(record.urn for record in found.orphans):
        orphans = [record for record in found.orphans if record.urn == urn]
        said += _adopt(orphans, resources, begun.get(urn), numbers)
    left = _without(resources, {id(entry) for entry in found.gone})
    deployment["resources"] = ordered(left)
    urns = {entry["urn"] for entry in left}
    gone = dict.fromkeys(entry["urn"] for entry in found.gone if entry["urn"] not in urns)
    return said + [f"{_name(urn)} no longer exists and is removed from the state" for urn in gone]


def _adopt(
    orphans: list[Record], resources: list[Entry], begun: Entry | None, numbers: Mapping[str, int]
) -> list[str]:
    """Take all records of one URN into the state: the newest lives, the others wait for their deletion."""
    *older, newest = orphans
    urn = newest.urn
    former = next((entry for entry in resources if entry["urn"] == urn and not entry.get("delete")), None)
    model = begun or former
    said = []
    if former is not None and numbers.get(former["id"], -1) > numbers[newest.id]:
        older = orphans
    else:
        inputs: Mapping[str, Any] = begun.get("inputs") or {} if begun else {}
        entry = adopted(newest, resources, model, inputs)
        if former is None:
            resources.append(entry)
        else:
            resources.insert(_index(resources, former), entry)
            if former.pop("pendingReplacement", False) and former["id"] not in numbers:
                resources.pop(_index(resources, former))
            else:
                former["delete"] = True
        said.append(f"{_name(urn)} was created and is adopted")
    for record in older:
        resources.append({**adopted(record, resources, model, {}), "delete": True})
        said.append(f"{_name(urn)} was created twice; the older one is adopted to be deleted")
    return said


def _index(resources: list[Entry], wanted: Entry) -> int:
    return next(index for index, entry in enumerate(resources) if entry is wanted)


def _without(resources: Iterable[Entry], gone: set[int]) -> list[Entry]:
    """The resources that are left, and nothing in them that refers to one that is not."""
    resources = list(resources)
    left = [entry for entry in resources if id(entry) not in gone]
    urns = {entry["urn"] for entry in left}
    parents = {entry["urn"]: entry.get("parent") for entry in resources}
    for entry in left:
        parent = entry.get("parent")
        while parent and parent not in urns:
            parent = parents.get(parent)
        _put(entry, "parent", parent)
        _put(entry, "dependencies", [urn for urn in entry.get("dependencies") or () if urn in urns])
        if entry.get("propertyDependencies"):
            entry["propertyDependencies"] = {
                name: [urn for urn in named or () if urn in urns]
                for name, named in entry["propertyDependencies"].items()
            }
        if entry.get("deletedWith") and entry["deletedWith"] not in urns:
            del entry["deletedWith"]
    return left


def _put(entry: Entry, name: str, value: Any) -> None:
    """A field the engine leaves out where it is empty."""
    if value:
        entry[name] = value
    else:
        entry.pop(name, None)


def _name(urn: str) -> str:
    return urn.rpartition("::")[2]
