"""The edge web application firewall (WAAS): policies and custom protection rules."""
