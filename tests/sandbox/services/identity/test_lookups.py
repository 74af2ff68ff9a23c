"""Data sources of IAM."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.services.identity import COMPARTMENT as COMPARTMENTS
from tests.sandbox.conftest import COMPARTMENT, GROUP, TENANCY, Client, Failed


def group(**more: Any) -> dict[str, Any]:
    return {"compartmentId": TENANCY, "name": "invokers", "description": "d", **more}


class TestDataSources:
    def test_groups_are_found_by_name(self, oci: Client) -> None:
        """Exactly; the rest isn't there."""
        made = oci.create(GROUP, "g", group())
        token = "oci:Identity/getGroups:getGroups"

        assert [
            item["id"] for item in oci.invoke(token, compartmentId=TENANCY, name="invokers")["groups"]
        ] == [made.id]
        assert oci.invoke(token, compartmentId=TENANCY, name="others")["groups"] == []
        assert oci.invoke("oci:Identity/getGroup:getGroup", groupId=made.id)["name"] == "invokers"

    def test_a_group_that_is_gone_is_not_found(self, oci: Client) -> None:
        """By its OCID. One outside the sandbox is taken as existing."""
        token = "oci:Identity/getGroup:getGroup"
        made = oci.create(GROUP, "g", group())
        oci.delete(made)

        with pytest.raises(Failed, match=f"404-NotAuthorizedOrNotFound, Group {made.id} not found"):
            oci.invoke(token, groupId=made.id)
        foreign = oci.invoke(token, groupId="ocid1.group.oc1..aaaaaaaaelsewhere")
        assert (foreign["id"], foreign["name"]) == ("ocid1.group.oc1..aaaaaaaaelsewhere", "group-lsewhere")

    def test_the_tenancy_says_its_home_region(self, oci: Client) -> None:
        """By key, as OCI does."""
        oci.configure(region="eu-frankfurt-1")

        home = {"name": "is_home_region", "values": ["true"]}
        subscribed = oci.invoke(
            "oci:Identity/getRegionSubscriptions:getRegionSubscriptions", tenancyId=TENANCY, filters=[home]
        )

        assert oci.invoke("oci:Identity/getTenancy:getTenancy", tenancyId=TENANCY)["homeRegionKey"] == "FRA"
        assert [item["regionKey"] for item in subscribed["regionSubscriptions"]] == ["FRA"]

    def test_all_regions_are_listed(self, oci: Client) -> None:
        """With name and key; filters work."""
        token = "oci:Identity/getRegions:getRegions"
        found = oci.invoke(token, filters=[{"name": "key", "values": ["FRA"]}])["regions"]

        assert found == [{"key": "FRA", "name": "eu-frankfurt-1"}]
        assert len(oci.invoke(token)["regions"]) > 30

    def test_a_compartment_is_shown(self, oci: Client) -> None:
        """One of the store as it is, a foreign one as taken for existing, a deleted one not."""
        inputs = {"compartmentId": TENANCY, "name": "ai", "description": "d", "enableDelete": True}
        made = oci.create(COMPARTMENTS, "c", inputs)
        token = "oci:Identity/getCompartment:getCompartment"
        own, foreign = oci.invoke(token, id=made.id), oci.invoke(token, id=COMPARTMENT)
        oci.delete(made)

        assert (own["name"], own["compartmentId"]) == ("ai", TENANCY)
        assert foreign["description"] == "taken as existing by the sandbox"
        with pytest.raises(Failed, match="404-NotAuthorizedOrNotFound"):
            oci.invoke(token, id=made.id)

    def test_availability_domains_are_three(self, oci: Client) -> None:
        """Named after the region."""
        found = oci.invoke(
            "oci:Identity/getAvailabilityDomains:getAvailabilityDomains", compartmentId=TENANCY
        )

        assert [item["name"] for item in found["availabilityDomains"]] == [
            "SbOx:IAD-AD-1",
            "SbOx:IAD-AD-2",
            "SbOx:IAD-AD-3",
        ]
