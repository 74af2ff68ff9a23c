"""Work requests of Object Storage: copies of objects."""

from __future__ import annotations

import time

from sandbox.api import work_requests
from sandbox.api.operation import Target
from sandbox.api.request import ApiRequest
from sandbox.api.response import ApiResponse, as_json
from sandbox.cloud.store import Record, Store


def finished(store: Store, kind: str, bucket: Record, id: str) -> str:
    """Note a work request that is done; its id."""
    compartment = str(bucket.outputs.get("compartmentId"))
    return work_requests.finished(store, id, kind, compartment, time.time(), status="COMPLETED")


def work_request_target(request: ApiRequest) -> Target:
    """The compartment of the bucket that was written."""
    return Target(work_requests.asked(request)["compartmentId"])


def get_work_request(request: ApiRequest) -> ApiResponse:
    """One work request."""
    return as_json(work_requests.asked(request))
