"""Data sources of Logging."""

from __future__ import annotations

from sandbox.services.asking import Lookup, listing, showing
from sandbox.services.logging.rules import LOG, LOG_GROUP

LOOKUPS: dict[str, Lookup] = {
    "oci:Logging/getLogGroup:getLogGroup": showing(LOG_GROUP, "logGroupId"),
    "oci:Logging/getLogGroups:getLogGroups": listing("logGroups", LOG_GROUP),
    "oci:Logging/getLogs:getLogs": listing("logs", LOG),
}
