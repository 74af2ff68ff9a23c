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

    def existing(self, id: str, type: str, what: str) -> Record | None:
        """The resource with this id; None for a foreign OCID, which is taken as existing.

        NotFound for an id of this store that doesn't exist (any more) or is of another type.
        """
        record = self.store.get(id)
        if record is not None:
            if record.type != type:
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
