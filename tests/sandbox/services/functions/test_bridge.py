"""How the Pulumi provider treats the types of Functions."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.conftest import FUNCTION, Client, Failed, function

FOREIGN = "ocid1.fnapp.oc1.iad.aaaaforeign"


RUNTIME = {"runtimeConfigType": "FUNCTION_UPDATE", "functionsRuntimeName": "python312.ol9"}
ARCHIVE = {
    "sourceType": "ARCHIVE",
    "archiveSourceDetails": {"archiveSourceType": "DIRECT_ARCHIVE", "archiveFile": "a"},
    "runtimeConfig": RUNTIME,
}
PREBUILT = {"sourceType": "PRE_BUILT_FUNCTIONS", "pbfListingId": "a"}


def source(**more: Any) -> dict[str, Any]:
    return {"sourceType": "CONTAINER_IMAGE", "image": "iad.ocir.io/tenancyns/app/fn:1.0", **more}


class TestFunction:
    @pytest.mark.parametrize(
        ("more", "text"),
        [
            ({"memoryInMbs": "256MB"}, "\"memoryInMbs\": expected a 64-bit integer, found '256MB'"),
            ({"sourceDetails": source(sourceType="IMAGE")}, '"sourceDetails.sourceType": expected one of'),
            ({"sourceDetails": None}, '"sourceDetails": one of sourceDetails, or image and imageDigest'),
            ({"sourceDetails": {"sourceType": "CONTAINER_IMAGE"}}, '"sourceDetails.image": is required'),
            (
                {"sourceDetails": {"sourceType": "ARCHIVE"}},
                '"sourceDetails.archiveSourceDetails": is required',
            ),
            (
                {"sourceDetails": {**ARCHIVE, "runtimeConfig": None}},
                '"sourceDetails.runtimeConfig": is required for the source type ARCHIVE',
            ),
            (
                {"sourceDetails": {**ARCHIVE, "runtimeConfig": {**RUNTIME, "runtimeConfigType": "manual"}}},
                '"sourceDetails.runtimeConfig.functionsRuntimeVersionId": is required where',
            ),
            (
                {"sourceDetails": {**ARCHIVE, "sourceCodeSha256": "a"}},
                '"sourceDetails.sourceCodeSha256": is computed by the service',
            ),
            (
                {"sourceDetails": ARCHIVE, "image": "iad.ocir.io/tenancyns/app/fn:1.0"},
                '"image": image and imageDigest cannot be set for the source type ARCHIVE',
            ),
            (
                {"sourceDetails": PREBUILT, "imageDigest": "b"},
                '"image": image and imageDigest cannot be set for the source type PRE_BUILT_FUNCTIONS',
            ),
            (
                {"sourceDetails": {"sourceType": "PRE_BUILT_FUNCTIONS"}},
                '"sourceDetails.pbfListingId": is required',
            ),
            ({"successDestination": {"kind": "MAIL"}}, '"successDestination.kind": expected one of NONE'),
            (
                {"provisionedConcurrencyConfig": {"strategy": "SOME"}},
                '"provisionedConcurrencyConfig.strategy": expected one of CONSTANT, NONE, found',
            ),
        ],
    )
    def test_what_the_provider_itself_refuses(self, oci: Client, more: dict[str, Any], text: str) -> None:
        """Already at preview, as the Terraform provider's validation does."""
        with pytest.raises(Failed) as failed:
            oci.preview(FUNCTION, "fn", function(FOREIGN, **more))

        assert str(failed.value).startswith(text)
