"""REST operations on pre-authenticated requests, and the use of their addresses.

Every use that is not allowed gets one answer, whatever was wrong with it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sandbox.api.paging import page
from sandbox.api.representation import of_seconds
from sandbox.api.request import ApiRequest
from sandbox.api.response import ApiResponse, as_json, nothing
from sandbox.cloud.errors import NotFound, ServiceError
from sandbox.services.objectstorage import preauthenticated
from sandbox.services.objectstorage.bucket_operations import bucket_named
from sandbox.services.objectstorage.object_operations import get_object, head_object, list_objects, put_object
from sandbox.services.objectstorage.preauthenticated import Preauthenticated

_MISSING = "Authorization failed or requested resource not found."


def create_request(request: ApiRequest) -> ApiResponse:
    """A new one; its address is in this answer and in no other."""
    made, secret = preauthenticated.described(request.json()), preauthenticated.new_secret()
    preauthenticated.keep(request.cloud.store, bucket_named(request).id, secret, made)
    address = made.address(secret, request.path["namespaceName"], request.path["bucketName"])
    return as_json({**_shown(made), "accessUri": address, "fullPath": f"https://{request.host}{address}"})


def list_requests(request: ApiRequest) -> ApiResponse:
    """Those of a bucket."""
    prefix = request.argument("objectNamePrefix") or ""
    found = [one for one in _all(request) if one.object.startswith(prefix)]
    items, headers = page(request, found, lambda one: one.id)
    return as_json([_shown(one) for one in items], headers)


def get_request(request: ApiRequest) -> ApiResponse:
    """One of them."""
    return as_json(_shown(_named(request)))


def delete_request(request: ApiRequest) -> ApiResponse:
    """Its address is of no use any more."""
    preauthenticated.forget(request.cloud.store, _named(request).id)
    return nothing()


def using(wish: str, handler: Callable[[ApiRequest], ApiResponse]) -> Callable[[ApiRequest], ApiResponse]:
    """A handler that answers whoever has the address, as far as that goes."""

    def used(request: ApiRequest) -> ApiResponse:
        if not any(one.allows(wish, request.path["objectName"]) for one in _by_address(request)):
            raise NotFound(_MISSING)
        return handler(request)

    return used


read, look, write = using("Read", get_object), using("Read", head_object), using("Write", put_object)


def list_by_address(request: ApiRequest) -> ApiResponse:
    """The objects that an address reaches, where it may list them; never beyond its prefix."""
    asked = request.argument("prefix") or ""
    for one in _by_address(request):
        if one.listing == "ListObjects" and one.allows("Read", asked):
            return list_objects(request)
    raise NotFound(_MISSING)


def _by_address(request: ApiRequest) -> Sequence[Preauthenticated]:
    """Those with the secret of the address, in its bucket; one at most."""
    try:
        bucket = bucket_named(request).id
    except ServiceError:
        raise NotFound(_MISSING) from None
    return preauthenticated.with_secret(request.cloud.store, bucket, request.path["secret"])


def _all(request: ApiRequest) -> list[Preauthenticated]:
    return preauthenticated.of_bucket(request.cloud.store, bucket_named(request).id)


def _named(request: ApiRequest) -> Preauthenticated:
    found = next((one for one in _all(request) if one.id == request.path["parId"]), None)
    if found is None:
        raise NotFound(_MISSING)
    return found


def _shown(one: Preauthenticated) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "objectName": one.object or None,
        "accessType": one.access,
        "bucketListingAction": one.listing,
        "timeExpires": of_seconds(one.expires),
        "timeCreated": of_seconds(one.created),
    }
