"""Limits, Quotas and Usage. Here: the names of its resource types."""

from __future__ import annotations

QUOTA = "oci:Limits/quota:Quota"
