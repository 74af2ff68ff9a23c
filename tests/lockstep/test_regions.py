"""The regions that the config knows are those of OCI's own SDK."""

from __future__ import annotations

from oci import regions as sdk

from components.values.regions import REALM_OF, REGION_OF_KEY


def test_every_region_is_in_its_realm() -> None:
    """As the SDK has it."""
    assert REALM_OF == sdk.REGION_REALMS


def test_every_key_names_its_region() -> None:
    """As the SDK has it, for the regions that have a key of their own."""
    known = {key: region for key, region in sdk.REGIONS_SHORT_NAMES.items() if region in REALM_OF}

    assert known == REGION_OF_KEY
