"""Web Application Firewall. What is known of its types is in `bridge`."""
