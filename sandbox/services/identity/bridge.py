"""How the Pulumi provider treats compartments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.cloud.call import Call
from sandbox.cloud.store import Record
from sandbox.services.bridge_base import Bridge
from sandbox.services.identity import COMPARTMENT, compartments


class CompartmentBridge(Bridge):
    """Without `enableDelete` a compartment of that name is taken over, and none is ever deleted."""

    def taken_over(self, call: Call) -> Record | None:
        if not self.is_left(call.inputs):
            return None
        parent = str(call.inputs.get("compartmentId") or call.cloud.tenancy)
        holder = call.store.holder(compartments.name_claim(parent, str(call.inputs.get("name"))))
        return call.store.get(holder) if holder is not None else None

    def is_left(self, inputs: Mapping[str, Any]) -> bool:
        return not inputs.get("enableDelete")


BRIDGES = {COMPARTMENT: CompartmentBridge}
