"""Monitoring. What is known of its types is in `bridge`."""
