"""Work requests: what Object Storage does in the background, done here before it is answered."""

from __future__ import annotations

import json
import time
from typing import Any

from sandbox.api.operation import Target
from sandbox.api.representation import of_seconds
from sandbox.api.request import ApiRequest
from sandbox.api.response import ApiResponse, as_json
from sandbox.cloud.errors import NotFound
from sandbox.cloud.store import Record, Store

_TABLES = """
CREATE TABLE IF NOT EXISTS work_requests (
    id TEXT PRIMARY KEY, compartment TEXT NOT NULL, shown TEXT NOT NULL
) WITHOUT ROWID
"""


def finished(store: Store, kind: str, bucket: Record, id: str) -> str:
    """Note a work request that is done; its id."""
    now, outputs = of_seconds(time.time()), bucket.outputs
    value: dict[str, Any] = {
        "id": id,
        "operationType": kind,
        "status": "COMPLETED",
        "compartmentId": outputs.get("compartmentId"),
        "percentComplete": 100.0,
        "timeAccepted": now,
        "timeStarted": now,
        "timeFinished": now,
        "resources": [],
    }
    store.define(_TABLES)
    store.execute(
        "INSERT INTO work_requests VALUES (?, ?, ?)",
        (id, str(outputs.get("compartmentId")), json.dumps(value)),
    )
    return id


def work_request_target(request: ApiRequest) -> Target:
    """The compartment of the bucket that was written."""
    return Target(_row(request)[0])


def get_work_request(request: ApiRequest) -> ApiResponse:
    """One work request."""
    return as_json(_row(request)[1])


def _row(request: ApiRequest) -> tuple[str, Any]:
    store = request.cloud.store
    store.define(_TABLES)
    rows = store.select(
        "SELECT compartment, shown FROM work_requests WHERE id = ?", (request.path["workRequestId"],)
    )
    if not rows:
        raise NotFound("Authorization failed or requested resource not found.")
    return str(rows[0][0]), json.loads(rows[0][1])
