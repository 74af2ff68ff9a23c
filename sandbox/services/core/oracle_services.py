"""What a service gateway can lead to: Oracle's services of a region, by OCID and by the label of rules."""

from __future__ import annotations

from sandbox.cloud import regions
from sandbox.cloud.call import Cloud

_ALL = "services-in-oracle-services-network"


def services_of(cloud: Cloud) -> list[dict[str, str]]:
    """What a service gateway can lead to in this region: Object Storage alone, or everything."""
    key = regions.key_of(cloud.region)
    return [
        {
            # Oracle's own, and so the same for everybody in the region.
            "id": f"ocid1.service.oc1.{regions.in_ocid(cloud.region)}.aaaaaaaa{number}",
            "name": name,
            "description": name,
            "cidrBlock": f"{prefix}-{key.lower()}-{rest}",
        }
        for number, name, prefix, rest in (
            (1, f"OCI {key} Object Storage", "oci", "objectstorage"),
            (2, f"All {key} Services In Oracle Services Network", "all", _ALL),
        )
    ]
