"""How the Pulumi provider treats the types of edge firewall policies (WAAS)."""

from __future__ import annotations

from sandbox.services.bridge_base import Bridge
from sandbox.services.waas import CUSTOM_RULE, POLICY

BRIDGES = {
    CUSTOM_RULE: Bridge(force_new=()),
    "oci:Waas/httpRedirect:HttpRedirect": Bridge(force_new={"domain"}),
    POLICY: Bridge(
        force_new={"domain"},
        unordered={"originGroups", "origins"},
        compared={
            "policyConfig.healthChecks.expectedResponseCodeGroups": "case",
            "policyConfig.healthChecks.headers": "case",
            "policyConfig.loadBalancingMethod.method": "case",
            "wafConfig.accessRules.responseHeaderManipulations.action": "case",
        },
        defaults={
            "originGroups[].originGroups[].weight": 1,
            "origins[].httpPort": 80,
            "origins[].httpsPort": 443,
        },
        dropped={
            "originGroups.originGroups.weight",
            "origins.customHeaders",
            "origins.httpPort",
            "origins.httpsPort",
            "policyConfig.clientAddressHeader",
            "wafConfig.cachingRules.cachingDuration",
            "wafConfig.cachingRules.clientCachingDuration",
        },
    ),
    "oci:Waas/protectionRule:ProtectionRule": Bridge(force_new={"waasPolicyId"}),
}
