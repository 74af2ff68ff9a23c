"""What Resource Scheduler refuses and fills in. Source: the SDK's documentation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.api.representation import in_provider_form
from sandbox.cloud import clock, validation
from sandbox.cloud.call import Call
from sandbox.cloud.service_rules import Rules
from sandbox.services.resourcescheduler import SCHEDULE, recurrence, runs

ACTIONS = ("START_RESOURCE", "STOP_RESOURCE", "BACKUP_RESOURCE")


class ScheduleRules(Rules):
    """A schedule's recurrence can be read, and is followed from its creation on."""

    def write(self, call: Call) -> None:
        validation.one_of(call.inputs, "action", ACTIONS)
        now = clock.now(call.store)
        next(recurrence.occurrences(call.inputs, now, now), None)

    def computed(self, call: Call) -> Mapping[str, Any]:
        return {"state": call.inputs.get("state") or "ACTIVE", **_following(call)}

    def created(self, call: Call) -> None:
        runs.begin(call.store, call.id, clock.now(call.store))

    def refreshed(self, call: Call, outputs: dict[str, Any]) -> dict[str, Any]:
        return {**outputs, **_following(call)}

    def delete(self, call: Call) -> None:
        runs.forget(call.store, call.id)


def _following(call: Call) -> dict[str, str]:
    now = clock.now(call.store)
    time = next(recurrence.occurrences(call.inputs, now, now), None)
    return {} if time is None else {"timeNextRun": in_provider_form(time)}


RULES = {SCHEDULE: ScheduleRules()}
