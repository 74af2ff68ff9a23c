"""How the Pulumi provider treats the types of Web Application Firewall."""

from __future__ import annotations

from sandbox.services.bridge_base import Bridge
from sandbox.services.waf import FIREWALL, POLICY

_PROTECTED = ("requestProtection.rules", "responseProtection.rules")
_SETTINGS = "protectionCapabilitySettings"
_LIMITS = {
    "maxHttpRequestHeaderLength": 8000,
    "maxHttpRequestHeaders": 25,
    "maxNumberOfArguments": 255,
    "maxSingleArgumentLength": 400,
    "maxTotalArgumentLength": 64000,
}

BRIDGES = {
    FIREWALL: Bridge(force_new={"backendType", "loadBalancerId"}, compared={"backendType": "case"}),
    POLICY: Bridge(
        force_new=(),
        compared={"actions.body.type": "case", "actions.type": "case"},
        defaults={
            "requestProtection.bodyInspectionSizeLimitInBytes": 8192,
            **{
                f"{place}[].{_SETTINGS}.{name}": value
                for place in _PROTECTED
                for name, value in _LIMITS.items()
            },
        },
        dropped={
            "actions.body.template",
            "actions.body.text",
            "requestProtection.bodyInspectionSizeLimitInBytes",
            *(f"{place}.{_SETTINGS}.{name}" for place in _PROTECTED for name in _LIMITS),
        },
    ),
}
