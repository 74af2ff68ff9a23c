"""Which state of a resource a request is about: `etag`, `if-match`."""

from __future__ import annotations

import hashlib
import json

from sandbox.api.request import ApiRequest
from sandbox.cloud.errors import NoEtagMatch
from sandbox.cloud.store import Record


def etag_of(record: Record) -> str:
    """Another one after every change of the resource."""
    text = json.dumps([record.id, record.created, record.outputs], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:40]


def expect(request: ApiRequest, record: Record) -> None:
    """Refuse a request whose `if-match` names another state."""
    wanted = request.headers.get("if-match")
    if wanted not in (None, "*", etag_of(record)):
        raise NoEtagMatch(f"the etag is {etag_of(record)}, not {wanted}")
