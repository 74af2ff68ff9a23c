"""API Gateway. What is known of its types is in `bridge`."""
