"""What Monitoring does for alarms: they are looked at from their creation on."""

from __future__ import annotations

from sandbox.cloud import clock
from sandbox.cloud.call import Call
from sandbox.cloud.service_rules import Rules
from sandbox.services.monitoring import ALARM, alarm_states


class AlarmRules(Rules):
    """An alarm has a state of its own beside what a program says of it."""

    def created(self, call: Call) -> None:
        alarm_states.begin(call.store, call.id, clock.now(call.store))

    def delete(self, call: Call) -> None:
        alarm_states.forget(call.store, call.id)


RULES = {ALARM: AlarmRules()}
