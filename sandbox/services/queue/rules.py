"""What Queue refuses and fills in. Sources: Oracle's page on managing queues, and the SDK's documentation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.api.representation import in_provider_form
from sandbox.cloud import clock, validation
from sandbox.cloud.call import Call
from sandbox.cloud.service_rules import Rules
from sandbox.services.queue import QUEUE
from sandbox.services.queue.messages import PURGED, Messages

_DEFAULTS = {
    "retentionInSeconds": 86_400,
    "visibilityInSeconds": 30,
    "timeoutInSeconds": 30,
    "deadLetterQueueDeliveryCount": 0,
    "channelConsumptionLimit": 100,
}
_CAPABILITIES = ("CONSUMER_GROUPS", "LARGE_MESSAGES")


class QueueRules(Rules):
    """A queue; two of one name may be there at once."""

    def write(self, call: Call) -> None:
        validation.filled(call.inputs, "displayName")
        validation.between(call.inputs, "retentionInSeconds", 10, 604_800)
        validation.between(call.inputs, "visibilityInSeconds", 0, 43_200)
        validation.between(call.inputs, "timeoutInSeconds", 0, 30)
        validation.between(call.inputs, "deadLetterQueueDeliveryCount", 0, 20)
        validation.between(call.inputs, "channelConsumptionLimit", 1, 100)
        for capability in call.inputs.get("capabilities") or ():
            type = {"capabilities.type": str(capability.get("type")).upper()}
            validation.one_of(type, "capabilities.type", _CAPABILITIES)
        validation.one_of(call.inputs, "purgeType", tuple(PURGED))

    def update(self, call: Call) -> None:
        self.write(call)
        # The provider purges a queue whenever this number is raised.
        before = call.former.inputs.get("purgeTrigger") if call.former is not None else None
        if (call.inputs.get("purgeTrigger") or 0) > (before or 0):
            Messages(call.store).purge(call.id, PURGED[call.inputs.get("purgeType") or "NORMAL"])

    def delete(self, call: Call) -> None:
        Messages(call.store).forget(call.id)

    def computed(self, call: Call) -> Mapping[str, Any]:
        given = {name: value for name, value in call.inputs.items() if value is not None}
        return {
            **{name: given.get(name, value) for name, value in _DEFAULTS.items()},
            "messagesEndpoint": f"https://cell-1.queue.messaging.{call.cloud.region}.oci.oraclecloud.com",
            "state": "ACTIVE",
            "lifecycleDetails": "",
        }

    def refreshed(self, call: Call, outputs: dict[str, Any]) -> dict[str, Any]:
        return {**outputs, "timeUpdated": in_provider_form(clock.now(call.store))}


RULES = {QUEUE: QueueRules()}
