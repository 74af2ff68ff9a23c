"""Edge firewall policies (WAAS). Here: the names of its resource types."""

from __future__ import annotations

CUSTOM_RULE = "oci:Waas/customProtectionRule:CustomProtectionRule"
POLICY = "oci:Waas/policy:Policy"
