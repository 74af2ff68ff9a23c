"""Whether an OCID stands for something.

An OCID this store did not mint is taken as existing, because a program's compartments, networks and keys
live outside the sandbox; with `OCI_SANDBOX_STRICT=1` only a tenancy's is, and that of a
service, which is Oracle's.
"""

from __future__ import annotations

import os

from sandbox.cloud import identities
from sandbox.cloud.call import Cloud
from sandbox.cloud.store import Record


def strict() -> bool:
    """Whether foreign OCIDs are refused."""
    return os.environ.get("OCI_SANDBOX_STRICT", "") not in ("", "0", "false")


def exists(cloud: Cloud, value: str, ocid: identities.Ocid) -> bool:
    """Whether an OCID stands for something: in the store, or outside the sandbox."""
    if identities.is_minted(ocid, cloud.store.mark) or strict():
        if value == cloud.tenancy or ocid.type in ("tenancy", "service"):
            return True
        return _record(cloud, value) is not None
    return True


def is_elsewhere(cloud: Cloud, value: str) -> bool:
    """Whether an OCID stands for something of the store that lives in another region."""
    record = _record(cloud, value)
    return record is not None and not cloud.sees(record)


def _record(cloud: Cloud, value: str) -> Record | None:
    """The resource with this OCID, or the one it is a part of."""
    return cloud.store.get(value) or cloud.store.get(cloud.store.holder(f"ocid|{value}") or "")
