"""IAM's reads, by the real SDK."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import oci

from sandbox.services.identity import GROUP, MEMBERSHIP, POLICY, USER
from tests.sandbox.rest.conftest import Door

Client = oci.identity.IdentityClient
Clients = Callable[..., Any]
Refused = Callable[..., tuple[int, str]]


def test_the_tenancy_and_its_regions(door: Door, clients: Clients) -> None:
    """As the usual commands ask for them first."""
    client = clients(Client)

    assert client.get_tenancy(door.tenancy).data.home_region_key == "IAD"
    assert client.list_region_subscriptions(door.tenancy).data[0].region_name == "us-ashburn-1"
    assert {"us-ashburn-1", "eu-frankfurt-1"} <= {one.name for one in client.list_regions().data}
    assert len(client.list_availability_domains(door.tenancy).data) == 3


def test_a_user_sees_themselves(door: Door, clients: Clients, refused: Refused) -> None:
    """And their keys; others take a right."""
    client = clients(Client, "user:carol")
    config = client.base_client.config
    keys = client.list_api_keys(config["user"]).data

    assert client.get_user(config["user"]).data.name == "carol"
    assert config["fingerprint"] in [key.fingerprint for key in keys]
    for other in (door.config("user:dave")["user"], "ocid1.user.oc1..other"):
        assert refused(client.get_user, other) == (404, "NotAuthorizedOrNotFound")


def test_who_is_in_which_group(door: Door, clients: Clients) -> None:
    """By either side."""
    client = clients(Client)
    user = door.add(USER, compartmentId=door.tenancy, name="dora", description="d")
    group = door.add(GROUP, compartmentId=door.tenancy, name="dancers", description="d")
    door.add(MEMBERSHIP, compartmentId=door.tenancy, userId=user, groupId=group)

    assert [one.group_id for one in client.list_user_group_memberships(door.tenancy, user_id=user).data] == [
        group
    ]
    assert [one.user_id for one in client.list_user_group_memberships(door.tenancy, group_id=group).data] == [
        user
    ]
    assert client.get_group(group).data.name == "dancers"
    assert [one.id for one in client.list_groups(door.tenancy, name="dancers").data] == [group]


def test_policies_lie_in_their_compartment(door: Door, clients: Clients) -> None:
    """And show their statements."""
    client, compartment = clients(Client), door.compartment()
    statement = f"Allow any-group to inspect buckets in compartment id {compartment}"
    door.allow(statement, compartment=compartment)
    (found,) = client.list_policies(compartment).data

    assert found.statements == [statement]
    assert client.get_policy(found.id).data.name == found.name
    assert door.store.get(found.id) is not None
    assert door.store.list(POLICY)


def test_compartments_below_compartments(door: Door, clients: Clients) -> None:
    """Those right below, or all."""
    client, outer = clients(Client), door.compartment()
    inner = door.add(
        "oci:Identity/compartment:Compartment", compartmentId=outer, name="inner", description="d"
    )
    below = client.list_compartments(door.tenancy, limit=1000).data
    all_ = client.list_compartments(door.tenancy, compartment_id_in_subtree=True, limit=1000).data

    assert outer in [one.id for one in below]
    assert inner not in [one.id for one in below]
    assert {outer, inner} <= {one.id for one in all_}
    assert client.get_compartment(inner).data.compartment_id == outer


def test_a_stranger_sees_nothing(door: Door, clients: Clients, refused: Refused) -> None:
    """404 for each, though the things are there."""
    client = clients(Client, "user:stranger")
    for call, arguments in (
        (client.list_users, (door.tenancy,)),
        (client.list_groups, (door.tenancy,)),
        (client.list_policies, (door.tenancy,)),
        (client.list_compartments, (door.tenancy,)),
        (client.get_tenancy, (door.tenancy,)),
    ):
        assert refused(call, *arguments) == (404, "NotAuthorizedOrNotFound")
