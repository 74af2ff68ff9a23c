"""What a service's rules are given and may say.

`Rules` is the shape of one resource type's rules, with answers for a type that has none. Does not know
Pulumi's protocol: inputs are plain values, secrets opened.
"""

# ruff: noqa: ARG002 every rule and lookup has the same parameters, used or not
from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sandbox.errors import NotFound
from sandbox.providers import ocids
from sandbox.store import Record, Store


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
        return ocids.mint(kind, self.region, self.store.mark)

    def existing(self, id: str, type: str, what: str) -> Record | None:
        """The resource with this id; None for a foreign OCID, which is taken as existing.

        NotFound for an id of this store that doesn't exist (any more) or is of another type.
        """
        record = self.store.get(id)
        if record is not None:
            if record.type != type:
                raise NotFound(f"{what} {id} not found")
            return record
        ocid = ocids.read(id)
        if ocid is not None and ocids.is_minted(ocid, self.store.mark):
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


@dataclass(frozen=True)
class Failure:
    """One input the provider itself refuses, before any service is asked."""

    property: str
    reason: str


class Rules:
    """The rules of one resource type. Every answer here is that of a type OCI has no special rules for."""

    # Properties the service compares as sets.
    unordered: frozenset[str] = frozenset()

    # What the provider puts into the inputs where a program says nothing (`Default` in its source).
    defaults: Mapping[str, Any] = MappingProxyType({})

    def check(self, inputs: Mapping[str, Any]) -> Iterable[Failure]:
        """What the real provider refuses before a service is asked. Values may be UNKNOWN."""
        return ()

    def same(self, name: str, old: Any, new: Any) -> bool:
        """Whether two values of a property are the same to the service, such as JSON spaced differently."""
        return False

    def new_id(self, call: Call) -> str | None:
        """The id of a new resource, where it isn't a plain OCID."""
        return None

    def claims(self, call: Call) -> Iterable[str]:
        """Names nobody else may have, each as `<scope>|<name>`; the store refuses a taken one."""
        return ()

    def create(self, call: Call) -> None:
        """Refuse what the service refuses at create, by a `ServiceError`."""
        self.write(call)

    def update(self, call: Call) -> None:
        """Refuse what the service refuses at update."""
        self.write(call)

    def write(self, call: Call) -> None:
        """Refuse what the service refuses at create and update alike."""

    def delete(self, call: Call) -> None:
        """Refuse a delete, such as of an application that still has functions."""

    def computed(self, call: Call) -> Mapping[str, Any]:
        """Outputs the service fills in at create. Whatever isn't here gets a plain value by its name."""
        return {}

    def refreshed(self, call: Call, outputs: dict[str, Any]) -> dict[str, Any]:
        """Outputs after an update; `outputs` are the former ones with the new inputs over them."""
        return outputs

    def planned(self, inputs: Mapping[str, Any], outputs: dict[str, Any]) -> dict[str, Any]:
        """Outputs shown at the preview of an update; may replace values by UNKNOWN."""
        return outputs
