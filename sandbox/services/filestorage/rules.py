"""What File Storage refuses, and what it computes that programs read: the address of a mount target."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.cloud import addresses, identities
from sandbox.cloud.call import Call
from sandbox.cloud.declared import Declared, formed
from sandbox.cloud.service_rules import Rules
from sandbox.services.filestorage import EXPORT, FILE_SYSTEM, MOUNT_TARGET


class MountTargetRules(Rules):
    """A mount target, which has an address in its subnet, and a private IP that programs look up."""

    def claims(self, call: Call) -> Iterable[str]:
        yield f"ocid|{identities.beside(call.id, 'privateip')}"

    def computed(self, call: Call) -> Mapping[str, Any]:
        given = call.inputs.get("ipAddress")
        return {
            "ipAddress": given or addresses.private(call, addresses.subnet_of(call)),
            "privateIpIds": [identities.beside(call.id, "privateip")],
        }


RULES: Mapping[str, Rules] = {
    EXPORT: Declared({"path": formed(r"/\S*", "a path that begins with /")}, unique="{exportSetId}|{path}"),
    FILE_SYSTEM: Declared(used_by={EXPORT: "the export"}),
    MOUNT_TARGET: MountTargetRules(),
}
