"""Resource Scheduler. Here: the names of its resource types."""

from __future__ import annotations

SCHEDULE = "oci:ResourceScheduler/schedule:Schedule"
