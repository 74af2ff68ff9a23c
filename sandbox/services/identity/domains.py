"""Identity domains: which group is in which.

The store knows every group of a domain it made. A group at the address of a domain that it did not make may
be one of the default domain, which is in every tenancy and in no program.

Source: Oracle's page "Policy Syntax" (a group of another domain than the default one is written with it).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.cloud.call import Cloud
from sandbox.cloud.store import Record, Store
from sandbox.services.identity import DOMAIN, DOMAIN_DYNAMIC_GROUP, DOMAIN_GROUP, DYNAMIC_GROUP, GROUP

# What a statement calls each kind -> the type of IAM itself, and that of an identity domain.
_TYPES: Mapping[str, tuple[str, str]] = {
    "dynamic-group": (DYNAMIC_GROUP, DOMAIN_DYNAMIC_GROUP),
    "group": (GROUP, DOMAIN_GROUP),
}
# Groups that are in every identity domain from the beginning.
_ORACLES = ("administrators", "all domain users", "all_domain_users", "domain_administrators")


def default(cloud: Cloud) -> dict[str, Any]:
    """The domain that every tenancy is made with."""
    url = made_up_url(cloud.tenancy)
    return {
        "id": f"ocid1.domain.oc1..aaaaaaaa{hashlib.sha256(_address(url).encode()).hexdigest()[:44]}",
        "compartmentId": cloud.tenancy,
        "displayName": "Default",
        "description": "Default identity domain",
        "homeRegion": cloud.home_region or cloud.region,
        "homeRegionUrl": url,
        "isHiddenOnLogin": False,
        "licenseType": "free",
        "state": "ACTIVE",
        "timeCreated": "2020-01-01 00:00:00 +0000 UTC",
        "type": "DEFAULT",
        "url": url,
    }


def made_up_url(id: str) -> str:
    """The address of a domain that no program made: always the same."""
    return f"https://idcs-{hashlib.sha256(id.encode()).hexdigest()[:32]}.identity.oraclecloud.com:443"


def is_default(domain: str | None) -> bool:
    """Whether what is written before a group's name is the default domain."""
    return domain is None or domain.casefold() == "default"


def named(store: Store, name: str) -> Record | None:
    """The identity domain of the store with this name, in any case."""
    return next((one for one in store.list(DOMAIN) if _same(one.outputs.get("displayName"), name)), None)


def has(store: Store, domain: Record, kind: str, name: str) -> bool:
    """Whether a domain of the store has a group or dynamic group of this name."""
    if kind == "group" and name.casefold() in _ORACLES:
        return True
    address = _address(domain.outputs.get("url"))
    return any(_address(one.outputs.get("idcsEndpoint")) == address for one in _called(store, kind, name))


def in_default(store: Store, kind: str, name: str) -> bool:
    """Whether the default domain has one, as far as the store knows."""
    if any(_same(one.outputs.get("name"), name) for one in store.list(_TYPES[kind][0])):
        return True
    made = {_address(one.outputs.get("url")) for one in store.list(DOMAIN)}
    return any(_address(one.outputs.get("idcsEndpoint")) not in made for one in _called(store, kind, name))


def holding(store: Store, kind: str, name: str) -> str:
    """The name of a domain of the store that has one; empty where none has."""
    addresses = {_address(one.outputs.get("idcsEndpoint")) for one in _called(store, kind, name)}
    for domain in store.list(DOMAIN):
        if _address(domain.outputs.get("url")) in addresses:
            return str(domain.outputs.get("displayName"))
    return ""


def _called(store: Store, kind: str, name: str) -> Iterator[Record]:
    """The groups of any identity domain with this name."""
    return (one for one in store.list(_TYPES[kind][1]) if _same(one.outputs.get("displayName"), name))


def _same(value: object, name: str) -> bool:
    return str(value).casefold() == name.casefold()


def _address(url: object) -> str:
    return str(url).rstrip("/").removesuffix(":443").casefold()
