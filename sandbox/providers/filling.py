"""Plain values for what a service fills in and the rules don't say.

By name and type only: times, states, ids, endpoints and addresses, and the empty value of a number, truth
value, list or map that is no input. What would be empty anyway stays out otherwise: the engine writes all
outputs of all resources to its state at every step, so that every one makes a large deploy slower.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sandbox.cloud.call import Call, Cloud
from sandbox.cloud.identities import type_of
from sandbox.cloud.namespace import namespace_of
from sandbox.providers.sdk import ResourceType

EMPTY: dict[str, Any] = {"int": 0, "float": 0, "bool": False, "list": [], "map": {}}
_NOW = frozenset({"timeCreated", "timeUpdated", "timeLastModified", "createdTime", "timeModified"})
_STATES = {"Core": "AVAILABLE", "Kms": "ENABLED", "LoadBalancer": "ACTIVE", "Database": "AVAILABLE"}
_PARENTS = (
    "applicationId",
    "vcnId",
    "subnetId",
    "logGroupId",
    "gatewayId",
    "topicId",
    "vaultId",
    "instanceId",
)


def fill(
    resource: ResourceType, call: Call, inputs: Mapping[str, Any], computed: Mapping[str, Any]
) -> dict[str, Any]:
    """The inputs, what the rules computed, and every other output the service fills in.

    An optional input that the service doesn't fill in stays out where the program left it out.
    """
    outputs = dict(inputs)
    outputs.update(
        {name: value for name, value in computed.items() if name in inputs or name in resource.computed}
    )
    for name in sorted(resource.computed):
        if name not in outputs:
            value = _value(resource, name, call)
            if value is not None:
                outputs[name] = value
    return outputs


def now() -> str:
    """The time as the Terraform provider for OCI prints it."""
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3] + " +0000 UTC"


def _value(resource: ResourceType, name: str, call: Call) -> Any:
    output = resource.outputs[name]
    if output.type.kind == "str":
        is_input = name in resource.inputs
        if name.endswith("Id"):
            return _id(name, is_input, call)
        text = plain_text(name, call.type, call.id, call.cloud)
        return None if is_input and _MADE_UP(name) else text
    return None if name in resource.inputs else EMPTY.get(output.type.kind)


_MADE_UP = re.compile(
    r".*?(?:(?P<address>[eE]ndpoint|[uU]r[iIlL]|U[rR][iIlL])|(?P<host>[hH]ostname|[dD]omainName)"
    r"|(?P<ip>[iI]pAddress|privateIp|publicIp|natIp|[rR]outerIp)|(?P<mark>etag|[tT]oken|fingerprint)"
    r"|(?P<number>[vV]ersionNumber))"
).fullmatch
"""Strings a service always fills in, by how their names end."""


def plain_text(name: str, type: str, id: str, cloud: Cloud) -> str | None:
    """A plain value for a string of a resource, None where the name says nothing."""
    if name in _NOW:
        return now()
    if name in ("state", "lifecycleState"):
        return _STATES.get(type.split(":")[1].partition("/")[0], "ACTIVE")
    if name == "displayName":
        return f"{type_of(type)}{datetime.now(UTC):%Y%m%d%H%M%S}"
    if name == "namespace":
        return namespace_of(cloud)
    if name == "region":
        return cloud.region
    made_up = _MADE_UP(name)
    if made_up is None:
        return None
    digest = hashlib.sha256(f"{id} {name}".encode()).hexdigest()
    host = f"{digest[:12]}.{type_of(type)}.{cloud.region}.oci.oraclecloud.com"
    by_kind = {
        "address": f"https://{host}",
        "host": host,
        "ip": f"10.0.{int(digest[:2], 16)}.{int(digest[2:4], 16) % 250 + 2}",
        "mark": digest[:32],
        "number": "1",
    }
    return by_kind[made_up.lastgroup or "mark"]


def _id(name: str, is_input: bool, call: Call) -> str | None:
    if name == "compartmentId":
        return compartment_of(call)
    if name == "tenancyId":
        return call.cloud.tenancy
    if is_input:
        return None
    kind = re.sub(r"^default(?=[A-Z])", "", name)[: -len("Id")].lower()
    return call.cloud.mint(kind)


def compartment_of(call: Call) -> str:
    """The compartment of a resource that doesn't name one: its parent's, else the tenancy."""
    for name in _PARENTS:
        parent = call.store.get(str(call.inputs.get(name, "")))
        if parent is not None and parent.outputs.get("compartmentId"):
            return str(parent.outputs["compartmentId"])
    return call.cloud.tenancy


def unknowns(resource: ResourceType, inputs: Mapping[str, Any], unknown: Any) -> dict[str, Any]:
    """What a preview shows of a resource that doesn't exist yet: its inputs, and that the rest is unknown."""
    return {**dict.fromkeys(sorted(resource.computed), unknown), **inputs}
