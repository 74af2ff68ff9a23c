"""Statements that the tests of the command share: one of each verdict."""

from __future__ import annotations

FUNCTION = "ocid1.fnfunc.oc1.iad.resize"
OK = f"Allow group A to use fn-invocation in compartment P where target.function.id = '{FUNCTION}'"
BROAD = "Allow group A to use functions-family in tenancy"
BROKEN = "Allow group A to use fn-invocation in tenancy;"
OTHER = "Allow group A to read buckets in tenancy"
