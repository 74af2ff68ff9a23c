"""REST operations of IAM: what the usual commands read. Nothing is written through this door."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.api.etags import etag_of
from sandbox.api.operation import Operation, RestService, Target
from sandbox.api.paging import page
from sandbox.api.representation import chosen, of_seconds, rfc3339, shown
from sandbox.api.request import ApiRequest
from sandbox.api.response import ApiResponse, as_json
from sandbox.api.tags import nested
from sandbox.cloud import identities, regions
from sandbox.cloud.errors import NotFound
from sandbox.cloud.store import Record
from sandbox.services.identity import COMPARTMENT, DYNAMIC_GROUP, GROUP, MEMBERSHIP, POLICY, USER, lookups

_MISSING = "Authorization failed or requested resource not found."

# What each type shows beside what all do.
_FIELDS = {
    COMPARTMENT: ("name", "description"),
    DYNAMIC_GROUP: ("name", "description", "matchingRule"),
    GROUP: ("name", "description"),
    MEMBERSHIP: ("groupId", "userId"),
    POLICY: ("name", "description", "statements", "versionDate"),
    USER: ("name", "description", "email"),
}
_CAPABILITIES = {
    f"canUse{what}": True
    for what in ("ConsolePassword", "ApiKeys", "AuthTokens", "SmtpCredentials", "CustomerSecretKeys")
}


def _tenancy(request: ApiRequest) -> Target:
    return Target(request.cloud.tenancy)


def _compartment_asked(request: ApiRequest) -> Target:
    return Target(request.required("compartmentId"))


def _compartment_named(request: ApiRequest) -> Target:
    return Target(request.path["compartmentId"])


def _own_user(request: ApiRequest) -> Target | None:
    """A user may look at themselves."""
    return None if request.path["userId"] == request.principal.id else _tenancy(request)


def _show(record: Record) -> dict[str, Any]:
    found = shown(record, *_FIELDS[record.type])
    if record.type == USER:
        found |= {"capabilities": _CAPABILITIES, "isMfaActivated": False}
    return found


def _lister(type: str, *filters: str) -> Callable[[ApiRequest], ApiResponse]:
    def handler(request: ApiRequest) -> ApiResponse:
        wanted = {name: request.argument(name) for name in (*filters, "lifecycleState")}
        found = [item for item in map(_show, request.cloud.list(type)) if chosen(item, wanted)]
        items, headers = page(request, found, lambda item: f"{item.get('name')} {item['id']}")
        return as_json(items, headers)

    return handler


def _getter(type: str, field: str) -> Callable[[ApiRequest], ApiResponse]:
    def handler(request: ApiRequest) -> ApiResponse:
        record = request.cloud.store.get(request.path[field])
        if record is None or record.type != type:
            raise NotFound(_MISSING)
        return as_json(_show(record), {"etag": etag_of(record)})

    return handler


def _list_compartments(request: ApiRequest) -> ApiResponse:
    parent, within = request.required("compartmentId"), request.flag("compartmentIdInSubtree")
    wanted = {name: request.argument(name) for name in ("name", "lifecycleState")}
    found = [
        item
        for item in map(_show, request.cloud.list(COMPARTMENT))
        if chosen(item, wanted) and (within or item["compartmentId"] == parent)
    ]
    items, headers = page(request, found, lambda item: f"{item['name']} {item['id']}")
    return as_json(items, headers)


def _get_compartment(request: ApiRequest) -> ApiResponse:
    found = lookups.compartment(request.cloud, {"id": request.path["compartmentId"]})
    return as_json(
        {
            "id": found["id"],
            "compartmentId": found.get("compartmentId") or None,
            "name": found["name"],
            "description": found.get("description"),
            "lifecycleState": found.get("state") or "ACTIVE",
            "isAccessible": True,
            "timeCreated": rfc3339(found.get("timeCreated")),
            "freeformTags": found.get("freeformTags") or {},
            "definedTags": nested(found.get("definedTags")),
        }
    )


def _get_user(request: ApiRequest) -> ApiResponse:
    id = request.path["userId"]
    record = request.cloud.store.get(id)
    if record is not None and record.type == USER:
        return as_json(_show(record), {"etag": etag_of(record)})
    ocid = identities.read(id)
    if id != request.principal.id or ocid is None:
        raise NotFound(_MISSING)
    return as_json(
        {
            "id": id,
            "compartmentId": request.cloud.tenancy,
            "name": request.principal.name or f"user-{id[-8:]}",
            "description": "taken as existing by the sandbox",
            "lifecycleState": "ACTIVE",
            "timeCreated": "2020-01-01T00:00:00.000Z",
            "capabilities": _CAPABILITIES,
            "isMfaActivated": False,
            "freeformTags": {},
            "definedTags": {},
        }
    )


def _list_api_keys(request: ApiRequest) -> ApiResponse:
    keys = [
        {
            "keyId": key_id,
            "keyValue": pem,
            "fingerprint": key_id.rpartition("/")[2],
            "userId": request.path["userId"],
            "timeCreated": of_seconds(created),
            "lifecycleState": "ACTIVE",
        }
        for key_id, pem, created in request.platform.keys_of(request.path["userId"])
    ]
    return as_json(keys)


def _get_tenancy(request: ApiRequest) -> ApiResponse:
    if request.path["tenancyId"] != request.cloud.tenancy:
        raise NotFound(_MISSING)
    found = lookups.tenancy(request.cloud, {"tenancyId": request.path["tenancyId"]})
    kept = ("id", "name", "description", "homeRegionKey", "freeformTags", "definedTags")
    return as_json({name: found[name] for name in kept})


def _list_regions(request: ApiRequest) -> ApiResponse:  # noqa: ARG001 every handler takes the request
    return as_json([{"key": key, "name": name} for name, key in regions.KEYS.items()])


def _list_region_subscriptions(request: ApiRequest) -> ApiResponse:
    found = lookups.region_subscriptions(request.cloud, {"tenancyId": request.cloud.tenancy})
    return as_json(
        [
            {
                "regionKey": one["regionKey"],
                "regionName": one["regionName"],
                "status": one["state"],
                "isHomeRegion": one["isHomeRegion"],
            }
            for one in found["regionSubscriptions"]
        ]
    )


def _list_availability_domains(request: ApiRequest) -> ApiResponse:
    asked = {"compartmentId": request.required("compartmentId")}
    return as_json(lookups.availability_domains(request.cloud, asked)["availabilityDomains"])


def _list_fault_domains(request: ApiRequest) -> ApiResponse:
    asked = {name: request.required(name) for name in ("compartmentId", "availabilityDomain")}
    return as_json(lookups.fault_domains(request.cloud, asked)["faultDomains"])


OPERATIONS = (
    Operation("ListRegions", "GET", "/regions", _list_regions, target=_tenancy),
    Operation("GetTenancy", "GET", "/tenancies/{tenancyId}", _get_tenancy, target=_tenancy),
    Operation(
        "ListRegionSubscriptions",
        "GET",
        "/tenancies/{tenancyId}/regionSubscriptions",
        _list_region_subscriptions,
        target=_tenancy,
    ),
    Operation("ListCompartments", "GET", "/compartments", _list_compartments, target=_compartment_asked),
    Operation(
        "GetCompartment", "GET", "/compartments/{compartmentId}", _get_compartment, target=_compartment_named
    ),
    Operation(
        "ListAvailabilityDomains",
        "GET",
        "/availabilityDomains",
        _list_availability_domains,
        target=_compartment_asked,
    ),
    Operation("ListFaultDomains", "GET", "/faultDomains", _list_fault_domains, target=_compartment_asked),
    Operation("ListUsers", "GET", "/users", _lister(USER, "name"), target=_tenancy),
    Operation("GetUser", "GET", "/users/{userId}", _get_user, target=_own_user),
    Operation("ListApiKeys", "GET", "/users/{userId}/apiKeys", _list_api_keys, target=_own_user),
    Operation("ListGroups", "GET", "/groups", _lister(GROUP, "name"), target=_tenancy),
    Operation("GetGroup", "GET", "/groups/{groupId}", _getter(GROUP, "groupId"), target=_tenancy),
    Operation(
        "ListUserGroupMemberships",
        "GET",
        "/userGroupMemberships",
        _lister(MEMBERSHIP, "userId", "groupId"),
        target=_tenancy,
    ),
    Operation(
        "GetUserGroupMembership",
        "GET",
        "/userGroupMemberships/{userGroupMembershipId}",
        _getter(MEMBERSHIP, "userGroupMembershipId"),
        target=_tenancy,
    ),
    Operation(
        "ListPolicies",
        "GET",
        "/policies",
        _lister(POLICY, "name", "compartmentId"),
        target=_compartment_asked,
    ),
    Operation("GetPolicy", "GET", "/policies/{policyId}", _getter(POLICY, "policyId"), target=_tenancy),
    Operation("ListDynamicGroups", "GET", "/dynamicGroups", _lister(DYNAMIC_GROUP, "name"), target=_tenancy),
    Operation(
        "GetDynamicGroup",
        "GET",
        "/dynamicGroups/{dynamicGroupId}",
        _getter(DYNAMIC_GROUP, "dynamicGroupId"),
        target=_tenancy,
    ),
)
ENDPOINTS = (RestService("IAM", hosts=("identity",), versions=("20160918",), operations=OPERATIONS),)
