"""The policies and dynamic groups of Terraform configuration, each statement as an item with its place."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from oci_functions_guard.terraform.functions import FUNCTIONS
from oci_functions_guard.terraform.modules import Module, Resource, read_module
from oci_functions_guard.terraform.values import (
    Either,
    Known,
    Listed,
    Mapped,
    Opaque,
    Rest,
    Text,
    Value,
    texts,
)
from oci_iam.directory import DynamicGroup
from oci_iam.inputs import Unusable
from oci_iam.items import Item, Place, Source, policy_of
from oci_iam.policy import Policy
from oci_iam.resource_tokens import terraform_holds_matching_rule, terraform_holds_statements
from oci_iam.unknowns import written

__all__ = ["read_configuration"]


def read_configuration(files: Sequence[tuple[str, str]]) -> list[Source]:
    """What the files hold, given as (path, text); those of one folder are one module. Raises Unusable."""
    try:
        return [
            _source(folder or ".", list(together))
            for folder, together in groupby(sorted(files), key=lambda file: os.path.dirname(file[0]))
        ]
    except RecursionError:
        raise Unusable(f"{files[0][0]}: nested too deeply") from None


def _source(folder: str, files: Sequence[tuple[str, str]]) -> Source:
    module = read_module(files)
    items: list[Item] = []
    policies: list[Policy] = []
    groups: list[DynamicGroup] = []
    for resource in module.resources:
        if terraform_holds_statements(resource.type, resource.attributes):
            for scope, address in _instances(resource, module):
                held = list(_items(resource, scope, address))
                items += held
                policies.append(policy_of(held, _known(resource, "compartment_id", scope), address))
        elif terraform_holds_matching_rule(resource.type):
            for scope, _ in _instances(resource, module):
                name, rule = (_known(resource, key, scope) for key in ("name", "matching_rule"))
                groups.append(DynamicGroup(name, rule))
    name = files[0][0] if len(files) == 1 else folder
    return Source(name, tuple(items), tuple(policies), tuple(groups), is_export=True)


def _instances(resource: Resource, module: Module) -> Iterator[tuple[Module, str]]:
    """The scope and the address of each instance, where `for_each` is certain; else of one for all."""
    address = f"{resource.type}.{resource.name}"
    over = resource.attributes.get("for_each")
    pairs = None if over is None else _pairs(over.value(module))
    if pairs is None:
        yield module, address
        return
    for key, value in pairs:
        each = Mapped((("key", Text((key,)), 0), ("value", value, 0)))
        yield module.within({"each": each}), f"{address}[{json.dumps(key)}]"


def _pairs(value: Value) -> list[tuple[str, Value]] | None:
    if isinstance(value, Mapped):
        return [(key, one) for key, one, _ in value.values]
    if isinstance(value, Listed):
        known = [one.known if isinstance(one, Text) else None for one, _ in value.elements]
        if None not in known:
            return [(key, Text((key,))) for key in known if key is not None]
    return None


def _known(resource: Resource, key: str, scope: Module) -> str:
    attribute = resource.attributes.get(key)
    value = None if attribute is None else attribute.value(scope)
    if isinstance(value, Opaque):
        return written((value.unknown,))
    return written(value.parts) if isinstance(value, Text) else ""


def _items(resource: Resource, scope: Module, address: str) -> Iterator[Item]:
    attribute = resource.attributes.get("statements")
    if attribute is None:
        place = Place(resource.file, resource.line, address, "statements")
        yield _blank(place, address, "the policy has no statements")
        return
    value = attribute.value(scope)
    listed = FUNCTIONS["concat"]([value])
    if not isinstance(listed, Listed) or isinstance(value, Opaque):
        unknown = value.unknown if isinstance(value, Opaque) else scope.unknown(attribute.source)
        place = Place(resource.file, attribute.line, address, "statements")
        yield _item(place, address, Opaque(unknown))
        return
    for index, (element, line) in enumerate(listed.elements):
        place = Place(resource.file, line or attribute.line, address, f"statements[{index}]")
        yield _item(place, address, element)


def _item(place: Place, address: str, value: Value) -> Item:
    more: dict[str, Any] = {"address": address}
    if isinstance(value, Opaque | Rest):
        return Item.of_parts((value.unknown,), place, address, more=more)
    ways = texts(_without_absent(value))
    if not ways:
        return _blank(place, address, "it is not a string")
    first, *others = ways
    return Item.of_parts(first.parts, place, address, tuple(one.parts for one in others), more)


def _without_absent(value: Value) -> Value:
    """One of several values without those that are no statement at all."""
    if not isinstance(value, Either):
        return value
    kept = tuple(one for one in value.values if one not in (Known(None), Text(("",))))
    return kept[0] if len(kept) == 1 else Either(kept)


def _blank(place: Place, address: str, problem: str) -> Item:
    return Item("", place, address, problem, {"statement": None, "address": address})
