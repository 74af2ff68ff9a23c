"""Typed values of the components, OCI's limits on them, and how each is checked. Knows no Pulumi."""
