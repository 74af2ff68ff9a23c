"""How the Pulumi provider treats IAM's types."""

from __future__ import annotations

from sandbox.services.bridge_base import Bridge
from sandbox.services.identity import DYNAMIC_GROUP, GROUP, MEMBERSHIP, POLICY

_TAGS = tuple(
    f"urnietfparamsscimschemasoracleidcsextensionOciTags.{name}" for name in ("definedTags", "freeformTags")
)

BRIDGES = {
    "oci:Identity/domainsDynamicResourceGroup:DomainsDynamicResourceGroup": Bridge(
        force_new={"idcsEndpoint"}, unordered=_TAGS
    ),
    "oci:Identity/domainsGroup:DomainsGroup": Bridge(
        force_new={"idcsEndpoint"}, unordered={"members", *_TAGS}
    ),
    DYNAMIC_GROUP: Bridge(force_new={"compartmentId", "name"}),
    GROUP: Bridge(force_new={"compartmentId", "name"}),
    POLICY: Bridge(force_new={"compartmentId", "name"}),
    MEMBERSHIP: Bridge(force_new={"groupId", "userId"}),
}
