"""How the Pulumi provider treats the types of Monitoring."""

from __future__ import annotations

from sandbox.services.bridge_base import Bridge
from sandbox.services.monitoring import ALARM

BRIDGES = {
    ALARM: Bridge(
        force_new=(),
        compared={"suppression.timeSuppressFrom": "time", "suppression.timeSuppressUntil": "time"},
    ),
}
