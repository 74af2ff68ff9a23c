"""What Object Storage tells Events of an object: owed in the transaction that changes the object.

Only buckets with object events on emit; the envelope is that of a captured event. Does not know which rules
there are.
"""

from __future__ import annotations

import json
import uuid
from typing import Any, Literal

from sandbox.api.representation import of_seconds
from sandbox.cloud import clock
from sandbox.cloud.deliveries import Outbox
from sandbox.cloud.store import Record, Store
from sandbox.services.identity import COMPARTMENT
from sandbox.services.objectstorage import BUCKET

Change = Literal["createobject", "updateobject", "deleteobject"]


def emit(store: Store, bucket_id: str, change: Change, name: str, etag: str) -> None:
    """Owe the event of one object to Events, if its bucket says so."""
    bucket = store.get(bucket_id)
    if bucket is None or bucket.type != BUCKET or bucket.outputs.get("objectEventsEnabled") is not True:
        return
    now = clock.now(store)
    event = _event(store, bucket, change, name, etag, now)
    Outbox(store).record(
        source=("bucket", bucket.id),
        destination=("events", str(event["eventType"])),
        payload=json.dumps(event).encode(),
        content_type="application/json",
        now=now,
    )


def _event(store: Store, bucket: Record, change: Change, name: str, etag: str, now: float) -> dict[str, Any]:
    outputs = bucket.outputs
    compartment_id = str(outputs.get("compartmentId"))
    compartment = store.get(compartment_id)
    is_known = compartment is not None and compartment.type == COMPARTMENT
    namespace, bucket_name = outputs.get("namespace"), outputs.get("name")
    return {
        "eventType": f"com.oraclecloud.objectstorage.{change}",
        "cloudEventsVersion": "0.1",
        "eventTypeVersion": "2.0",
        "source": "ObjectStorage",
        "eventTime": of_seconds(now),
        "contentType": "application/json",
        "data": {
            "compartmentId": compartment_id,
            "compartmentName": str(compartment.outputs.get("name")) if compartment and is_known else "root",
            "resourceName": name,
            "resourceId": f"/n/{namespace}/b/{bucket_name}/o/{name}",
            "availabilityDomain": "AD1",
            "additionalDetails": {
                "bucketName": bucket_name,
                "archivalState": "Available",
                "namespace": namespace,
                "bucketId": outputs.get("bucketId"),
                "eTag": etag,
            },
        },
        "eventID": str(uuid.uuid4()),
        "extensions": {"compartmentId": compartment_id},
    }
