"""How the Pulumi provider treats network load balancers."""

from __future__ import annotations

from sandbox.services import bridge_of
from sandbox.services.networkloadbalancer import NETWORK_LOAD_BALANCER


def test_a_reserved_address_changes_in_place_with_the_version_only() -> None:
    """Alone it makes a new one; all else is as the facts say."""
    bridge = bridge_of(NETWORK_LOAD_BALANCER)

    assert bridge.replaces("reservedIps.id", {}, {}) is True
    assert bridge.replaces("reservedIps", {"nlbIpVersion": "IPV4"}, {"nlbIpVersion": "IPV6"}) is False
    assert bridge.replaces("displayName", {}, {}) is None
