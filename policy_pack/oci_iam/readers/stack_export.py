"""Finds the policies and dynamic groups in what Pulumi prints: `pulumi stack export` and `preview --json`.

Does not judge them. Secrets stay secret: where an export holds a ciphertext there is no text, and a statement
without a text cannot be judged.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from oci_iam.directory import DynamicGroup
from oci_iam.inputs import Unusable, parsed_json, read_file, shown_name
from oci_iam.items import Item, Place, Source, policy_of
from oci_iam.json_lines import Path, line_of, lines
from oci_iam.policy import Policy
from oci_iam.readers.export_directory import export_directory
from oci_iam.readers.registered_grants import registered_parts
from oci_iam.resource_tokens import holds_matching_rule, holds_statements

__all__ = ["of_pulumi", "read_stack_export"]

# The engine's own marks for a secret and for a value that is not known yet.
_MARK = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a public constant of Pulumi's state format
_UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_MASKED = "[secret]"
"""What a preview prints in place of a secret."""

_GONE = frozenset({"delete", "delete-replaced", "discard", "discard-replaced", "remove-pending-replace"})
"""The steps of a preview after which there is no such resource."""


def read_stack_export(path: str) -> Source:
    """Raises Unusable for a file that is neither a stack export nor a preview."""
    name = shown_name(path)
    text = read_file(path)
    found = of_pulumi(parsed_json(text, name), text, name)
    if found is None:
        raise Unusable(f"{name}:1: not a stack export: expected a deployment with resources")
    return found


def of_pulumi(document: Any, text: str, name: str) -> Source | None:
    """What a parsed document holds, where it is a stack export or the JSON of a preview; else None."""
    resources = _resources(document)
    if resources is None:
        resources = _previewed(document)
    if resources is None:
        return None
    found = _Found(name, text, {str(one.get("urn")): one for _, one in resources})
    for path, resource in resources:
        found.add(path, resource)
    directory = export_directory(resource for _, resource in resources)
    return Source(
        name,
        tuple(found.items),
        tuple(found.policies),
        tuple(found.groups),
        is_export=True,
        directory=directory,
    )


def _resources(document: Any) -> list[tuple[Path, dict[str, Any]]] | None:
    """Every resource with its path, also those of unfinished operations; None where there is no list of
    them."""
    if not isinstance(document, dict):
        return None
    at: Path = ("deployment",)
    state = document.get("deployment")
    if state is None and isinstance(document.get("checkpoint"), dict):
        state, at = document["checkpoint"].get("latest"), ("checkpoint", "latest")
    if not isinstance(state, dict):
        return None
    pending_key = "pendingOperations" if "pendingOperations" in state else "pending_operations"
    listed, pending = state.get("resources") or [], state.get(pending_key) or []
    if not isinstance(listed, list) or not isinstance(pending, list):
        return None
    found: list[tuple[Path, Any]] = [((*at, "resources", index), one) for index, one in enumerate(listed)]
    found += [
        ((*at, pending_key, index, "resource"), operation.get("resource"))
        for index, operation in enumerate(pending)
        if isinstance(operation, dict)
    ]
    return [(path, resource) for path, resource in found if isinstance(resource, dict)]


def _previewed(document: Any) -> list[tuple[Path, dict[str, Any]]] | None:
    """Every resource that there is after the steps of a preview, with its path."""
    if not isinstance(document, dict) or not isinstance(document.get("steps"), list):
        return None
    found: dict[str, tuple[Path, dict[str, Any]]] = {}  # a replacement is several steps
    for index, step in enumerate(document["steps"]):
        if isinstance(step, dict) and isinstance(step.get("newState"), dict) and step.get("op") not in _GONE:
            # What a preview says of outputs is what they were before.
            planned = {key: value for key, value in step["newState"].items() if key != "outputs"}
            found[str(planned.get("urn", index))] = (("steps", index, "newState"), planned)
    return list(found.values())


class _Found:
    """Collects what the resources of one document hold."""

    def __init__(self, name: str, text: str, resources: Mapping[str, dict[str, Any]]) -> None:
        self._name, self._text, self._resources = name, text, resources
        self._lines: Any = None
        self.items: list[Item] = []
        self.policies: list[Policy] = []
        self.groups: list[DynamicGroup] = []

    def add(self, path: Path, resource: dict[str, Any]) -> None:
        urn = str(resource.get("urn", "(no URN)"))
        if _holds_statements(resource):
            items = tuple(self._items(path, resource, urn))
            self.items += items
            self.policies.append(policy_of(items, _text(resource, "compartmentId"), urn.rpartition("::")[2]))
        elif holds_matching_rule(str(resource.get("type", ""))):
            name = _text(resource, "name") or _text(resource, "displayName") or urn.rpartition("::")[2]
            ocid = str(resource.get("id") or "") or None
            self.groups.append(DynamicGroup(name, _text(resource, "matchingRule"), id=ocid))

    def _items(self, path: Path, resource: dict[str, Any], urn: str) -> Iterator[Item]:
        """The statements the cloud holds (outputs), then those of the inputs that it does not, each once."""
        seen: set[str] = set()
        sides = [side for side in ("outputs", "inputs") if "statements" in _side(resource, side)]
        if not sides:
            yield _blank(urn, self._place(path, urn, "statements"), "the policy has no statements")
        for side in sides:
            for item in self._of_side(_side(resource, side)["statements"], (*path, side, "statements"), urn):
                if item.problem or item.text not in seen:
                    seen.add(item.text)
                    yield item
            if side == "outputs" and seen == {""}:
                return  # all of it is secret: the inputs are the same secret

    def _of_side(self, value: Any, path: Path, urn: str) -> Iterator[Item]:
        statements = _revealed(value)
        if not isinstance(statements, list):
            yield _blank(urn, self._place(path, urn, "statements"), _problem(statements, "a list"))
            return
        for index, entry in enumerate(statements):
            place = self._place((*path, index), urn, f"statements[{index}]")
            text = _revealed(entry)
            if isinstance(text, str) and text != _UNKNOWN:
                yield Item(text, place, urn, fields={"statement": text, "urn": urn})
                continue
            parts = (
                registered_parts(self._resources, urn, index, len(statements)) if text == _UNKNOWN else None
            )
            if parts is None:
                yield _blank(urn, place, _problem(text, "a string"))
            else:
                yield Item.of_parts(parts, place, urn, more={"urn": urn})

    def _place(self, path: Path, urn: str, entry: str) -> Place:
        if self._lines is None:
            self._lines = lines(self._text)
        return Place(self._name, line_of(self._lines, path), urn, entry)


def _holds_statements(resource: dict[str, Any]) -> bool:
    properties = {*_side(resource, "inputs"), *_side(resource, "outputs")}
    return holds_statements(str(resource.get("type", "")), properties)


def _side(resource: dict[str, Any], side: str) -> dict[str, Any]:
    found = resource.get(side)
    return found if isinstance(found, dict) else {}


def _text(resource: dict[str, Any], name: str) -> str:
    for side in ("outputs", "inputs"):
        value = _revealed(_side(resource, side).get(name))
        if isinstance(value, str) and value != _UNKNOWN:
            return value
    return ""


def _blank(urn: str, place: Place, problem: str) -> Item:
    return Item("", place, urn, problem, {"statement": None, "urn": urn})


_HIDDEN = object()


def _revealed(value: Any) -> Any:
    """A value without its mark of secrecy; _HIDDEN for one that is encrypted."""
    if value == _MASKED:
        return _HIDDEN
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
        return "its value is not known before it is deployed"
    return f"it is not {expected}"
