"""What the program asks the tenancy."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pulumi
import pytest

from components import tenancy
from components.errors import ConfigError


def test_the_home_region_is_the_one_marked(world: Any) -> None:
    """Of the subscribed regions, the home one is used."""
    found: list[str] = []

    world.run(lambda: found.append(tenancy.home_region("ocid1.tenancy.oc1..t")))

    assert found == ["us-ashburn-1"]


def test_no_home_region_is_one_line() -> None:
    """An answer without a home region names the config key that helps."""
    elsewhere = SimpleNamespace(is_home_region=False, region_name="us-phoenix-1")

    with pytest.raises(ConfigError, match=r"^home_region: none of the tenancy's regions is marked as home"):
        tenancy.home_region_of([elsewhere])


def test_a_refused_lookup_is_one_line(world: Any) -> None:
    """What the provider says is shown in one line, without a traceback of the program."""
    world.cloud.answers["oci:ObjectStorage/getNamespace:getNamespace"] = "404-NotAuthorized\nmore"

    with pytest.raises(pulumi.RunError) as refused:
        world.run(lambda: tenancy.namespace("ocid1.tenancy.oc1..t"))

    text = str(refused.value)
    assert text.startswith("cannot look up the Object Storage namespace of the tenancy: ")
    assert "\n" not in text


def test_the_home_region_provider_signs_in_as_the_stack_does(world: Any) -> None:
    """An explicit provider inherits no `oci:` config, so sign-in is handed on, keys as secrets."""
    world.config = {
        "oci:tenancyOcid": "ocid1.tenancy.oc1..t",
        "oci:auth": "SecurityToken",
        "oci:privateKey": "-----BEGIN",
        "oci:region": "eu-frankfurt-1",
    }

    world.run(lambda: tenancy.home_region_provider("us-ashburn-1"))

    assert world.one("pulumi:providers:oci").inputs == {
        "region": "us-ashburn-1",
        "auth": "SecurityToken",
        "tenancyOcid": "ocid1.tenancy.oc1..t",
        "privateKey": {"<secret>": "-----BEGIN"},
    }
