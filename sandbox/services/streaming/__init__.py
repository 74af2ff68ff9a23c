"""Streaming. Here: the names of its resource types."""

from __future__ import annotations

STREAM = "oci:Streaming/stream:Stream"
STREAM_POOL = "oci:Streaming/streamPool:StreamPool"
