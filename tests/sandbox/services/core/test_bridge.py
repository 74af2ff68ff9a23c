"""How the Pulumi provider treats instances."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.providers import diffing
from sandbox.providers.sdk import Sdk
from sandbox.services import bridge_of
from sandbox.services.bridge_base import UNKNOWN
from sandbox.services.core import INSTANCE


def replaced(old: dict[str, Any], new: dict[str, Any]) -> bool:
    found = diffing.changes(Sdk("pulumi_oci").resource(INSTANCE), bridge_of(INSTANCE), old, new, old)
    assert found
    return any(change.replace for change in found)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"metadata": {"a": "1"}}, {"metadata": {"a": "2"}}, False),
        ({"metadata": {"user_data": "1"}}, {"metadata": {"user_data": "2"}}, True),
        ({}, {"metadata": {"ssh_authorized_keys": "k"}}, True),
        ({}, {"metadata": {"a": "1"}}, False),
        ({"metadata": {"a": "1"}}, {"metadata": UNKNOWN}, False),
        ({"platformConfig": {"type": "AMD_VM"}}, {"platformConfig": {"type": "INTEL_VM"}}, False),
        ({"platformConfig": {"type": "AMD_VM"}}, {"platformConfig": {"type": "GENERIC_BM"}}, True),
        (
            {"platformConfig": {"type": "GENERIC_BM", "configMap": {"a": "1"}}},
            {"platformConfig": {"type": "GENERIC_BM", "configMap": {"a": "2"}}},
            True,
        ),
        ({"displayName": "a"}, {"displayName": "b"}, False),
        ({"image": "a"}, {"image": "b"}, True),
    ],
)
def test_what_makes_a_new_instance(old: dict[str, Any], new: dict[str, Any], expected: bool) -> None:
    """What only the first boot reads, and the platform unless it stays a virtual machine's."""
    assert replaced(old, new) is expected
