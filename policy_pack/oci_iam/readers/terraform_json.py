"""Finds policies and dynamic groups in Terraform's JSON: `show -json` of a plan or a state, and a state file.

Oracle Resource Manager hands out the same forms. Only resources that Terraform manages are looked at, as they
are after the plan. What is marked sensitive stays hidden, and what is not known has no text. Does not judge.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from oci_iam.directory import DynamicGroup
from oci_iam.items import Item, Place, Source, policy_of
from oci_iam.json_lines import Path, line_of, lines
from oci_iam.policy import Policy
from oci_iam.resource_tokens import terraform_holds_matching_rule, terraform_holds_statements

__all__ = ["of_terraform"]


class _Resource(NamedTuple):
    """One resource: its address and type, where its attributes lie in the document, and which parts of them
    are unknown or sensitive, in Terraform's own shape (True, or the same keys and indices inwards)."""

    address: str
    type: str
    path: Path
    attributes: dict[str, Any]
    unknown: Any = None
    sensitive: Any = None


def of_terraform(document: Any, text: str, name: str) -> Source | None:
    """What a parsed document holds, where it is one of the forms; else None."""
    found = _resources(document)
    if found is None:
        return None
    where = lines(text)
    items: list[Item] = []
    policies: list[Policy] = []
    groups: list[DynamicGroup] = []
    for resource in found:
        attributes = {**resource.attributes, **_keys(resource.unknown)}
        if terraform_holds_statements(resource.type, attributes):
            held = [
                Item(
                    statement,
                    Place(name, line_of(where, path), resource.address, entry),
                    resource.address,
                    problem,
                    {"statement": statement or None, "address": resource.address},
                )
                for statement, problem, path, entry in _statements(resource)
            ]
            items += held
            policies.append(policy_of(held, _text(resource, "compartment_id"), resource.address))
        elif terraform_holds_matching_rule(resource.type):
            groups.append(DynamicGroup(_text(resource, "name"), _text(resource, "matching_rule")))
    return Source(name, tuple(items), tuple(policies), tuple(groups), is_export=True)


def _keys(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(resource: _Resource, key: str) -> str:
    value = resource.attributes.get(key)
    return value if isinstance(value, str) else ""


def _statements(resource: _Resource) -> Iterator[tuple[str, str, Path, str]]:
    """Each statement, or why there is none, with its path and the name of its entry."""
    path = (*resource.path, "statements")
    value = resource.attributes.get("statements")
    unknown, sensitive = (_inside(mark, "statements") for mark in (resource.unknown, resource.sensitive))
    if unknown is True or sensitive is True or not isinstance(value, list):
        yield "", _why(value, "a list", unknown, sensitive), path, "statements"
        return
    for index in range(max(len(value), len(unknown) if isinstance(unknown, list) else 0)):
        entry = value[index] if index < len(value) else None
        marks = _inside(unknown, index), _inside(sensitive, index)
        problem = "" if isinstance(entry, str) and not any(marks) else _why(entry, "a string", *marks)
        yield "" if problem else str(entry), problem, (*path, index), f"statements[{index}]"


def _inside(mark: Any, step: str | int) -> Any:
    """What a mark says of one key or index."""
    if isinstance(mark, dict):
        return mark.get(str(step))
    if isinstance(mark, list) and isinstance(step, int):
        return mark[step] if step < len(mark) else None
    return mark


def _why(value: Any, expected: str, unknown: Any, sensitive: Any) -> str:
    if sensitive:
        return "it is marked sensitive, and so stays hidden"
    if unknown:
        return "its value is not known before it is applied"
    return "the policy has no statements" if value is None else f"it is not {expected}"


# --- the forms -------------------------------------------------------------------------------------------


def _resources(document: Any) -> list[_Resource] | None:
    if not isinstance(document, dict):
        return None
    if isinstance(document.get("resource_changes"), list) or isinstance(document.get("planned_values"), dict):
        return _of_plan(document)
    if isinstance(document.get("values"), dict) and "terraform_version" in document:
        return list(_of_module(document["values"].get("root_module"), ("values", "root_module")))
    if document.get("version") == 4 and isinstance(document.get("resources"), list):
        return list(_of_state_file(document["resources"]))
    if "format_version" in document and "terraform_version" in document:
        return []  # the state of a stack that holds nothing
    return None


def _of_plan(document: dict[str, Any]) -> list[_Resource]:
    """Every resource there is after the plan; its change says also what is unknown."""
    changes = {one.address: one for one in _of_changes(document.get("resource_changes"))}
    planned = document.get("planned_values")
    root = planned.get("root_module") if isinstance(planned, dict) else None
    values = {one.address: one for one in _of_module(root, ("planned_values", "root_module"))}
    return list((values | changes).values())


def _of_changes(listed: Any) -> Iterator[_Resource]:
    for index, one in _objects(listed):
        change = _keys(one.get("change"))
        after, unknown = change.get("after"), change.get("after_unknown")
        if one.get("mode", "managed") == "managed" and isinstance(after, dict):
            path = ("resource_changes", index, "change", "after")
            yield _Resource(
                _address(one), str(one.get("type")), path, after, unknown, change.get("after_sensitive")
            )


def _of_module(module: Any, path: Path) -> Iterator[_Resource]:
    for index, one in _objects(_keys(module).get("resources")):
        values = _keys(one.get("values"))
        if one.get("mode", "managed") == "managed":
            here = (*path, "resources", index, "values")
            yield _Resource(
                _address(one), str(one.get("type")), here, values, None, one.get("sensitive_values")
            )
    for index, child in _objects(_keys(module).get("child_modules")):
        yield from _of_module(child, (*path, "child_modules", index))


def _of_state_file(resources: list[Any]) -> Iterator[_Resource]:
    for index, one in _objects(resources):
        if one.get("mode", "managed") != "managed":
            continue
        for number, instance in _objects(one.get("instances")):
            key = instance.get("index_key")
            address = ".".join(str(one[key]) for key in ("module", "type", "name") if one.get(key))
            path = ("resources", index, "instances", number, "attributes")
            yield _Resource(
                address + ("" if key is None else f"[{json.dumps(key)}]"),
                str(one.get("type")),
                path,
                _keys(instance.get("attributes")),
                None,
                _marked(instance),
            )


def _marked(instance: dict[str, Any]) -> Any:
    """What a state file lists as sensitive, by the first step of each path."""
    listed = _keys(instance).get("sensitive_attributes")
    found: dict[str, bool] = {}
    for path in listed if isinstance(listed, list) else ():
        steps = path if isinstance(path, list) else [path]
        first = _keys(steps[0]).get("value") if steps else None
        if isinstance(first, str):
            found[first] = True
    return found


def _objects(listed: Any) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of a list, each with its index."""
    for index, one in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(one, dict):
            yield index, one


def _address(resource: dict[str, Any]) -> str:
    return str(resource.get("address") or f"{resource.get('type')}.{resource.get('name')}")
