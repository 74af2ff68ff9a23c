"""How the Pulumi provider treats the types of Queue."""

from __future__ import annotations

from sandbox.services.bridge_base import Bridge
from sandbox.services.queue import QUEUE

BRIDGES = {QUEUE: Bridge(force_new={"retentionInSeconds"}, compared={"capabilities.type": "case"})}
