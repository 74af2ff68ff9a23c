"""Data sources of Events."""

from __future__ import annotations

from sandbox.services.asking import Lookup, listing, showing
from sandbox.services.events.rules import RULE

LOOKUPS: dict[str, Lookup] = {
    "oci:Events/getRule:getRule": showing(RULE, "ruleId"),
    "oci:Events/getRules:getRules": listing("rules", RULE),
}
