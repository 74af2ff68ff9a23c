"""The two policies: what the first cannot name yet, and what the second one does not create."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from oci_iam.deployer import policy
from oci_iam.deployer.resources import Graph, Resource
from oci_iam.deployer.statements import Granted, Subject

T, C = "ocid1.tenancy.oc1..t", "ocid1.compartment.oc1..c"
WHO = Subject("group d")
Compose = Callable[[Subject, Graph, Sequence[policy.LookUp]], tuple[Granted, ...]]
QUEUE = Resource("oci:Queue/queue:Queue", "ocid1.queue.oc1..q", {"compartmentId": C}, "jobs")
STRANGE = Resource("oci:Bastion/bastion:Bastion", "ocid1.bastion.oc1..b", {"compartmentId": C}, "b")


def test_the_first_creates_and_names_no_ocid_of_the_stack() -> None:
    """It is written before there are any."""
    assert [each.text for each in policy.first(WHO, Graph([QUEUE], T, C), [])] == [
        f"Allow group d to {{QUEUE_READ, QUEUE_CREATE}} in compartment id {C}"
    ]


def test_the_second_names_what_there_is() -> None:
    """And reads, changes and deletes it."""
    assert [each.text for each in policy.after(WHO, Graph([QUEUE], T, C), [])] == [
        f"Allow group d to {{QUEUE_READ, QUEUE_UPDATE, QUEUE_DELETE}} in compartment id {C} "
        f"where target.queue.id = '{QUEUE.id}'"
    ]


@pytest.mark.parametrize("compose", [policy.first, policy.after])
def test_look_ups_are_in_both(compose: Compose) -> None:
    """A program asks each time it runs."""
    asked: list[policy.LookUp] = [
        ("oci:Identity/getRegionSubscriptions:getRegionSubscriptions", {"tenancyId": T})
    ]

    assert [each.text for each in compose(WHO, Graph([], T, C), asked)] == [
        "Allow group d to {TENANCY_INSPECT} in tenancy"
    ]


def test_all_that_is_not_known_is_told_at_once() -> None:
    """Each operation once, look-ups too."""
    asked: list[policy.LookUp] = [("oci:Bastion/getBastions:getBastions", {})]

    with pytest.raises(policy.Unknown) as refused:
        policy.after(WHO, Graph([STRANGE, STRANGE, QUEUE], T, C), asked)

    assert refused.value.lines == (
        "oci:Bastion/getBastions:getBastions: the catalogue knows no operation of this look-up",
        "oci:Bastion/bastion:Bastion: the catalogue knows no operation GetBastion",
        "oci:Bastion/bastion:Bastion: the catalogue knows no operation UpdateBastion",
        "oci:Bastion/bastion:Bastion: the catalogue knows no operation DeleteBastion",
    )
