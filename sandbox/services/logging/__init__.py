"""Logging. Here: the names of its resource types."""

from __future__ import annotations

LOG = "oci:Logging/log:Log"
LOG_GROUP = "oci:Logging/logGroup:LogGroup"
