"""What Database with PostgreSQL computes that programs read: where a DB system is reached."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.cloud import addresses, identities, regions
from sandbox.cloud.call import Call
from sandbox.cloud.service_rules import Rules
from sandbox.services.psql import DB_SYSTEM


class DbSystemRules(Rules):
    """A DB system: its instances, and the address of the primary one."""

    def computed(self, call: Call) -> Mapping[str, Any]:
        return {"instances": _instances(call), **_network(call)}

    def refreshed(self, call: Call, outputs: dict[str, Any]) -> dict[str, Any]:
        return {**outputs, **_network(call)}


def _network(call: Call) -> dict[str, Any]:
    network = call.inputs.get("networkDetails") or {}
    address = addresses.private(call, addresses.subnet_of(call))
    return {"networkDetails": {"primaryDbEndpointPrivateIp": address, **network}}


def _instances(call: Call) -> list[dict[str, Any]]:
    place = f"SbOx:{regions.key_of(call.cloud.region)}-AD-1"
    return [
        {
            "id": identities.beside(call.id, "postgresqldbnode", number + 1),
            "availabilityDomain": place,
            "description": "",
            "displayName": f"{call.inputs.get('displayName')}-{number + 1}",
            "lifecycleDetails": "",
            "state": "ACTIVE",
        }
        for number in range(int(call.inputs.get("instanceCount") or 1))
    ]


RULES: Mapping[str, Rules] = {DB_SYSTEM: DbSystemRules()}
