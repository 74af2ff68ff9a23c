"""Stand-ins for the resource providers `oci` and `docker-build`, spoken to by the real Pulumi engine.

Each is a process that serves Pulumi's `ResourceProvider` over gRPC. Holds what the two have in common; what
OCI itself would refuse is in `sandbox.services`.
"""
