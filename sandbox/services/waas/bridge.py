"""How the Pulumi provider treats the types of edge firewall policies (WAAS)."""

from __future__ import annotations

from sandbox.services.bridge_base import Bridge
from sandbox.services.waas import CUSTOM_RULE, POLICY

BRIDGES = {
    CUSTOM_RULE: Bridge(force_new=()),
    "oci:Waas/httpRedirect:HttpRedirect": Bridge(force_new={"domain"}),
    POLICY: Bridge(force_new={"domain"}),
    "oci:Waas/protectionRule:ProtectionRule": Bridge(force_new={"waasPolicyId"}),
}
