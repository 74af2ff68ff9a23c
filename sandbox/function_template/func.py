"""Answers each event with what it was told of. Put your own work into `answer`."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Mapping
from typing import Any

from fdk import response
from fdk.context import InvokeContext


def handler(ctx: InvokeContext, data: io.BytesIO | None = None) -> response.Response:
    """Called once for each invocation; `ctx.Config()` is the function's environment.

    What it raises is a 502, and OCI may send the event again: raise what another try can mend, and answer the
    rest.
    """
    try:
        told = answer(json.loads(data.getvalue() if data else b""), ctx.Config())
    except (KeyError, TypeError, ValueError) as error:
        told = {"status": "refused", "reason": f"expected an event of OCI: {type(error).__name__}"}
    # What is printed to stderr is in the application's log. Never the event itself: it may hold private data.
    print(json.dumps({"callId": ctx.CallID(), "status": told["status"]}), file=sys.stderr, flush=True)
    return response.Response(
        ctx, response_data=json.dumps(told), headers={"Content-Type": "application/json"}
    )


def answer(event: Mapping[str, Any], config: Mapping[str, str]) -> dict[str, Any]:
    """What the function says to one event. What it is connected to is in `config`: CONNECTION_<NAME>_…"""
    return {
        "status": "processed",
        "eventType": event["eventType"],
        "resource": event["data"]["resourceName"],
        "greeting": config.get("GREETING", "hello"),
    }
