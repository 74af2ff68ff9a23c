"""OCIDs inside inputs."""

from __future__ import annotations

from typing import Any

import pytest

from components.values.destination import AUDIT
from sandbox.cloud.call import Cloud
from sandbox.cloud.errors import ServiceError
from sandbox.cloud.references import region_in, tenancy_in, verify
from tests.sandbox.cloud.conftest import Keep

FUNCTION = "oci:Functions/function:Function"


def refused(cloud: Cloud, **inputs: Any) -> str:
    with pytest.raises(ServiceError) as raised:
        verify(cloud, FUNCTION, inputs)
    return str(raised.value)


def test_the_first_one_oci_would_refuse_is_named(cloud: Cloud) -> None:
    """With its place: not an OCID, of another type, or gone."""
    gone = cloud.mint("fnapp")

    assert refused(cloud, applicationId="app") == "400-InvalidParameter, applicationId is not an OCID: 'app'"
    assert refused(cloud, a={"subnetIds": ["ocid1.subnet.oc1.iad.a", "ocid1.vcn.oc1.iad.a"]}).startswith(
        "400-InvalidParameter, a.subnetIds[1] must be the OCID of a subnet, not of a vcn"
    )
    assert (
        refused(cloud, applicationId=gone) == f"404-NotAuthorizedOrNotFound, applicationId {gone} not found"
    )


def test_what_is_certainly_in_one_region_must_be_in_this_one(cloud: Cloud, keep: Keep) -> None:
    """A property that may name something elsewhere, such as a peer, is not held to it."""
    made = keep(region="eu-paris-1")

    assert refused(cloud, applicationId=made.id).endswith(f"applicationId {made.id} not found")
    verify(cloud, FUNCTION, {"peerId": made.id, "displayName": made.id})


def test_what_is_foreign_or_no_id_passes(cloud: Cloud) -> None:
    """So does a property that takes any type, and an empty one."""
    verify(cloud, FUNCTION, {"applicationId": "ocid1.fnapp.oc1.iad.aaaa", "otherId": "x", "kmsKeyId": ""})


def test_region_and_tenancy_of_what_is_named() -> None:
    """The first of each; keys of old regions are read as their names."""
    inputs = {
        "compartmentId": "ocid1.tenancy.oc1..aaaa",
        "subnetIds": ["ocid1.subnet.oc1.iad.aaaa", "ocid1.subnet.oc1.eu-paris-1.aaaa"],
    }

    assert region_in(inputs) == "us-ashburn-1"
    assert tenancy_in(inputs) == "ocid1.tenancy.oc1..aaaa"
    assert (region_in({"name": "x"}), tenancy_in({"name": "x"})) == (None, None)


@pytest.mark.parametrize("word", AUDIT)
def test_a_connector_reads_the_audit_log_by_its_name(cloud: Cloud, word: str) -> None:
    """What a stack may say; nothing else takes these words for a log group."""
    source = {"kind": "logging", "logSources": [{"logGroupId": word}]}

    verify(cloud, "oci:Sch/connector:Connector", {"source": source})
    with pytest.raises(ServiceError, match=f"logGroupId is not an OCID: '{word}'"):
        verify(cloud, "oci:Logging/log:Log", {"logGroupId": word})
