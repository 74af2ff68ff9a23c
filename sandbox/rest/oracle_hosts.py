"""The names of Oracle's hosts: which are Oracle's, and which service in which region one stands for.

`objectstorage.us-ashburn-1.oraclecloud.com`, `functions.us-ashburn-1.oci.oraclecloud.com`,
`<id>.us-ashburn-1.functions.oci.oraclecloud.com`,
`<namespace>.objectstorage.us-ashburn-1.oci.customer-oci.com` and, for dual stack,
`….us-ashburn-1.ds.oci.oraclecloud.com`: the order of service and region differs, so a host is read as its
labels without region and domain. Sources: the SDK's endpoint templates and its table of realms.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

DOMAINS = (
    "oraclecloud.com",
    "customer-oci.com",
    "oraclegovcloud.com",
    "oraclegovcloud.uk",
    "oraclecloud.eu",
    *(f"oraclecloud{number}.com" for number in (8, 9, 10, 14, 15, 20, 21, 23, 24, 26, 29, 35, 42, 51, 52)),
)
"""The second-level domains of all realms."""

_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
_REGION = re.compile(r"[a-z]{2}(?:-[a-z]+){1,2}-\d", re.ASCII)


@dataclass(frozen=True)
class OracleHost:
    """`labels` are what is left without region and domain: `("functions",)`, `("abc123", "functions")`."""

    name: str
    labels: tuple[str, ...]
    region: str
    """Empty where the name has none."""


def read(name: str) -> OracleHost | None:
    """A host of Oracle's, in any case and without a port; None for any other."""
    name = name.lower()
    domain = next((one for one in DOMAINS if name.endswith(f".{one}")), None)
    if domain is None or len(name) > 253:
        return None
    labels = name[: -len(domain) - 1].split(".")
    if not all(_LABEL.fullmatch(label) for label in labels):
        return None
    for suffix in ("oci", "ds"):
        if len(labels) > 1 and labels[-1] == suffix:
            labels.pop()
    region = next((label for label in reversed(labels) if _REGION.fullmatch(label)), "")
    return OracleHost(name, tuple(label for label in labels if label != region), region)
