"""Finds the policies and dynamic groups in what `pulumi stack export` prints. Does not judge them.

Secrets stay secret: where an export holds a ciphertext there is no text, and a statement without a text
cannot be judged.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from oci_iam._statement_files import Item
from oci_iam.directory import DynamicGroup
from oci_iam.inputs import Unusable, parsed_json, read_file, shown_name
from oci_iam.policy import Policy
from oci_iam.resource_tokens import holds_matching_rule, holds_statements

__all__ = ["StackExport", "read_stack_export"]

# The engine's own marks for a secret and for a value not known when the state was written.
_MARK = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a public constant of Pulumi's state format
_UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


@dataclass(frozen=True, slots=True)
class StackExport:
    """What an export holds for IAM: each statement as an item, and policies and dynamic groups for findings
    about sets."""

    items: tuple[Item, ...]
    policies: tuple[Policy, ...]
    dynamic_groups: tuple[DynamicGroup, ...]


def read_stack_export(path: str) -> StackExport:
    """Raises Unusable for a file that is none."""
    name = shown_name(path)
    resources = _resources(parsed_json(read_file(path), name))
    if resources is None:
        raise Unusable(f"{name}:1: not a stack export: expected a deployment with resources")
    items: list[Item] = []
    policies: list[Policy] = []
    groups: list[DynamicGroup] = []
    for resource in resources:
        urn = str(resource.get("urn", "(no URN)"))
        if _holds_statements(resource):
            found = tuple(_items(resource, urn))
            items += found
            texts = tuple(item.text for item in found if not item.problem)
            policies.append(Policy(_text(resource, "compartmentId"), texts, urn.rpartition("::")[2]))
        elif holds_matching_rule(str(resource.get("type", ""))):
            name = _text(resource, "name") or _text(resource, "displayName") or urn.rpartition("::")[2]
            ocid = str(resource.get("id") or "") or None
            groups.append(DynamicGroup(name, _text(resource, "matchingRule"), id=ocid))
    return StackExport(tuple(items), tuple(policies), tuple(groups))


def _resources(document: Any) -> list[dict[str, Any]] | None:
    """Every resource, also those of unfinished operations; None where there is no list of them."""
    if not isinstance(document, dict):
        return None
    state = document.get("deployment")
    if state is None and isinstance(document.get("checkpoint"), dict):
        state = document["checkpoint"].get("latest")
    if not isinstance(state, dict):
        return None
    listed = state.get("resources") or []
    pending = state.get("pendingOperations", state.get("pending_operations")) or []
    if not isinstance(listed, list) or not isinstance(pending, list):
        return None
    under_way = [operation.get("resource") for operation in pending if isinstance(operation, dict)]
    return [resource for resource in (*listed, *under_way) if isinstance(resource, dict)]


def _holds_statements(resource: dict[str, Any]) -> bool:
    properties = {*_side(resource, "inputs"), *_side(resource, "outputs")}
    return holds_statements(str(resource.get("type", "")), properties)


def _side(resource: dict[str, Any], side: str) -> dict[str, Any]:
    found = resource.get(side)
    return found if isinstance(found, dict) else {}


def _text(resource: dict[str, Any], name: str) -> str:
    for side in ("outputs", "inputs"):
        value = _revealed(_side(resource, side).get(name))
        if isinstance(value, str):
            return value
    return ""


def _items(resource: dict[str, Any], urn: str) -> Iterator[Item]:
    """The statements the cloud holds (outputs), then those of the inputs that it does not, each once."""
    seen: set[str] = set()
    sides = [side for side in ("outputs", "inputs") if "statements" in _side(resource, side)]
    if not sides:
        yield _blank(urn, f"{urn}: statements", "the policy has no statements")
    for side in sides:
        for item in _of_side(_side(resource, side)["statements"], urn):
            if item.problem or item.text not in seen:
                seen.add(item.text)
                yield item
        if side == "outputs" and seen == {""}:
            return  # all of it is secret: the inputs are the same secret


def _of_side(value: Any, urn: str) -> Iterator[Item]:
    statements = _revealed(value)
    if not isinstance(statements, list):
        yield _blank(urn, f"{urn}: statements", _problem(statements, "a list"))
        return
    for index, entry in enumerate(statements):
        place = f"{urn}: statements[{index}]"
        text = _revealed(entry)
        if isinstance(text, str) and text != _UNKNOWN:
            yield Item(text, place, urn, fields={"statement": text, "urn": urn})
        else:
            yield _blank(urn, place, _problem(text, "a string"))


def _blank(urn: str, place: str, problem: str) -> Item:
    return Item("", place, urn, problem, {"statement": None, "urn": urn})


_HIDDEN = object()


def _revealed(value: Any) -> Any:
    """A value without its mark of secrecy; _HIDDEN for one that is encrypted."""
    if not isinstance(value, dict) or value.get(_MARK) != _SECRET:
        return value
    try:
        return _revealed(json.loads(value["plaintext"]))
    except (KeyError, ValueError, TypeError):
        return _HIDDEN


def _problem(value: Any, expected: str) -> str:
    if value is _HIDDEN:
        return "it is an encrypted secret (export with --show-secrets to have it judged)"
    if value == _UNKNOWN:
        return "its value was not known when the state was written"
    return f"it is not {expected}"
