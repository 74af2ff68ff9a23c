"""Events. Here: the names of its resource types."""

from __future__ import annotations

RULE = "oci:Events/rule:Rule"
