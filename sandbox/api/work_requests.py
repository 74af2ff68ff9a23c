"""Work requests: what OCI does in the background, and the sandbox has done before it answers.

An operation answers `opc-work-request-id`; the waiters of SDK, CLI and Terraform then ask for it until it is
finished.
"""

from __future__ import annotations

import json
from typing import Any

from sandbox.api.asked import MISSING
from sandbox.api.representation import of_seconds
from sandbox.api.request import ApiRequest
from sandbox.cloud.errors import NotFound
from sandbox.cloud.store import Store

_TABLE = """
CREATE TABLE IF NOT EXISTS work_requests (
    id TEXT PRIMARY KEY, compartment TEXT NOT NULL, shown TEXT NOT NULL
) WITHOUT ROWID
"""


def finished(
    store: Store,
    id: str,
    operation: str,
    compartment: str,
    now: float,
    *,
    status: str = "SUCCEEDED",
    resources: tuple[tuple[str, str, str], ...] = (),
) -> str:
    """Note one that is done; its id. `resources`: entity type, action, id of what it was about."""
    time = of_seconds(now)
    value: dict[str, Any] = {
        "id": id,
        "operationType": operation,
        "status": status,
        "compartmentId": compartment,
        "percentComplete": 100.0,
        "timeAccepted": time,
        "timeStarted": time,
        "timeFinished": time,
        "resources": [
            {"entityType": entity, "actionType": action, "identifier": identifier}
            for entity, action, identifier in resources
        ],
    }
    store.define(_TABLE)
    store.execute("INSERT INTO work_requests VALUES (?, ?, ?)", (id, compartment, json.dumps(value)))
    return id


def asked(request: ApiRequest, kind: str = "") -> dict[str, Any]:
    """The one in the path, if its OCID is of that kind. Raises `NotFound`."""
    id = request.path["workRequestId"]
    store = request.cloud.store
    store.define(_TABLE)
    rows = store.select("SELECT shown FROM work_requests WHERE id = ?", (id,))
    if not rows or (kind and not id.startswith(f"ocid1.{kind}.")):
        raise NotFound(MISSING)
    value: dict[str, Any] = json.loads(rows[0][0])
    return value
