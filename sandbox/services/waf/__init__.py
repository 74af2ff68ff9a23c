"""Web Application Firewall: regional policies, and their attachment to load balancers."""

POLICY = "oci:Waf/appFirewallPolicy:AppFirewallPolicy"
FIREWALL = "oci:Waf/appFirewall:AppFirewall"
