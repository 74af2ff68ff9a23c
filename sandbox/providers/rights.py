"""A deployer's rights, decided by `oci_iam` on the deployed policies: every right that a call needs, in turn.

When this is asked is said in `deployer`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from oci_iam import decide
from oci_iam.catalogue.provider_types import Action
from oci_iam.deployer.calls import rights, rights_of_look_up
from oci_iam.deployer.resources import Graph, Resource
from oci_iam.deployer.right import Right, UnknownCall
from oci_iam.directory import Directory, Group
from oci_iam.request import Principal, Request
from sandbox.cloud.errors import NotEmulated
from sandbox.cloud.store import Record, Store
from sandbox.services.identity.directory import directory_of, policies_of

_MEMBER = "ocid1.user.oc1..deployer"


def resource_of(record: Record) -> Resource:
    """A resource of the store as the catalogue of calls takes it."""
    return Resource(
        record.type, record.id, {**record.inputs, **record.outputs}, record.urn.rpartition("::")[2]
    )


def missing(action: Action, resource: Resource, store: Store, who: str) -> str:
    """What is missing, in a sentence; empty where nothing is. Raises `NotEmulated`."""
    return _missing(store, who, resource.text("compartmentId"), lambda graph: rights(action, resource, graph))


def missing_for_look_up(token: str, arguments: Mapping[str, Any], store: Store, who: str) -> str:
    """The same for a look-up."""
    return _missing(store, who, "", lambda graph: rights_of_look_up(token, arguments, graph))


def graph_of(records: Iterable[Record], tenancy_id: str, home: str = "") -> Graph:
    """The resources of the store. What says of no compartment lies in `home`, else where functions do."""
    resources = [resource_of(record) for record in records]
    places = (each.text("compartmentId") for each in resources if each.token.startswith("oci:Functions/"))
    return Graph(resources, tenancy_id, home or next(filter(None, places), tenancy_id))


def _missing(store: Store, who: str, home: str, needed: Callable[[Graph], Iterable[Right]]) -> str:
    records = store.list()
    principal, directory = deployer(who, directory_of(records))
    policies = policies_of(records)
    try:
        asked = needed(graph_of(records, directory.tenancy_id, home))
    except UnknownCall as error:
        raise NotEmulated(str(error)) from None
    for right in asked:
        decision = decide(request_of(right, principal), policies, directory)
        if not decision.allowed:
            return f"{right.step}: {decision.because}"
    return ""


def request_of(right: Right, principal: Principal) -> Request:
    """What IAM is asked about one right."""
    return Request(principal, right.permission, right.compartment_id, right.operation, dict(right.target), {})


def deployer(who: str, directory: Directory) -> tuple[Principal, Directory]:
    """The principal that `group:<OCID>` or `user:<OCID>` names, and the directory with it: of a group, a
    member that is in no other."""
    kind, _, ocid = who.partition(":")
    if kind == "user":
        return Principal(type="user", id=ocid), directory
    group = directory.groups.get(ocid, Group(ocid))
    joined = dataclasses.replace(group, members=group.members | {_MEMBER})
    principal = Principal(type="user", id=_MEMBER)
    return principal, dataclasses.replace(directory, groups={**directory.groups, ocid: joined})
