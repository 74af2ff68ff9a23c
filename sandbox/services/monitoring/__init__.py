"""Monitoring. Here: the names of its resource types.

queries   the query language: what of it is taken, read into a `Query`
samples   what was posted, kept and read back: `record`, `series`, `metrics`; alarms ask the same
"""

from __future__ import annotations

ALARM = "oci:Monitoring/alarm:Alarm"
