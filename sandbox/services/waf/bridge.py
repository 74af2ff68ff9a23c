"""How the Pulumi provider treats the types of Web Application Firewall."""

from __future__ import annotations

from sandbox.services.bridge_base import Bridge

BRIDGES = {
    "oci:Waf/appFirewall:AppFirewall": Bridge(force_new={"backendType", "loadBalancerId"}),
    "oci:Waf/appFirewallPolicy:AppFirewallPolicy": Bridge(force_new=()),
}
