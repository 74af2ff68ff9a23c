"""What Connector Hub refuses and fills in. Source: the SDK's documentation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.cloud import validation
from sandbox.cloud.call import Call
from sandbox.cloud.errors import InvalidParameter
from sandbox.cloud.service_rules import Rules
from sandbox.services.sch import CONNECTOR, cursors

SOURCES = ("logging", "monitoring", "streaming", "plugin")
TARGETS = ("functions", "loggingAnalytics", "monitoring", "notifications", "objectStorage", "streaming")
TASKS = ("function", "logRule")


class ConnectorRules(Rules):
    """A connector reads from its creation on."""

    def write(self, call: Call) -> None:
        source, target = call.inputs.get("source") or {}, call.inputs.get("target") or {}
        validation.one_of({"source.kind": source.get("kind")}, "source.kind", SOURCES)
        validation.one_of({"target.kind": target.get("kind")}, "target.kind", TARGETS)
        if target.get("batchSizeInKbs") and target.get("batchSizeInNum"):
            raise InvalidParameter("only one of target.batchSizeInKbs and target.batchSizeInNum can be given")
        for task in call.inputs.get("tasks") or ():
            validation.one_of({"tasks.kind": task.get("kind")}, "tasks.kind", TASKS)

    def computed(self, call: Call) -> Mapping[str, Any]:
        return {"state": call.inputs.get("state") or "ACTIVE"}

    def created(self, call: Call) -> None:
        cursors.begin(call.store, call.id, call.inputs.get("source") or {})

    def delete(self, call: Call) -> None:
        cursors.forget(call.store, call.id)


RULES = {CONNECTOR: ConnectorRules()}
