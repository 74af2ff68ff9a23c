"""OCI's regions: their names, their keys, and how OCIDs spell them."""

from __future__ import annotations

DEFAULT = "us-ashburn-1"

# Region -> its three-letter key, for the regions whose key Oracle's "Regions and Availability Domains" page
# lists.
KEYS = {
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


def key_of(region: str) -> str:
    """The three-letter key of a region; made up of its first letters for one the table does not know."""
    return KEYS.get(region, region[:3].upper())


def by_key(part: str) -> str:
    """The region a name or a key in any case stands for; empty for one the table does not know."""
    if part in KEYS:
        return part
    return next((region for region, key in KEYS.items() if key.lower() == part.lower()), "")


def in_ocid(region: str) -> str:
    """How an OCID spells a region: `iad` and `phx` for the two oldest, the name for all others."""
    return _SHORT.get(region, region)


def named(part: str) -> str:
    """The region's name for how an OCID spells it."""
    return _LONG.get(part, part)
