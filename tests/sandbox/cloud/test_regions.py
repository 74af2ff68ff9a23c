"""Regions, their keys, and how OCIDs spell them."""

from __future__ import annotations

import pytest

from sandbox.cloud import regions


@pytest.mark.parametrize("region", sorted(regions.KEYS))
def test_a_region_reads_back_from_every_spelling(region: str) -> None:
    """From that of OCIDs, and from its key in any case."""
    assert regions.named(regions.in_ocid(region)) == region
    assert regions.by_key(regions.key_of(region).lower()) == region
    assert regions.by_key(region) == region


def test_a_region_the_table_does_not_know() -> None:
    """Its key is made up; nothing leads back to it."""
    assert regions.key_of("xx-new-1") == "XX-"
    assert regions.by_key("nothing") == ""
    assert regions.in_ocid("xx-new-1") == regions.named("xx-new-1") == "xx-new-1"
