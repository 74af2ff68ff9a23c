"""A plausible value for one output that neither the program nor the service's rules give.

By name and type, and consistent with what is there: an address lies in the subnet, a project is that of the
parent, a composed id holds what the output says. A string nobody could guess is empty.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from sandbox.cloud import addresses, regions
from sandbox.cloud.call import Call, Cloud
from sandbox.cloud.identities import type_of
from sandbox.cloud.namespace import namespace_of
from sandbox.cloud.percent import decoded
from sandbox.cloud.store import Record
from sandbox.providers.sdk import ResourceType, Type
from sandbox.services import bridge_of

EMPTY: Mapping[str, Any] = {
    "bool": False,
    "float": 0,
    "int": 0,
    "list": [],
    "map": {},
    "object": {},
    "str": "",
}
"""Nothing, by kind."""

_NOW = frozenset(
    {
        "createdTime",
        "timeAccepted",
        "timeConfigurationCheck",
        "timeCreated",
        "timeFinished",
        "timeLastModified",
        "timeModified",
        "timeRequestReceived",
        "timeRetrieved",
        "timeStarted",
        "timeStatusUpdated",
        "timeUpdated",
        "timeValidated",
    }
)
_STATES = {"Core": "AVAILABLE", "Kms": "ENABLED", "LoadBalancer": "ACTIVE", "Database": "AVAILABLE"}
_STATES_OF = {"oci:Core/instance:Instance": "RUNNING"}
# States other than the resource's own, and what else has a usual value.
_USUAL = {
    "bgpIpv6sessionState": "DOWN",
    "bgpSessionState": "UP",
    "configurationState": "VALID",
    "dnssecState": "DISABLED",
    "faultDomain": "FAULT-DOMAIN-1",
    "inactiveState": "0",
    "inactiveStatus": "0",
    "ipState": "AVAILABLE",
    "iscsiLoginState": "UNKNOWN",
    "launchMode": "NATIVE",
    "listingType": "NONE",
    "peeringStatus": "NEW",
    "securityAttributesState": "STABLE",
    "sizeInGbs": "50",
    "sizeInMbs": "51200",
    "sourceType": "MANUAL",
    "status": "ACTIVE",
    "version": "1",
    "vpusPerGb": "10",
    "virtualRouterMac": "00:00:17:00:00:01",
}
_TRUE = frozenset({"active", "isAccessible", "isEnabled", "isPrimary", "isValid"})
# Of several values the one that says least.
_MODEST = ("NONE", "None", "DISABLED", "Disabled", "STANDARD", "Standard", "IPV4", "DEFAULT")
_NUMBERS = re.compile(r".*(?:InGbs|InMbs|InBytes|Count|Size|PerGb|Mtu|serial)")
_SECRET = re.compile(
    r"(?:hashed|mixed)?(?:[pP]assword|.*[sS]ecret|secretKey|accessKey|key|salt|mixedSalt|content)"
)
_MADE_UP = re.compile(
    r".*?(?:(?P<address>[eE]ndpoint|[uU]r[iIlL]|U[rR][iIlL]|^self)"
    r"|(?P<host>[hH]ostname|[dD]omainName|[fF]qdn)"
    r"|(?P<mark>etag|ETag|[tT]oken|[fF]ingerprint|[hH]ash|[tT]humbprint|[mM]d5|[sS]ha256|ciphertext)"
    r"|(?P<number>[vV]ersionNumber))"
).fullmatch
"""Strings a service always fills in, by how their names end."""

_ADDRESS = re.compile(r".*(?:[iI]pAddress|[pP]rivateIp|[rR]outerIp|EndpointIp|assignedPrivateIpv4|^ipv4)")
_PUBLIC = frozenset({"cpeIp", "natIp", "publicIp", "vpnIp"})
_INHERITED = frozenset({"availabilityDomain", "faultDomain", "region", "shape", "sizeInGbs", "sizeInMbs"})


class Asked(Call):
    """A create whose outputs are filled in."""

    @cached_property
    def parents(self) -> list[Record]:
        """The resources that the inputs name, top level first."""
        named = dict.fromkeys(_named_ids(self.inputs))
        return [record for id in named if (record := self.store.get(id)) is not None]

    def __init__(self, call: Call) -> None:
        super().__init__(call.cloud, call.type, call.urn, call.id, call.inputs, call.former)


def _named_ids(values: Mapping[str, Any]) -> Iterator[str]:
    """Every id among inputs."""
    for key, value in values.items():
        if isinstance(value, str) and key.endswith("Id"):
            yield value
    for value in values.values():
        for item in value if isinstance(value, list) else (value,):
            if isinstance(item, Mapping):
                yield from _named_ids(item)


def value(resource: ResourceType, name: str, call: Asked) -> Any:
    """The value of one output, of its kind; what nothing is known of is empty."""
    type = resource.outputs[name].type
    if type.kind in ("str", "enum", "any"):
        return _text(resource, name, call)
    if type.kind == "bool":
        return name in _TRUE and name in resource.computed
    if name in ("ipAddresses", "ipAddressDetails") and type.of is not None:
        return [_listed_address(resource, type.of, call)]
    if name == "metas":
        return [_scim_meta(call)]
    if type.kind == "object" and name in resource.inputs and name in resource.computed:
        return _object(resource, name)
    return EMPTY.get(type.kind)


def _object(resource: ResourceType, name: str) -> dict[str, Any]:
    """An object a program leaves to the service: what says that there is nothing, where all it must have
    can."""
    facts, place = bridge_of(resource.token).facts, resource.inputs[name].type.name
    required = [key for key, field in resource.object(place).items() if not field.optional]
    known = {key: facts.enums.get(f"{name}.{key}", ()) for key in required}
    return dict.fromkeys(required, "NONE") if all("NONE" in each for each in known.values()) else {}


def _modest(allowed: tuple[str, ...]) -> str:
    return next((each for each in _MODEST if each in allowed), allowed[0] if allowed else "")


def _text(resource: ResourceType, name: str, call: Asked) -> str:
    """A string output."""
    is_input, is_filled = name in resource.inputs, name in resource.computed
    if is_input and not is_filled:
        return ""
    own = _own_part(resource, name, call)
    if own:
        return own
    if name == "compartmentId":
        return compartment_of(call)
    domain = _of_domain(name, call)
    if domain:
        return domain
    if name.endswith("Id") or name in _INHERITED:
        return _inherited(name, call) or _id(name, is_input, call)
    if name.endswith("Name") and (parent := _named(name, call)):
        return parent
    if _ADDRESS.fullmatch(name) or name in _PUBLIC:
        return _address(name, call)
    facts = bridge_of(resource.token).facts
    allowed = facts.enums.get(name) or facts.service_enums.get(name)
    if is_input and allowed and name != "state":
        return _modest(allowed)
    plain = plain_text(name, call.type, call.id, call.cloud, is_input=is_input)
    return plain or ""


def plain_text(name: str, type: str, id: str, cloud: Cloud, *, is_input: bool = False) -> str:
    """A plain value for a string of a resource; empty where the name says nothing. Inputs that a program
    leaves out get no invented one."""
    if name in _NOW:
        return now()
    if name in ("state", "lifecycleState"):
        return _STATES_OF.get(type) or _STATES.get(type.split(":")[1].partition("/")[0], "ACTIVE")
    if name == "displayName":
        return f"{type_of(type)}{datetime.now(UTC):%Y%m%d%H%M%S}"
    if name == "namespace":
        return namespace_of(cloud)
    if name == "region":
        return cloud.region
    if name == "availabilityDomain":
        return f"SbOx:{regions.key_of(cloud.region)}-AD-1"
    if name == "createdBy":
        return f"ocid1.user.oc1..aaaaaaaa{cloud.store.mark}{'a' * 44}"
    if name in _USUAL:
        return _USUAL[name]
    if is_input:
        return ""
    if _NUMBERS.fullmatch(name):
        return "0"
    return _made_up(name, type, id, cloud)


def _made_up(name: str, type: str, id: str, cloud: Cloud) -> str:
    digest = hashlib.sha256(f"{id} {name}".encode()).hexdigest()
    if _SECRET.fullmatch(name):
        return digest[:40]
    if type == "oci:Identity/domain:Domain" and name in ("homeRegionUrl", "url"):
        return f"https://idcs-{hashlib.sha256(id.encode()).hexdigest()[:32]}.identity.oraclecloud.com:443"
    kind = _MADE_UP(name)
    host = f"{digest[:12]}.{type_of(type)}.{cloud.region}.oci.oraclecloud.com"
    by_kind = {"address": f"https://{host}", "host": host, "mark": digest[:32], "number": "1"}
    return by_kind[kind.lastgroup or "mark"] if kind else ""


def now() -> str:
    """The time as the Terraform provider for OCI prints it."""
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3] + " +0000 UTC"


def _own_part(resource: ResourceType, name: str, call: Asked) -> str:
    """What a composed id says of the resource itself: its last part, where an output is called so."""
    if "/" not in call.id:
        return ""
    called = resource.import_id.rpartition("{")[2].rstrip("}")
    is_own = name == called or (name == "name" and called.endswith("Name"))
    return decoded(call.id.rpartition("/")[2]) if is_own else ""


def _inherited(name: str, call: Asked) -> str:
    """The same of a resource that the inputs name: a backup is in its volume's availability domain."""
    for parent in call.parents:
        found = parent.outputs.get(name)
        if isinstance(found, str) and found:
            return found
    return ""


def _named(name: str, call: Asked) -> str:
    """The name of the resource whose id is an input: `projectName` beside `projectId`."""
    wanted = call.inputs.get(f"{name.removesuffix('Name')}Id")
    record = next((each for each in call.parents if each.id == wanted), None)
    if record is None:
        return ""
    return str(record.outputs.get("name") or record.outputs.get("displayName") or "")


def _id(name: str, is_input: bool, call: Asked) -> str:
    if name in ("tenancyId", "tenantId"):
        return call.cloud.tenancy
    if not name.endswith("Id"):
        return plain_text(name, call.type, call.id, call.cloud, is_input=is_input)
    return "" if is_input else call.cloud.mint(re.sub(r"^default(?=[A-Z])", "", name)[: -len("Id")].lower())


def _of_domain(name: str, call: Asked) -> str:
    """What every object of an identity domain says of itself, its domain and the tenancy."""
    endpoint = call.inputs.get("idcsEndpoint")
    if not isinstance(endpoint, str):
        return ""
    if name == "ocid":
        return call.cloud.mint(type_of(call.type))
    if name == "tenancyOcid":
        return call.cloud.tenancy
    if name not in ("compartmentOcid", "domainOcid"):
        return ""
    wanted = endpoint.rstrip("/").removesuffix(":443")
    domains = call.cloud.list("oci:Identity/domain:Domain")
    domain = next((each for each in domains if str(each.outputs.get("url", "")).startswith(wanted)), None)
    if name == "compartmentOcid":
        return str(domain.outputs["compartmentId"]) if domain else call.cloud.tenancy
    unique = hashlib.sha256(wanted.encode()).hexdigest()[:44]
    return domain.id if domain else f"ocid1.domain.oc1..aaaaaaaa{unique}"


def _scim_meta(call: Asked) -> dict[str, Any]:
    """When an object of an identity domain was made, and where it is."""
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
    kind = call.type.rpartition(":")[2].removeprefix("Domains")
    place = f"{str(call.inputs.get('idcsEndpoint') or '').rstrip('/')}/admin/v1/{kind}s/{call.id}"
    return {"created": at, "lastModified": at, "location": place, "resourceType": kind, "version": "1"}


def _listed_address(resource: ResourceType, type: Type, call: Asked) -> Any:
    is_public = _is_public(call)
    address = addresses.public(call) if is_public else _private(call)
    if type.kind != "object":
        return address
    known = {"ipAddress": address, "isPublic": is_public, "ipVersion": "IPV4"}
    fields = resource.sdk.nested(resource.module, type.name, "outputs.py")
    return {name: known[name] for name in fields if name in known}


def _address(name: str, call: Asked) -> str:
    if name in _PUBLIC or call.type == "oci:Core/publicIp:PublicIp":
        details = call.inputs.get("createVnicDetails") or {}
        is_wanted = str(details.get("assignPublicIp", "true")).lower() == "true" and _is_public(call)
        return addresses.public(call) if name != "publicIp" or is_wanted else ""
    if name.endswith("RouterIp"):
        network = addresses.network_of(call.inputs)
        return str(network[1]) if network is not None and name == "virtualRouterIp" else ""
    return _private(call)


def _is_public(call: Asked) -> bool:
    """Whether what is created is reached from outside."""
    if call.inputs.get("isPrivate") or call.inputs.get("endpointType") == "PRIVATE":
        return False
    subnet = _subnet(call)
    return subnet is None or not subnet.outputs.get("prohibitPublicIpOnVnic")


def _subnet(call: Asked) -> Record | None:
    """The subnet that the inputs name."""
    for holder in (call.inputs, call.inputs.get("createVnicDetails") or {}):
        for id in (holder.get("subnetId"), *(holder.get("subnetIds") or ())):
            record = call.store.get(str(id))
            if record is not None:
                return record
    return next((each for each in call.parents if each.type == "oci:Core/subnet:Subnet"), None)


def _private(call: Asked) -> str:
    """An address in the subnet."""
    return addresses.private(call, _subnet(call))


def compartment_of(call: Asked) -> str:
    """The compartment of a resource that doesn't name one: its parent's, else the tenancy."""
    return _inherited("compartmentId", call) or call.cloud.tenancy
