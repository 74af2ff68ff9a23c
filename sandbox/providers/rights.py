"""Whether the deployer may do what the engine asks a provider for, decided on the deployed policies.

Off unless `OCI_SANDBOX_AS` names a deployer (`group:<OCID>`, `user:<OCID>`), as `sandbox up --as` sets it:
then every create, read, update, delete and look-up is checked, each right it needs in turn. With
`OCI_SANDBOX_LOOK_UPS` every look-up of the program is noted in that file, a JSON object a line.
"""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from oci_iam.catalogue.provider_types import Action
from oci_iam.deployer.calls import rights, rights_of_look_up
from oci_iam.deployer.resources import Graph, Resource
from oci_iam.deployer.right import Right, UnknownCall
from oci_iam.directory import Directory, Group
from oci_iam.request import Principal, Request
from sandbox.cloud.errors import NotEmulated, NotFound
from sandbox.cloud.store import Record, Store

DEPLOYER = "OCI_SANDBOX_AS"
LOOK_UPS = "OCI_SANDBOX_LOOK_UPS"
_MEMBER = "ocid1.user.oc1..deployer"
_REFUSED = "Authorization failed or requested resource not found."


class NotAuthorized(NotFound):
    """A right is missing: OCI's own words, which do not say so. `reason` is for the sandbox's user."""

    def __init__(self, reason: str) -> None:
        super().__init__(_REFUSED)
        self.reason = reason


def resource_of(record: Record) -> Resource:
    """A resource of the store as the catalogue of calls takes it."""
    return Resource(
        record.type, record.id, {**record.inputs, **record.outputs}, record.urn.rpartition("::")[2]
    )


def check(action: Action, resource: Resource, store: Store) -> None:
    """Raise `NotAuthorized` where the deployer lacks a right to do this, `NotEmulated` where the catalogue
    does not know what it takes."""
    if os.environ.get(DEPLOYER):
        home = resource.text("compartmentId")
        _decide(store, home, lambda graph: rights(action, resource, graph))


def check_look_up(token: str, arguments: Mapping[str, Any], store: Store) -> None:
    """The same for a look-up, which is also noted where somebody asks for that."""
    note = os.environ.get(LOOK_UPS)
    if note:
        with Path(note).open("a", encoding="utf-8") as file:
            file.write(json.dumps({"token": token, "arguments": arguments}, default=str) + "\n")
    if os.environ.get(DEPLOYER):
        _decide(store, "", lambda graph: rights_of_look_up(token, arguments, graph))


def graph_of(records: Iterable[Record], tenancy_id: str, home: str = "") -> Graph:
    """The resources of the store. What says of no compartment lies in `home`, else where functions do."""
    resources = [resource_of(record) for record in records]
    places = (each.text("compartmentId") for each in resources if each.token.startswith("oci:Functions/"))
    return Graph(resources, tenancy_id, home or next(filter(None, places), tenancy_id))


def _decide(store: Store, home: str, needed: Callable[[Graph], Iterable[Right]]) -> None:
    # They load the parser, for which a provider that checks nothing should not wait.
    from oci_iam import decide
    from sandbox.services.identity.directory import directory_of, policies_of

    records = store.list()
    principal, directory = deployer(os.environ[DEPLOYER], directory_of(records))
    policies = policies_of(records)
    try:
        asked = needed(graph_of(records, directory.tenancy_id, home))
    except UnknownCall as error:
        raise NotEmulated(str(error)) from None
    for right in asked:
        decision = decide(request_of(right, principal), policies, directory)
        if not decision.allowed:
            raise NotAuthorized(f"{right.step}: {decision.because}")


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
