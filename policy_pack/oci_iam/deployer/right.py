"""One right: a permission that one step of a deploy needs on something in some compartment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from oci_iam.catalogue.operations import Operation
from oci_iam.catalogue.types import resource_type
from oci_iam.deployer.resources import Graph

__all__ = ["Right", "UnknownCall", "rights_of"]


class Right(NamedTuple):
    """What one step needs.

    ``step``: `create Function responder`. ``type``: the resource-type whose permission it is.
    ``compartment_id``: of what the call is about, the tenancy's OCID where OCI takes the type only there.
    ``target``: the variables that the request carries, with their values. ``documented``: what Oracle
    documents in place of the permissions, where it does not say which they are.
    """

    step: str
    operation: str
    permission: str
    type: str
    compartment_id: str
    target: tuple[tuple[str, str], ...] = ()
    documented: str = ""


class UnknownCall(Exception):
    """A step of which the catalogue does not know what it calls, and so what it needs."""


def rights_of(
    step: str, row: Operation, place: str, target: Mapping[str, str], graph: Graph
) -> Iterator[Right]:
    """The permissions of an operation, each in the place where OCI looks for it."""
    carried = tuple(sorted((name, value) for name, value in target.items() if name in row.variables))
    for permission in row.permissions:
        kind = next(name for name in row.types if permission in _permissions(name))
        found = resource_type(kind)
        where = graph.tenancy_id if found is not None and found.tenancy_only else place
        yield Right(step, row.name, permission, kind, where, carried)


def _permissions(kind: str) -> tuple[str, ...]:
    found = resource_type(kind)
    return () if found is None else found.permissions
