"""What the registry refuses and fills in."""

from __future__ import annotations

import pytest

from sandbox.services.artifacts import REPOSITORY
from tests.sandbox.conftest import COMPARTMENT, Client, refused


class TestRegistry:
    @pytest.mark.parametrize("name", ["Upper", "a b", "/a", "a/"])
    def test_names_are_lower_case(self, oci: Client, name: str) -> None:
        """With slashes only inside."""
        refused(oci, REPOSITORY, {"compartmentId": COMPARTMENT, "displayName": name}, "400-InvalidParameter")

    def test_a_repository_knows_its_namespace(self, oci: Client) -> None:
        """From which a program builds the image's name; and it is found by name."""
        made = oci.create(REPOSITORY, "r", {"compartmentId": COMPARTMENT, "displayName": "ai/fn"})
        found = oci.invoke(
            "oci:Artifacts/getContainerRepositories:getContainerRepositories",
            compartmentId=COMPARTMENT,
            displayName="ai/fn",
        )

        assert made.outputs["namespace"] == "sandboxns"
        assert [item["id"] for item in found["containerRepositoryCollections"][0]["items"]] == [made.id]
        refused(oci, REPOSITORY, {"compartmentId": COMPARTMENT, "displayName": "ai/fn"}, "409-Conflict")
