"""How the Pulumi provider treats load balancers."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.providers import diffing
from sandbox.providers.sdk import Sdk
from sandbox.services import bridge_of
from sandbox.services.loadbalancer import LOAD_BALANCER

ONE, OTHER = {"id": "ocid1.publicip.oc1.iad.a"}, {"id": "ocid1.publicip.oc1.iad.b"}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"ipv6subnetCidr": "a", "ipMode": "IPV6"}, {"ipv6subnetCidr": "b", "ipMode": "IPV6"}, True),
        ({"ipv6subnetCidr": "a", "ipMode": "IPV4"}, {"ipv6subnetCidr": "b", "ipMode": "IPV6"}, False),
        ({"reservedIps": [ONE]}, {"reservedIps": [OTHER]}, False),
        ({"reservedIps": [ONE]}, {"reservedIps": [ONE, OTHER]}, True),
        (
            {"reservedIps": [ONE], "ipMode": "IPV4"},
            {"reservedIps": [ONE, OTHER], "ipMode": "IPV6"},
            False,
        ),
    ],
)
def test_addresses_change_in_place_with_the_mode(
    old: dict[str, Any], new: dict[str, Any], expected: bool
) -> None:
    """Alone, another number of reserved ones, or another subnet, makes a new load balancer."""
    type = Sdk("pulumi_oci").resource(LOAD_BALANCER)
    found = diffing.changes(type, bridge_of(LOAD_BALANCER), old, new, old)

    assert found
    assert any(change.replace for change in found) is expected
