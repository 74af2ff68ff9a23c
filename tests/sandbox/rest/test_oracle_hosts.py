"""The names of Oracle's hosts."""

from __future__ import annotations

import oci.regions_definitions
import pytest

from sandbox.rest import oracle_hosts


@pytest.mark.parametrize(
    ("name", "labels", "region"),
    [
        ("objectstorage.us-ashburn-1.oraclecloud.com", ("objectstorage",), "us-ashburn-1"),
        ("Functions.EU-Frankfurt-1.oci.oraclecloud.com", ("functions",), "eu-frankfurt-1"),
        ("abc123.us-ashburn-1.functions.oci.oraclecloud.com", ("abc123", "functions"), "us-ashburn-1"),
        ("ns.objectstorage.us-ashburn-1.oci.customer-oci.com", ("ns", "objectstorage"), "us-ashburn-1"),
        ("objectstorage.us-ashburn-1.ds.oci.oraclecloud.com", ("objectstorage",), "us-ashburn-1"),
        ("secrets.vaults.us-gov-phoenix-1.oci.oraclegovcloud.com", ("secrets", "vaults"), "us-gov-phoenix-1"),
        ("identity.eu-frankfurt-2.oci.oraclecloud.eu", ("identity",), "eu-frankfurt-2"),
        ("auth.oraclecloud.com", ("auth",), ""),
    ],
)
def test_a_host_is_a_service_in_a_region(name: str, labels: tuple[str, ...], region: str) -> None:
    """Wherever in the name the region is."""
    host = oracle_hosts.read(name)

    assert host is not None
    assert (host.labels, host.region) == (labels, region)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "example.com",
        "oraclecloud.com",
        ".oraclecloud.com",
        "a..oraclecloud.com",
        "evil-oraclecloud.com",
        "identity.us-ashburn-1.oraclecloud.com.example.com",
        "a b.oraclecloud.com",
        "a_b.oraclecloud.com",
        f"{'a' * 64}.oraclecloud.com",
        f"{'a.' * 130}oraclecloud.com",
    ],
)
def test_other_names_are_not_oracles(name: str) -> None:
    """However like one they look."""
    assert oracle_hosts.read(name) is None


def test_every_realm_of_the_sdk_is_known() -> None:
    """So that no region leads out of the sandbox, and every region is read as one."""
    assert set(oci.regions_definitions.REALMS.values()) <= set(oracle_hosts.DOMAINS)
    for region in oci.regions_definitions.REGION_REALMS:
        host = oracle_hosts.read(f"identity.{region}.oci.oraclecloud.com")
        assert host is not None
        assert host.region == region
