"""DNS. Here: the names of its resource types."""

from __future__ import annotations

RRSET = "oci:Dns/rrset:Rrset"
ZONE = "oci:Dns/zone:Zone"
