"""OCIDs: what they look like, which type fits which property, and new ones.

`ocid1.<type>.oc1.<region>.<60 characters>`; resources that are one and the same in all regions (groups,
policies, compartments ...) leave the region empty. Ashburn and Phoenix are written `iad` and `phx`, every
other region by its name. Does not know which OCIDs exist: that is the store.
"""

from __future__ import annotations

import base64
import re
import secrets
from dataclasses import dataclass

from oci_iam.resource_tokens import GLOBAL_OCID_TYPES, OCID_TYPES
from sandbox.cloud import regions

# Property -> the types of OCID that fit it. Only where there is no doubt; an unlisted property takes any.
_FITTING = {
    "applicationId": frozenset({"fnapp"}),
    "compartmentId": frozenset({"compartment", "tenancy"}),
    "compartmentOcid": frozenset({"compartment", "tenancy"}),
    "functionId": frozenset({"fnfunc"}),
    "groupId": frozenset({"group"}),
    "kmsKeyId": frozenset({"key"}),
    "logGroupId": frozenset({"loggroup"}),
    "metricCompartmentId": frozenset({"compartment", "tenancy"}),
    "networkSecurityGroupId": frozenset({"networksecuritygroup"}),
    "networkSecurityGroupIds": frozenset({"networksecuritygroup"}),
    "nsgIds": frozenset({"networksecuritygroup"}),
    "subnetId": frozenset({"subnet"}),
    "subnetIds": frozenset({"subnet"}),
    "tenancyId": frozenset({"tenancy"}),
    "tenancyOcid": frozenset({"tenancy"}),
    "topicId": frozenset({"onstopic"}),
    "userId": frozenset({"user"}),
    "vcnId": frozenset({"vcn"}),
    "waasPolicyId": frozenset({"waaspolicy"}),
    "webAppFirewallPolicyId": frozenset({"webappfirewallpolicy"}),
}
# Where the same property name means something else.
_FITTING_IN = {
    ("ApiGateway", "gatewayId"): frozenset({"apigateway"}),
    ("Events", "streamId"): frozenset({"stream"}),
    ("Functions", "streamId"): frozenset({"stream"}),
    ("Functions", "queueId"): frozenset({"queue"}),
    ("Streaming", "streamPoolId"): frozenset({"streampool"}),
    ("Waf", "loadBalancerId"): frozenset({"loadbalancer"}),
}
# Services that use one of the names above for something of their own.
_OTHER_MEANING = {
    "applicationId": frozenset({"Functions", "Events"}),
    "functionId": frozenset({"Functions", "Events", "ApiGateway", "Sch"}),
    "groupId": frozenset({"Identity"}),
    "userId": frozenset({"Identity"}),
    "topicId": frozenset({"Ons", "Events", "Functions", "Sch"}),
}

KNOWN_TYPES = frozenset({*OCID_TYPES.values(), "tenancy"})
"""The OCID types that the table of `oci_iam` has."""

_SHAPE = re.compile(r"ocid1\.([a-z0-9_-]+)\.([a-z0-9-]+)\.([a-z0-9-]*)\.([A-Za-z0-9._-]+)", re.ASCII)


@dataclass(frozen=True)
class Ocid:
    """The parts of one OCID; `region` is empty for what is the same everywhere."""

    type: str
    realm: str
    region: str
    unique: str


def read(text: str) -> Ocid | None:
    """The parts of an OCID, or None if it isn't one."""
    found = _SHAPE.fullmatch(text)
    if found is None or len(text) > 255:
        return None
    kind, realm, region, unique = found.groups()
    return Ocid(kind, realm, regions.named(region), unique)


def type_of(token: str) -> str:
    """The OCID type of a resource type: `fnfunc` for `oci:Functions/function:Function`; guessed from the
    class name where the table of `oci_iam` has no row. Objects of identity domains are called `domain…`."""
    return OCID_TYPES.get(token) or token.rpartition(":")[2].lower().replace("domains", "domain", 1)


def is_global(token: str) -> bool:
    """Whether resources of a type are the same in every region, as all of IAM's are."""
    return token.startswith("oci:Identity/") or type_of(token) in GLOBAL_OCID_TYPES


def fitting(token: str, name: str) -> frozenset[str]:
    """The OCID types a property takes; empty: any."""
    service = token.split(":")[1].partition("/")[0] if token.count(":") == 2 else ""
    special = _FITTING_IN.get((service, name))
    if special is not None:
        return special
    if name in _OTHER_MEANING and service not in _OTHER_MEANING[name]:
        return frozenset()
    return _FITTING.get(name, frozenset())


def mint(kind: str, region: str, mark: str) -> str:
    """A new OCID of a type. `mark` tells the ones of this store."""
    place = "" if kind in GLOBAL_OCID_TYPES else regions.in_ocid(region)
    random = base64.b32encode(secrets.token_bytes(28)).decode().lower().rstrip("=")[:44]
    return f"ocid1.{kind}.oc1.{place}.aaaaaaaa{mark}{random}"


def beside(id: str, kind: str, number: int = 0) -> str:
    """The OCID of something that is made with a resource, and always the same for it; of several the number
    says which."""
    if read(id) is None:
        return id
    parts = id.split(".")
    digits = str(number or "")
    unique = f"{parts[-1][: len(parts[-1]) - len(digits)]}{digits}"
    return ".".join((parts[0], kind, *parts[2:-1], unique))


def is_minted(ocid: Ocid, mark: str) -> bool:
    """Whether a store with this mark made it, whether or not it still exists."""
    return len(ocid.unique) == 60 and ocid.unique.startswith(f"aaaaaaaa{mark}")
