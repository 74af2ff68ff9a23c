"""Connector Hub. Here: the names of its resource types.

cursors  how far each connector has read
"""

from __future__ import annotations

CONNECTOR = "oci:Sch/connector:Connector"
