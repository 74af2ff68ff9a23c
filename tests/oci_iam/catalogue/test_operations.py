"""The operations of Functions and the permission each needs."""

from __future__ import annotations

from oci_iam.catalogue.operations import OPERATIONS
from oci_iam.catalogue.permissions import FUNCTIONS_PERMISSIONS


def test_operations_need_permissions_that_exist() -> None:
    """The table of operations speaks of functions permissions only, and of each of them."""
    assert set(OPERATIONS.values()) == FUNCTIONS_PERMISSIONS
