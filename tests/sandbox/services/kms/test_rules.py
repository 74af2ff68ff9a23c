"""What Key Management fills in."""

from __future__ import annotations

from sandbox.services.kms import KEY
from tests.sandbox.conftest import COMPARTMENT, Client


def test_a_key_has_a_version(oci: Client) -> None:
    """Which stays, whatever else changes."""
    inputs = {
        "compartmentId": COMPARTMENT,
        "displayName": "k",
        "keyShape": {"algorithm": "AES", "length": 32},
        "managementEndpoint": "https://x-management.kms.us-ashburn-1.oraclecloud.com",
    }
    made = oci.create(KEY, "k", inputs)
    after = oci.update(made, {**inputs, "displayName": "other"})

    assert made.id.startswith("ocid1.key.oc1.iad.")
    assert made.outputs["currentKeyVersion"].startswith("ocid1.keyversion.oc1.iad.")
    assert after.outputs["currentKeyVersion"] == made.outputs["currentKeyVersion"]
