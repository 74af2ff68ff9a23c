"""The network of a stack, and who uses it: the application, and an API's gateway."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from tests.components.config.test_model import BASE, FRONT, NETWORK, run, settings

SUBNET, GATEWAY = "oci:Core/subnet:Subnet", "oci:ApiGateway/gateway:Gateway"
APPLICATION = "oci:Functions/application:Application"
OTHER = "ocid1.subnet.oc1..other"


def _subnets(world: Any) -> list[str]:
    """The last words of the subnets' names in OCI."""
    return sorted(each.inputs["displayName"].rpartition("-")[2] for each in world.all(SUBNET))


def test_the_application_is_in_its_subnet_and_group(ran: Any, minted: Any) -> None:
    """Beside groups that are given; its name ends with a digest of that subnet, as with given ones."""
    given = "ocid1.networksecuritygroup.oc1..given"
    world = run(ran, NETWORK, {"application.network_security_group_ids": [given]})

    application = world.one(APPLICATION).inputs
    subnet, group = world.one(SUBNET), world.one("oci:Core/networkSecurityGroup:NetworkSecurityGroup")
    assert application["subnetIds"] == [minted(SUBNET, subnet.name)]
    assert application["networkSecurityGroupIds"] == [given, minted(group.type, group.name)]
    assert application["displayName"].startswith("ai-functions-dev-")
    assert world.named("application").inputs == {"network": {"subnet": subnet.urn}}


def test_a_public_gateway_brings_its_subnet(ran: Any, minted: Any) -> None:
    """Without it being said; the functions stay in theirs."""
    world = run(ran, NETWORK, FRONT)

    assert _subnets(world) == ["functions", "public"]
    (public,) = [each for each in world.all(SUBNET) if "-public-" in each.name]
    assert world.one(GATEWAY).inputs["subnetId"] == minted(SUBNET, public.name)
    assert world.one(APPLICATION).inputs["subnetIds"] != [minted(SUBNET, public.name)]


def test_a_gateway_elsewhere_brings_none(ran: Any) -> None:
    """Its subnet is given."""
    world = run(ran, NETWORK, FRONT, {"api.subnet_id": OTHER})

    assert _subnets(world) == ["functions"]
    assert world.one(GATEWAY).inputs["subnetId"] == OTHER


def test_a_private_gateway_needs_a_subnet_of_its_callers(ran: Any) -> None:
    """Nothing is let into the functions'."""
    with pytest.raises(pulumi.RunError, match=r"api\.subnet_id: missing; callers of a PRIVATE gateway"):
        ran(settings(BASE, NETWORK, FRONT, {"api.endpoint_type": "PRIVATE"}))


def test_memory_counts_with_its_concurrency(ran: Any) -> None:
    """3 GB and 3340 executions, and one of the function without any: 10,020 GB, 719 addresses."""
    functions = {"f": {"memory_in_mbs": 3072, "provisioned_concurrency": 3340}, "g": {}}
    world = run(ran, NETWORK, {"functions": functions, "primary": "f"})

    assert world.one(SUBNET).inputs["cidrBlock"] == "10.0.0.0/22"
