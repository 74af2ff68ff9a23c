"""Queue. Here: the names of its resource types."""

from __future__ import annotations

QUEUE = "oci:Queue/queue:Queue"
