"""One request to the cloud: where it goes, and what it asks for.

Plain values only, secrets opened. Does not know what a service says to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.cloud import identities
from sandbox.cloud.errors import NotFound
from sandbox.cloud.store import Record, Store


@dataclass(frozen=True)
class Cloud:
    """Where a request goes: the store, and the region and tenancy the provider is configured for."""

    store: Store
    region: str
    tenancy: str
    home_region: str | None = None
    """The tenancy's home region where it is known for sure; None where any region may write IAM."""

    is_region_given: bool = False
    """Whether the provider is configured for that region, rather than it being guessed."""

    def mint(self, kind: str) -> str:
        """A new OCID of a type."""
        return identities.mint(kind, self.region, self.store.mark)

    def region_for(self, type: str) -> str:
        """Where a new resource of a type lives: nowhere in particular if it is the same in all regions, or if
        the region is only guessed."""
        return "" if identities.is_global(type) or not self.is_region_given else self.region

    def sees(self, record: Record) -> bool:
        """Whether a request to this region finds the resource."""
        return not record.region or not self.is_region_given or record.region == self.region

    def list(self, type: str) -> list[Record]:
        """The resources of a type that a request to this region finds, oldest first."""
        return [record for record in self.store.list(type) if self.sees(record)]

    def existing(self, id: str, type: str, what: str) -> Record | None:
        """The resource with this id; None for a foreign OCID, which is taken as existing.

        NotFound for an id of this store that doesn't exist (any more), is of another type or lives in another
        region.
        """
        record = self.store.get(id)
        if record is not None:
            if record.type != type or not self.sees(record):
                raise NotFound(f"{what} {id} not found")
            return record
        ocid = identities.read(id)
        if ocid is not None and identities.is_minted(ocid, self.store.mark):
            raise NotFound(f"{what} {id} not found")
        return None


@dataclass(frozen=True)
class Call:
    """One create, update or delete. `inputs` are the new ones (the last ones for a delete)."""

    cloud: Cloud
    type: str
    urn: str
    id: str
    inputs: Mapping[str, Any]
    former: Record | None = None

    @property
    def store(self) -> Store:
        """The store the call works on; a transaction is open."""
        return self.cloud.store
