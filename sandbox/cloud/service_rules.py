"""What a service says about one resource type: what it refuses and computes, which names it keeps unique.

`Rules` is the shape, with answers for a type that has none of its own. Does not know who asks: a Pulumi
provider and a REST endpoint get the same answer.
"""

# ruff: noqa: ARG002 every rule has the same parameters, used or not
from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.cloud.call import Call
from sandbox.cloud.store import Store


class Rules:
    """The rules of one resource type. Every answer here is that of a type OCI has no special rules for."""

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
        return self.derived(call)

    def derived(self, call: Call) -> Mapping[str, Any]:
        """Outputs that follow from the inputs, at create and after each update."""
        return {}

    def planned(self, store: Store, urn: str, inputs: Mapping[str, Any]) -> None:
        """What the service is to know of a resource that a preview shows as to be created."""

    def created(self, call: Call) -> None:
        """What the service does once the resource is there, in the same transaction, such as asking for a
        confirmation."""

    def refreshed(self, call: Call, outputs: dict[str, Any]) -> dict[str, Any]:
        """Outputs after an update; `outputs` are the former ones with the new inputs over them."""
        return {**outputs, **self.derived(call)}
