"""OCIDs: their parts, their types, and new ones."""

from __future__ import annotations

import pytest

from sandbox.cloud import identities


def test_a_minted_one_reads_back() -> None:
    """Type, realm, region and the mark of its store."""
    made = identities.read(identities.mint("fnfunc", "us-ashburn-1", "abcdefgh"))
    assert made is not None

    assert (made.type, made.realm, made.region) == ("fnfunc", "oc1", "us-ashburn-1")
    assert identities.is_minted(made, "abcdefgh")
    assert not identities.is_minted(made, "hgfedcba")


@pytest.mark.parametrize(
    ("region", "written"),
    [("us-ashburn-1", "iad"), ("us-phoenix-1", "phx"), ("eu-frankfurt-1", "eu-frankfurt-1")],
)
def test_old_regions_are_written_short(region: str, written: str) -> None:
    """As in OCI."""
    assert identities.mint("fnapp", region, "abcdefgh").split(".")[3] == written


def test_two_are_never_the_same() -> None:
    """A thousand of them."""
    assert len({identities.mint("group", "", "abcdefgh") for _ in range(1000)}) == 1000


@pytest.mark.parametrize("text", ["", "ocid1.group", "ocid2.group.oc1..a", "ocid1.group.oc1.. a", "x" * 300])
def test_anything_else_is_none(text: str) -> None:
    """Not an OCID."""
    assert identities.read(text) is None


@pytest.mark.parametrize(
    ("token", "kind"),
    [
        ("oci:Functions/function:Function", "fnfunc"),
        ("oci:Functions/application:Application", "fnapp"),
        ("oci:Identity/dynamicGroup:DynamicGroup", "dynamicgroup"),
        ("oci:Events/rule:Rule", "eventrule"),
        ("oci:Ons/notificationTopic:NotificationTopic", "onstopic"),
        ("oci:Core/vcn:Vcn", "vcn"),
        ("oci:Sch/connector:Connector", "serviceconnector"),
        ("oci:ResourceScheduler/schedule:Schedule", "resourceschedule"),
        ("oci:DataScience/jobRun:JobRun", "datasciencejobrun"),
        ("oci:DevOps/buildPipeline:BuildPipeline", "devopsbuildpipeline"),
    ],
)
def test_the_type_follows_the_resource(token: str, kind: str) -> None:
    """With OCI's own names where they differ."""
    assert identities.type_of(token) == kind


def test_the_same_property_may_mean_different_things() -> None:
    """`gatewayId` of API Gateway is checked, of others it isn't."""
    assert identities.fitting("oci:ApiGateway/deployment:Deployment", "gatewayId") == {"apigateway"}
    assert identities.fitting("oci:Core/drgAttachment:DrgAttachment", "gatewayId") == frozenset()
