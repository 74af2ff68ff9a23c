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

DEFAULT_REGION = "us-ashburn-1"

# Region -> its three-letter key, for the regions whose key Oracle's "Regions and Availability Domains" page
# lists.
REGION_KEYS = {
    "af-johannesburg-1": "JNB",
    "ap-chuncheon-1": "YNY",
    "ap-hyderabad-1": "HYD",
    "ap-melbourne-1": "MEL",
    "ap-mumbai-1": "BOM",
    "ap-osaka-1": "KIX",
    "ap-seoul-1": "ICN",
    "ap-singapore-1": "SIN",
    "ap-sydney-1": "SYD",
    "ap-tokyo-1": "NRT",
    "ca-montreal-1": "YUL",
    "ca-toronto-1": "YYZ",
    "eu-amsterdam-1": "AMS",
    "eu-frankfurt-1": "FRA",
    "eu-madrid-1": "MAD",
    "eu-marseille-1": "MRS",
    "eu-milan-1": "LIN",
    "eu-paris-1": "CDG",
    "eu-stockholm-1": "ARN",
    "eu-zurich-1": "ZRH",
    "il-jerusalem-1": "MTZ",
    "me-abudhabi-1": "AUH",
    "me-dubai-1": "DXB",
    "me-jeddah-1": "JED",
    "mx-monterrey-1": "MTY",
    "mx-queretaro-1": "QRO",
    "sa-bogota-1": "BOG",
    "sa-santiago-1": "SCL",
    "sa-saopaulo-1": "GRU",
    "sa-vinhedo-1": "VCP",
    "uk-cardiff-1": "CWL",
    "uk-london-1": "LHR",
    "us-ashburn-1": "IAD",
    "us-chicago-1": "ORD",
    "us-phoenix-1": "PHX",
    "us-sanjose-1": "SJC",
}
_SHORT = {"us-ashburn-1": "iad", "us-phoenix-1": "phx"}
_LONG = {short: region for region, short in _SHORT.items()}

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
    return Ocid(kind, realm, _LONG.get(region, region), unique)


def type_of(token: str) -> str:
    """The OCID type of a resource type: `fnfunc` for `oci:Functions/function:Function`; guessed from the
    class name where the table of `oci_iam` has no row."""
    return OCID_TYPES.get(token) or token.rpartition(":")[2].lower()


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
    place = "" if kind in GLOBAL_OCID_TYPES else _SHORT.get(region, region)
    random = base64.b32encode(secrets.token_bytes(28)).decode().lower().rstrip("=")[:44]
    return f"ocid1.{kind}.oc1.{place}.aaaaaaaa{mark}{random}"


def is_minted(ocid: Ocid, mark: str) -> bool:
    """Whether a store with this mark made it, whether or not it still exists."""
    return len(ocid.unique) == 60 and ocid.unique.startswith(f"aaaaaaaa{mark}")


def is_global(kind: str) -> bool:
    """Whether resources with this OCID type belong to no region."""
    return kind in GLOBAL_OCID_TYPES
