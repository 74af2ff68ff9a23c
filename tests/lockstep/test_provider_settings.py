"""The settings that the home region's provider gets are those the provider has."""

from __future__ import annotations

from inspect import signature

from pulumi_oci.provider import ProviderArgs

from components.tenancy import STRINGS, VALUES, snake


def test_no_setting_is_left_behind() -> None:
    """Every argument of the SDK's provider but the region, which is the point of it."""
    known = {name for name in signature(ProviderArgs.__init__).parameters if name != "__self__"}

    assert known - {"region"} == {snake(key) for key in (*STRINGS, *VALUES)}
