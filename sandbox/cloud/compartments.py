"""What changes its compartment takes along what it contains, as an application does its functions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.cloud.call import Call


def take_along(call: Call, outputs: Mapping[str, Any], type: str) -> None:
    """Give the resources of `type` inside the updated one its compartment.

    Part of the update's transaction. The program is not told: it sees the change at its next refresh.
    """
    compartment = outputs["compartmentId"]
    for inside in call.store.users(call.id, type):
        if inside.outputs.get("compartmentId") != compartment:
            call.store.update(inside.id, inside.inputs, {**inside.outputs, "compartmentId": compartment})
