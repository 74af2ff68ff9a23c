"""How the Pulumi provider treats NoSQL tables, beyond what the facts say as data."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sandbox.services.bridge_base import Bridge
from sandbox.services.nosql import TABLE


class TableBridge(Bridge):
    """Tables: a child table, named `parent.child`, lives where its parent does."""

    def ignored(self, inputs: Mapping[str, Any]) -> Collection[str]:
        return ("compartmentId",) if "." in str(inputs.get("name", "")) else ()


BRIDGES = {TABLE: TableBridge}
