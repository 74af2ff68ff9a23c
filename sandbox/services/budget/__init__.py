"""Budgets. Here: the names of its resource types."""

from __future__ import annotations

BUDGET = "oci:Budget/budget:Budget"
RULE = "oci:Budget/rule:Rule"
