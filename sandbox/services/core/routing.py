"""What Networking makes with a DRG, and what both ends of a peering say of each other.

Sources: Oracle's pages "Dynamic Routing Gateways" (the two route tables and the distribution that each DRG is
made with) and "Local VCN Peering".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.cloud import identities
from sandbox.cloud.call import Call
from sandbox.cloud.service_rules import Rules
from sandbox.services.core import DRG, VCN, blocks


class DrgRules(Rules):
    """A DRG, with a route table for VCNs and one for all else."""

    def claims(self, call: Call) -> Iterable[str]:
        yield from (f"ocid|{each}" for each in _tables(call.id))

    def computed(self, call: Call) -> Mapping[str, Any]:
        networks, others = _tables(call.id)
        return {
            "defaultDrgRouteTables": [
                {
                    "ipsecTunnel": others,
                    "remotePeeringConnection": others,
                    "vcn": networks,
                    "virtualCircuit": others,
                }
            ],
            "defaultExportDrgRouteDistributionId": _distribution(call.id),
        }


def _tables(id: str) -> tuple[str, str]:
    return identities.beside(id, "drgroutetable", 1), identities.beside(id, "drgroutetable", 2)


def _distribution(id: str) -> str:
    return identities.beside(id, "drgroutedistribution")


class DrgAttachmentRules(Rules):
    """What is attached, as the older input for VCNs says it, too; and the DRG's table where none is given."""

    def computed(self, call: Call) -> Mapping[str, Any]:
        details = call.inputs.get("networkDetails") or {}
        kind = str(details.get("type") or "VCN").upper()
        vcn = call.inputs.get("vcnId") or (details.get("id") if kind == "VCN" else "")
        drg = call.store.get(str(call.inputs.get("drgId")))
        table = call.inputs.get("drgRouteTableId")
        if not table and drg is not None and drg.type == DRG:
            table = _tables(drg.id)[0 if kind == "VCN" else 1]
        return {"vcnId": vcn or "", "isCrossTenancy": False, **({"drgRouteTableId": table} if table else {})}


class LocalPeeringRules(Rules):
    """A local peering gateway; the one that names the other says that they are connected."""

    def derived(self, call: Call) -> Mapping[str, Any]:
        return _peering(call)


def _peering(call: Call) -> dict[str, Any]:
    peer = call.store.get(str(call.inputs.get("peerId") or ""))
    network = call.store.get(str(peer.outputs.get("vcnId"))) if peer is not None else None
    if network is None or network.type != VCN:
        return {}
    found = [str(each) for each in blocks.of_vcn(network.outputs)]
    return {
        "isCrossTenancyPeering": False,
        "peerAdvertisedCidr": found[0] if found else "",
        "peerAdvertisedCidrDetails": found,
        "peeringStatus": "PEERED",
        "peeringStatusDetails": "Connected to a peer.",
    }
