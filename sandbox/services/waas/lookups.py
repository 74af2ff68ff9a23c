"""Data sources of the edge firewall."""

from __future__ import annotations

from sandbox.services.asking import Lookup, listing, showing
from sandbox.services.waas.rules import CUSTOM_RULE, POLICY

LOOKUPS: dict[str, Lookup] = {
    "oci:Waas/getCustomProtectionRule:getCustomProtectionRule": showing(
        CUSTOM_RULE, "customProtectionRuleId"
    ),
    "oci:Waas/getCustomProtectionRules:getCustomProtectionRules": listing(
        "customProtectionRules", CUSTOM_RULE
    ),
    "oci:Waas/getWaasPolicies:getWaasPolicies": listing("waasPolicies", POLICY),
    "oci:Waas/getWaasPolicy:getWaasPolicy": showing(POLICY, "waasPolicyId"),
}
