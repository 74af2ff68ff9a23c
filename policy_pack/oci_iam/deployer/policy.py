"""The two policies of a deployer: for the first deploy of a stack, and for the time after it.

The first creates, and can name only what has its name before it exists. The second reads, changes and deletes
what there is, by its OCID where OCI knows a variable for it, and creates nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from oci_iam.catalogue.provider_types import Action
from oci_iam.deployer.calls import rights, rights_of_look_up
from oci_iam.deployer.resources import Graph
from oci_iam.deployer.right import Right, UnknownCall
from oci_iam.deployer.statements import Granted, Subject, granted

__all__ = ["LookUp", "Unknown", "after", "first", "rights_after", "rights_first"]

LookUp = tuple[str, Mapping[str, Any]]
"""A data source's token, and what it was asked with."""


class Unknown(Exception):
    """Steps of which the catalogue does not know what they call; ``lines`` names each once."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("; ".join(self.lines))


def first(subject: Subject, graph: Graph, look_ups: Iterable[LookUp]) -> tuple[Granted, ...]:
    """For the deploy that creates everything. Raises `Unknown`."""
    needed = rights_first(graph, look_ups)
    return granted(subject, needed, graph.tenancy_id, lambda value: not graph.has(value))


def after(subject: Subject, graph: Graph, look_ups: Iterable[LookUp]) -> tuple[Granted, ...]:
    """For refreshing, changing in place and deleting what there is. Raises `Unknown`."""
    return granted(subject, rights_after(graph, look_ups), graph.tenancy_id, bool)


def rights_first(graph: Graph, look_ups: Iterable[LookUp]) -> tuple[Right, ...]:
    """Every right that the first deploy needs."""
    return _collected(("create",), graph, look_ups)


def rights_after(graph: Graph, look_ups: Iterable[LookUp]) -> tuple[Right, ...]:
    """Every right that later ones need which replace nothing."""
    return _collected(("read", "update", "delete"), graph, look_ups)


def _collected(actions: tuple[Action, ...], graph: Graph, look_ups: Iterable[LookUp]) -> tuple[Right, ...]:
    found: list[Right] = []
    unknown: dict[str, None] = {}
    for token, arguments in look_ups:
        try:
            found += rights_of_look_up(token, arguments, graph)
        except UnknownCall as error:
            unknown[str(error)] = None
    for resource in graph.resources:
        for action in actions:
            try:
                found += rights(action, resource, graph)
            except UnknownCall as error:
                unknown[str(error)] = None
    if unknown:
        raise Unknown(unknown)
    return tuple(dict.fromkeys(found))
