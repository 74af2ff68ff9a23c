"""The rights that an action of a deploy needs, one by one: of the operation it calls and of those that OCI
checks beside it. Does not write statements.

The provider reads what it has created or changed, so both need the right to read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from oci_iam.catalogue.operations import Operation
from oci_iam.catalogue.provider_types import Action, looked_up, provider_type, subject_of_look_up
from oci_iam.deployer.besides import besides
from oci_iam.deployer.resources import IMAGE, Graph, Resource, repository_of, shown
from oci_iam.deployer.right import Right, UnknownCall, rights_of

__all__ = ["rights", "rights_of_look_up"]

_THEN_READ: Mapping[Action, tuple[Action, ...]] = {
    "create": ("create", "read"),
    "read": ("read",),
    "update": ("update", "read"),
    "delete": ("delete", "read"),
}


def rights(action: Action, resource: Resource, graph: Graph) -> tuple[Right, ...]:
    """All that an action on a resource needs, each once. Raises `UnknownCall`."""
    kind = provider_type(resource.token)
    step, place = f"{action} {shown(resource)}", graph.compartment_of(resource)
    found: list[Right] = []
    for each in _THEN_READ[action]:
        rows = kind.calls(each)
        if rows is None:
            raise UnknownCall(f"{resource.token}: the catalogue knows no operation {kind.operations[each]}")
        if rows:
            row = _that_counts(rows, resource, each)
            found += rights_of(step, row, place, _target(resource, kind.variables, graph), graph)
    if action in ("create", "update"):
        found += besides(step, resource, graph)
    return tuple(dict.fromkeys(found))


def rights_of_look_up(token: str, arguments: Mapping[str, Any], graph: Graph) -> tuple[Right, ...]:
    """What a look-up of a program needs. Raises `UnknownCall`."""
    rows = looked_up(token)
    if rows is None:
        raise UnknownCall(f"{token}: the catalogue knows no operation of this look-up")
    asked = Resource(token, "", arguments)
    place = asked.text("compartmentId") or asked.text("tenancyId")
    row = next((one for one in rows if place and one.when == "a compartment is given"), rows[0])
    step = f"look up {token.rpartition(':')[2]}"
    target = _target(asked, subject_of_look_up(token).variables, graph)
    return tuple(rights_of(step, row, place or _place_of(asked, graph), target, graph))


def _place_of(asked: Resource, graph: Graph) -> str:
    """The compartment of what a look-up names by its OCID."""
    named = (value for value in asked.properties.values() if isinstance(value, str) and graph.has(value))
    return next((graph.compartment_of_id(value) for value in named), graph.home)


def _that_counts(rows: Sequence[Operation], resource: Resource, action: Action) -> Operation:
    """The row whose condition holds of a resource, of the several ways of one operation."""
    true = set(_said_of(resource, action))
    return next((row for row in rows if row.when in true), rows[0])


def _said_of(resource: Resource, action: Action) -> Iterator[str]:
    """The conditions of operations that hold of a resource."""
    a_function = resource.text("protocol") == "ORACLE_FUNCTIONS"
    yield "the endpoint is a function" if a_function else "the endpoint is no function"
    yield "the object is new" if action == "create" else "the object exists"
    yield "the repository exists"  # the program creates it before it pushes
    for rule in resource.within("routeRules"):
        for gateway, kind in _GATEWAYS.items():
            if str(rule.get("networkEntityId")).startswith(f"ocid1.{gateway}."):
                yield f"its rules lead to {kind}"


_GATEWAYS = {
    "servicegateway": "a service gateway",
    "natgateway": "a NAT gateway",
    "internetgateway": "an internet gateway",
}


def _target(resource: Resource, variables: Mapping[str, str], graph: Graph) -> dict[str, str]:
    """The target variables of a call about a resource, as far as their values exist."""
    found = {name: _value(resource, held_by, graph) for name, held_by in variables.items()}
    if resource.token == IMAGE:
        found["target.repo.name"] = repository_of(resource)
    return {name: value for name, value in found.items() if value}


def _value(resource: Resource, held_by: str, graph: Graph) -> str:
    """A property, or after a dot one of the resource that the property names."""
    own, _, of_other = held_by.partition(".")
    if not of_other:
        return resource.text(own)
    other = graph.get(resource.text(own))
    return other.text(of_other) if other is not None else ""
