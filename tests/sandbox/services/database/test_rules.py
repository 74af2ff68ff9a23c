"""What an Autonomous Database answers with."""

from __future__ import annotations

from tests.sandbox.conftest import COMPARTMENT, Client

AUTONOMOUS = "oci:Database/autonomousDatabase:AutonomousDatabase"


def test_programs_find_how_to_connect(oci: Client) -> None:
    """A service for each level, by its own name and in the map of all."""
    made = oci.create(
        AUTONOMOUS, "d", {"compartmentId": COMPARTMENT, "dbName": "Shop", "adminPassword": "Abcdefgh123#"}
    )

    (strings,) = made.outputs["connectionStrings"]
    assert strings["high"].endswith("_shop_high.adb.oraclecloud.com")
    assert strings["allConnectionStrings"]["LOW"] == strings["low"]
    (urls,) = made.outputs["connectionUrls"]
    assert urls["ordsUrl"].startswith("https://")
    assert oci.read(made) == made
