"""The tenancy's Object Storage namespace, which is also that of its container registry."""

from __future__ import annotations

from sandbox.cloud.call import Cloud


def namespace_of(cloud: Cloud) -> str:
    """The tenancy's Object Storage namespace."""
    return cloud.store.setting("namespace") or "sandboxns"
