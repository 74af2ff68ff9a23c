"""A stack whose network is its own, on the real engine with the pack as in production: up, changed, down.

The tests run in order and in one process, on one stack: what one deployed, the next changes.
"""

from __future__ import annotations

import json
import re
from copy import deepcopy
from typing import Any

import pytest

from sandbox.cloud.store import Store
from tests.end_to_end.test_edits import PREFIX, SUBNETS, Settings, Stack, converges, fresh
from tests.end_to_end.test_stack import _copy

__all__ = ["fresh"]

OWN: Settings = {
    "oci:region": "eu-frankfurt-1",
    f"{PREFIX}tenancy_id": "ocid1.tenancy.oc1..aaaaaaaatenancy",
    f"{PREFIX}compartment_id": "ocid1.compartment.oc1..aaaaaaaafunctions",
    f"{PREFIX}network": {},
    f"{PREFIX}functions": {"responder": {"memory_in_mbs": 1024, "provisioned_concurrency": 10}},
}
WIDE: Settings = deepcopy(OWN) | {
    f"{PREFIX}network": {
        "public_subnet": True,
        "nat_gateway": True,
        "egress": {
            "partner": {"cidr": "203.0.113.0/24"},
            "resolver": {"cidr": "10.0.200.0/24", "port": 53, "protocol": "udp"},
        },
    },
    f"{PREFIX}api": {
        "path_prefix": "/v1",
        "jwt": {
            "issuers": ["https://idcs-sample.identity.oraclecloud.com"],
            "audiences": ["a"],
            "jwks_uri": "https://idcs-sample.identity.oraclecloud.com/admin/v1/SigningCert/jwk",
        },
        "routes": {"ask": {"path": "/ask", "methods": ["POST"], "function": "responder"}},
    },
    # 3 GB each: 10,000 GB need 718 addresses, and so a wider subnet.
    f"{PREFIX}functions": {"responder": {"memory_in_mbs": 3072, "provisioned_concurrency": 3340}},
}


class Networked(Stack):
    """A stack whose application is named after the subnet it created, which no two sandboxes share."""

    first: dict[str, Any]
    """What its first deploy left, which was a fresh one."""

    def held(self) -> dict[str, Any]:
        text = re.sub(r"(?<=ai-functions-prod-)[0-9a-f]{6}\b", "<subnet>", json.dumps(super().held()))
        held: dict[str, Any] = json.loads(text)
        return held


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Networked:
    """The stack as it is at first, deployed."""
    folder = tmp_path_factory.mktemp("network") / ".sandbox"
    made = Networked(_copy(tmp_path_factory.mktemp("checkout")), folder, "prod")
    ran = made.up(OWN)
    assert ran.status == 0, ran.output
    assert "mandatory" not in ran.output
    made.first = made.held()
    return made


def _of(held: dict[str, Any], token: str) -> list[dict[str, Any]]:
    return [each for name, each in held.items() if name.startswith(f"{token} ")]


def _application_id(stack: Stack) -> str:
    with Store(stack.folder / "store.db") as store:
        (record,) = store.list("oci:Functions/application:Application")
    return record.id


def test_functions_run_in_a_private_subnet(stack: Stack) -> None:
    """Its route leads to Oracle's services, its security list lets nothing through, its group HTTPS."""
    held = stack.held()

    (application,) = _of(held, "oci:Functions/application:Application")
    (subnet,) = _of(held, "oci:Core/subnet:Subnet")
    (routes,) = _of(held, "oci:Core/routeTable:RouteTable")
    assert application["subnetIds"] == ["oci:Core/subnet:Subnet ai-functions-prod-functions"]
    assert len(application["networkSecurityGroupIds"]) == 1
    assert subnet["prohibitPublicIpOnVnic"] is True
    assert subnet["cidrBlock"] == "10.0.0.0/24"
    assert [each["destination"] for each in routes["routeRules"]] == [
        "all-fra-services-in-oracle-services-network"
    ]
    assert "0.0.0.0/0" not in json.dumps(held)


def test_a_second_up_and_every_option_converge(stack: Stack, fresh: Any) -> None:
    """Unchanged as it is; with all options it grows where it stands; without them nothing of them is left."""
    again = stack.up(OWN, "--expect-no-changes")
    before = _application_id(stack)

    assert again.status == 0, again.output
    converges(stack, WIDE, fresh)
    assert _application_id(stack) == before


def test_every_option_off_again(stack: Networked) -> None:
    """What is no longer said is gone, and the network is as it was at first."""
    converges(stack, OWN, lambda settings: stack.first)


def test_another_stack_is_given_its_subnet(stack: Stack) -> None:
    """What the look-ups find there: the closed list lets nothing out, the group does; all of it is seen."""
    with Store(stack.folder / "store.db") as store:
        (subnet,) = store.list("oci:Core/subnet:Subnet")
        (group,) = store.list("oci:Core/networkSecurityGroup:NetworkSecurityGroup")
    other = Stack(stack.checkout, stack.folder, "dev")
    settings = {key: value for key, value in OWN.items() if key != f"{PREFIX}network"}
    settings[f"{PREFIX}subnet_ids"] = [subnet.id]

    closed = other.up(settings)
    settings[f"{PREFIX}application"] = {"network_security_group_ids": [group.id]}
    open_ = other.up(settings)
    gone = other.run("down", "--stack", "dev")

    assert closed.status != 0
    assert "Pulumi.dev.yaml: subnet_ids[0]: no security list of it and no group" in closed.output
    assert not closed.traceback
    assert open_.status == 0, open_.output
    assert "not looked up" not in open_.output
    assert gone.status == 0, gone.output


def test_leaving_the_network_needs_an_explicit_yes(stack: Stack, fresh: Any) -> None:
    """For subnets that are given; then the application is replaced, and the network goes after it."""
    settings = {key: value for key, value in OWN.items() if key != f"{PREFIX}network"}
    settings[f"{PREFIX}subnet_ids"] = SUBNETS
    before = _application_id(stack)

    refused = stack.up(settings)

    assert refused.status != 0
    assert "set application.allow_replacement: true" in refused.output
    assert _application_id(stack) == before
    settings[f"{PREFIX}application"] = {
        "allow_replacement": True,
        "network_security_group_ids": ["ocid1.networksecuritygroup.oc1.eu-frankfurt-1.aaaaaaaagroup"],
    }
    converges(stack, settings, fresh)
    assert _of(stack.held(), "oci:Core/vcn:Vcn") == []


def test_other_addresses_are_another_network(stack: Stack, fresh: Any) -> None:
    """Back into a network, and then into one with another CIDR, which stands beside the former until then."""
    settings = deepcopy(OWN) | {f"{PREFIX}application": {"allow_replacement": True}}
    ran = stack.up(settings)
    settings[f"{PREFIX}network"] = {"cidr": "10.0.0.0/20"}

    assert ran.status == 0, ran.output
    converges(stack, settings, fresh)


def test_everything_goes(stack: Stack) -> None:
    """`down` leaves nothing."""
    ran = stack.run("down", "--stack", "prod")

    assert ran.status == 0, ran.output
    assert stack.held() == {}
