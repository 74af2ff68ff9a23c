"""Checks the readings of one production line, whose name and limit are in its environment."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any

import oci
from fdk import response
from fdk.context import InvokeContext


def handler(ctx: InvokeContext, data: io.BytesIO | None = None) -> response.Response:
    """Called once for each object with readings of the line: `{"vibration": [numbers]}`."""
    event = json.loads(data.getvalue() if data else b"{}")["data"]
    place = event["additionalDetails"]
    signer = oci.auth.signers.get_resource_principals_signer()
    storage = oci.object_storage.ObjectStorageClient(config={}, signer=signer)
    found = storage.get_object(place["namespace"], place["bucketName"], event["resourceName"]).data.json()
    told = checked(found["vibration"], ctx.Config())
    return response.Response(ctx, json.dumps(told), headers={"Content-Type": "application/json"})


def checked(readings: list[float], given: Mapping[str, str]) -> dict[str, Any]:
    """Whether any reading is above the line's limit."""
    highest = max(readings, default=0.0)
    return {"line": given["LINE"], "highest": highest, "alarm": highest > float(given["LIMIT"])}
