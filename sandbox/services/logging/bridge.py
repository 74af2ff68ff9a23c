"""How the Pulumi provider treats the types of Logging."""

from __future__ import annotations

from sandbox.services.bridge_base import Bridge
from sandbox.services.logging import LOG, LOG_GROUP

BRIDGES = {
    LOG: Bridge(force_new={"configuration", "logType"}, compared={"configuration.source.sourceType": "case"}),
    LOG_GROUP: Bridge(force_new=()),
}
