"""The permissions an operation needs: the one place that asks the catalogue of `oci_iam`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from oci_iam.catalogue import operations


@cache
def ways_for(service: str, operation: str, when: str = "") -> Sequence[Sequence[str]]:
    """Each way in which an operation is allowed, as all permissions it takes; empty for one that the
    catalogue does not know. `when` are the words of the catalogue for what holds of the request."""
    return [
        row.permissions
        for row in operations.named(operation)
        if row.service == service and row.when in ("", when)
    ]
