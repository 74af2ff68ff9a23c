"""Finds literals without quotes, which OCI refuses. Reads trees, not text."""

from __future__ import annotations

import re

from oci_iam.statement import AllOf, AnyOf, Comparison, Condition, Variable

__all__ = ["unquoted_literal"]

_IS_VARIABLE = re.compile(r"(?:request|target|[0-9]+)\.").match
"""How a variable begins; `2.subnet.id` is one of the second resource of an `associate`."""


def unquoted_literal(condition: Condition | None) -> str:
    """The first word on a right-hand side that is no variable; empty where there is none."""
    if condition is None:
        return ""
    if isinstance(condition, AllOf | AnyOf):
        return next(filter(None, map(unquoted_literal, condition.conditions)), "")
    if isinstance(condition, Comparison):
        for value in condition.values:
            if isinstance(value, Variable) and not _IS_VARIABLE(value.name):
                return value.name
    return ""
