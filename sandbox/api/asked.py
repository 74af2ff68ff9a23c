"""Which resource or compartment a request is about, as handlers and IAM need it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.api.operation import Target
from sandbox.api.request import ApiRequest
from sandbox.cloud.errors import InvalidParameter, MissingParameter, NotFound
from sandbox.cloud.store import Record

MISSING = "Authorization failed or requested resource not found."


def named(request: ApiRequest, id: str, type: str) -> Record:
    """The resource of a type with this id, in the region of the request. Raises `NotFound`."""
    record = request.cloud.store.get(id)
    if record is None or record.type != type or not request.cloud.sees(record):
        raise NotFound(MISSING)
    return record


def in_path(field: str, type: str) -> Callable[[ApiRequest], Record]:
    """Finds the resource whose id is a field of the path."""
    return lambda request: named(request, request.path[field], type)


def compartment_asked(request: ApiRequest) -> Target:
    """The compartment that a list is about."""
    return Target(request.required("compartmentId"))


def compartment_in_body(request: ApiRequest) -> Target:
    """The compartment something is to be created in."""
    return Target(text(request.json(), "compartmentId"))


def text(details: dict[str, Any], name: str) -> str:
    """A string that a body must have."""
    value = details.get(name)
    if not isinstance(value, str) or not value:
        raise MissingParameter(f"{name} is required")
    try:
        value.encode()
    except UnicodeEncodeError:  # half of a surrogate pair, which JSON can spell
        raise InvalidParameter(f"{name} is not valid Unicode") from None
    return value
