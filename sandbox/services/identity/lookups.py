"""Data sources of IAM."""

# ruff: noqa: ARG001 every rule and lookup has the same parameters, used or not
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.cloud import identities, regions
from sandbox.cloud.call import Cloud
from sandbox.cloud.errors import MissingParameter, NotFound
from sandbox.cloud.listing import Lookup, filtered, listing, offered, shown
from sandbox.services.identity import COMPARTMENT, DOMAIN, domains

_compartments = listing("compartments", COMPARTMENT)


def all_regions(cloud: Cloud, args: dict[str, Any]) -> dict[str, Any]:
    """All regions there are."""
    known = [{"key": key, "name": name} for name, key in regions.KEYS.items()]
    return {**args, "id": "regions", "regions": filtered(known, args)}


def region_subscriptions(cloud: Cloud, args: dict[str, Any]) -> dict[str, Any]:
    """The tenancy is subscribed to its home region and to the one the provider is configured for."""
    home = home_region(cloud, str(args.get("tenancyId") or cloud.tenancy))
    known = [
        {
            "isHomeRegion": name == home,
            "regionKey": regions.key_of(name),
            "regionName": name,
            "state": "READY",
        }
        for name in dict.fromkeys((home, cloud.region))
    ]
    return {**args, "id": "region-subscriptions", "regionSubscriptions": filtered(known, args)}


def tenancy(cloud: Cloud, args: dict[str, Any]) -> dict[str, Any]:
    """The tenancy, whichever OCID it is asked by."""
    id = _required(args, "tenancyId")
    home = home_region(cloud, id)
    return {
        "tenancyId": id,
        "id": id,
        "name": "sandbox",
        "description": "the sandbox's tenancy",
        "homeRegionKey": regions.key_of(home),
        "definedTags": {},
        "freeformTags": {},
        "upiIdcsCompatibilityLayerEndpoint": "",
    }


def home_region(cloud: Cloud, tenancy: str) -> str:
    """The tenancy's home region. Where nothing says so it is the first region anybody asks from, from then
    on; nobody is held to what was only guessed."""
    if cloud.home_region is not None:
        return cloud.home_region
    key = f"guessed-home-region|{tenancy}"
    known = cloud.store.setting(key)
    if known is None:
        known = cloud.region
        cloud.store.set_setting(key, known)
    return known


def compartment(cloud: Cloud, args: dict[str, Any]) -> dict[str, Any]:
    """A compartment; the root is the tenancy, and a foreign one is taken as existing right below it."""
    id = _required(args, "id")
    record = cloud.store.get(id)
    if record is not None and record.type == COMPARTMENT:
        return shown(record)
    ocid = identities.read(id)
    known = ocid is not None and ocid.type in ("compartment", "tenancy")
    if id != cloud.tenancy and (ocid is None or not known or identities.is_minted(ocid, cloud.store.mark)):
        raise NotFound(f"compartment {id} not found")
    root = ocid is not None and ocid.type == "tenancy"
    return {
        "id": id,
        "compartmentId": "" if root else cloud.tenancy,
        "name": "sandbox" if root else f"compartment-{id[-8:]}",
        "description": "taken as existing by the sandbox",
        "state": "ACTIVE",
        "isAccessible": True,
        "inactiveState": "0",
        "definedTags": {},
        "freeformTags": {},
        "timeCreated": "2020-01-01 00:00:00 +0000 UTC",
    }


def availability_domains(cloud: Cloud, args: dict[str, Any]) -> dict[str, Any]:
    """Three availability domains."""
    parent = _required(args, "compartmentId")
    name = regions.key_of(cloud.region)
    known = [
        {
            "compartmentId": parent,
            "id": f"ocid1.availabilitydomain.oc1..aaaaaaaa{cloud.store.mark}ad{number}",
            "name": f"SbOx:{name}-AD-{number}",
        }
        for number in (1, 2, 3)
    ]
    return {**args, "id": "availability-domains", "availabilityDomains": filtered(known, args)}


def availability_domain(cloud: Cloud, args: dict[str, Any]) -> dict[str, Any]:
    """One of them, by its number (the first where none is given) or by its OCID."""
    known = availability_domains(cloud, {"compartmentId": args.get("compartmentId")})["availabilityDomains"]
    number = int(args.get("adNumber") or 1)
    found = next((each for each in known if each["id"] == args.get("id")), None)
    if found is None and (args.get("id") or not 0 < number <= len(known)):
        raise NotFound(f"availability domain {args.get('id') or number} not found")
    found = found or known[number - 1]
    return {**args, **found, "adNumber": int(found["name"][-1])}


def all_domains(cloud: Cloud, args: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The identity domains of a compartment; the default one is in the root."""
    known = [domains.default(cloud), *map(shown, cloud.list(DOMAIN))]
    return (each for each in known if each.get("compartmentId") == args.get("compartmentId"))


def domain(cloud: Cloud, args: dict[str, Any]) -> dict[str, Any]:
    """One of the store, the default one, or a foreign one, whose address is made of its OCID."""
    id = _required(args, "domainId")
    record = cloud.existing(id, DOMAIN, "domain")
    default = domains.default(cloud)
    if record is not None or id == default["id"]:
        return {**args, **(shown(record) if record else default)}
    url = domains.made_up_url(id)
    return {**args, **default, "id": id, "displayName": f"domain-{id[-8:]}", "url": url, "homeRegionUrl": url}


def fault_domains(cloud: Cloud, args: dict[str, Any]) -> dict[str, Any]:
    """Three fault domains in every availability domain."""
    known = [
        {
            "availabilityDomain": _required(args, "availabilityDomain"),
            "compartmentId": _required(args, "compartmentId"),
            "id": f"ocid1.faultdomain.oc1..aaaaaaaa{cloud.store.mark}fd{number}",
            "name": f"FAULT-DOMAIN-{number}",
        }
        for number in (1, 2, 3)
    ]
    return {**args, "id": "fault-domains", "faultDomains": filtered(known, args)}


def _required(args: dict[str, Any], name: str) -> str:
    value = args.get(name)
    if not value:
        raise MissingParameter(f"{name} is required")
    return str(value)


LOOKUPS: dict[str, Lookup] = {
    "oci:Identity/getAvailabilityDomain:getAvailabilityDomain": availability_domain,
    "oci:Identity/getAvailabilityDomains:getAvailabilityDomains": availability_domains,
    "oci:Identity/getCompartment:getCompartment": compartment,
    "oci:Identity/getCompartments:getCompartments": _compartments,
    "oci:Identity/getDomain:getDomain": domain,
    "oci:Identity/getDomains:getDomains": offered(
        "domains",
        all_domains,
        *("displayName", "homeRegionUrl", "isHiddenOnLogin", "licenseType", "state", "type", "url"),
    ),
    "oci:Identity/getFaultDomains:getFaultDomains": fault_domains,
    "oci:Identity/getRegionSubscriptions:getRegionSubscriptions": region_subscriptions,
    "oci:Identity/getRegions:getRegions": all_regions,
    "oci:Identity/getTenancy:getTenancy": tenancy,
}
