"""Makes an incident of an alarm: one object in a bucket for each time it fires, and a message to a topic."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any

import oci
from fdk import response
from fdk.context import InvokeContext


def handler(ctx: InvokeContext, data: io.BytesIO | None = None) -> response.Response:
    """Called once for each message of the alarm; what is raised is a 502, after which it comes again."""
    told = respond(json.loads(data.getvalue() if data else b"{}"), ctx.Config())
    return response.Response(ctx, json.dumps(told), headers={"Content-Type": "application/json"})


def respond(message: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, Any]:
    """Open an incident for an alarm that begins to fire; take note of anything else.

    A message may come twice, and the process may end between the two steps: so the incident is created once,
    and told of each time.
    """
    if message.get("type") != "OK_TO_FIRING":
        return {"status": "noted", "type": message.get("type")}
    name = f"incidents/{message['dedupeKey']}-{message['timestampEpochMillis']}.json"
    incident = {
        "title": message["title"],
        "severity": message["severity"],
        "says": message.get("body"),
        "metrics": [
            {"query": each.get("query"), "of": each.get("dimensions")}
            for each in message.get("alarmMetaData", [])
        ],
    }
    client = {"config": {}, "signer": oci.auth.signers.get_resource_principals_signer()}
    status = opened(name, incident, client, given)
    oci.ons.NotificationDataPlaneClient(**client).publish_message(
        given["CONNECTION_ALERTS_TOPIC_ID"],
        oci.ons.models.MessageDetails(
            title=f"{incident['severity']}: {incident['title']}"[:100],
            body=json.dumps({"incident": name, **incident}),
        ),
    )
    return {"status": status, "incident": name}


def opened(
    name: str, incident: Mapping[str, Any], client: Mapping[str, Any], given: Mapping[str, str]
) -> str:
    """Whether this is the first time: Object Storage creates an object of a name once."""
    place = (given["CONNECTION_INCIDENTS_NAMESPACE"], given["CONNECTION_INCIDENTS_BUCKET"])
    storage = oci.object_storage.ObjectStorageClient(**client)
    try:
        storage.put_object(*place, name, json.dumps(incident), if_none_match="*")
    except oci.exceptions.ServiceError as error:
        if error.status != 412:
            raise
        return "known"
    return "opened"
