"""How the Pulumi provider treats IAM's types."""

from __future__ import annotations

from typing import Any

from sandbox.services.bridge_base import Bridge
from sandbox.services.identity import DYNAMIC_GROUP, GROUP, MEMBERSHIP, POLICY


class PolicyBridge(Bridge):
    """Policies."""

    def same(self, name: str, old: Any, new: Any) -> bool:
        """The service keeps neither the order of statements nor their spacing."""
        if name != "statements" or not isinstance(old, list) or not isinstance(new, list):
            return False
        return _spaced(old) == _spaced(new)


def _spaced(statements: list[Any]) -> list[str]:
    return sorted(" ".join(str(statement).split()) for statement in statements)


BRIDGES = {
    "oci:Identity/domainsDynamicResourceGroup:DomainsDynamicResourceGroup": Bridge(
        force_new={"idcsEndpoint"}
    ),
    "oci:Identity/domainsGroup:DomainsGroup": Bridge(force_new={"idcsEndpoint"}),
    DYNAMIC_GROUP: Bridge(force_new={"compartmentId", "name"}),
    GROUP: Bridge(force_new={"compartmentId", "name"}),
    POLICY: PolicyBridge(force_new={"compartmentId", "name"}),
    MEMBERSHIP: Bridge(force_new={"groupId", "userId"}),
}
