"""How the real Pulumi provider treats one resource type, before and after it asks the service.

`Bridge` is the shape, with answers for a type the provider does nothing special for. Does not know Pulumi's
protocol: inputs are plain values, secrets opened, and `UNKNOWN` where a value is not known before the deploy.
"""

# ruff: noqa: ARG002 every bridge has the same parameters, used or not
from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sandbox.cloud.call import Call
from sandbox.cloud.errors import InvalidParameter
from sandbox.cloud.store import Record
from sandbox.facts import TypeFacts
from sandbox.services import compared_values
from sandbox.services.schema_refusals import Failure, Refusals

__all__ = ["UNKNOWN", "Bridge", "Failure"]


class _Unknown:
    """The one value of its kind."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = _Unknown()


class Bridge:
    """The provider's treatment of one resource type: what is known as data (`sandbox.facts`), the rest
    overridden.

    Places are dotted paths (`sourceDetails.sourceType`), the same for every item of a list. Keys of defined
    tags have no letter case, whatever the type.
    """

    def __init__(self, facts: TypeFacts | None = None) -> None:
        self.facts = facts or TypeFacts()
        self.is_known = facts is not None
        """Whether there are facts; where not, the documentation of the SDK's classes is all that is known."""
        self.refusals = Refusals(self.facts)

    def same(self, place: str, old: Any, new: Any) -> bool:
        """Whether two values at a place are the same to the provider, such as JSON spaced differently."""
        way = self.facts.compared.get(place)
        if way is None:
            way = "keys" if place == "definedTags" or place.endswith(".definedTags") else None
        return way is not None and compared_values.same(way, old, new)

    def replaces(self, place: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool | None:
        """Whether a change at a place makes a new resource; None where the facts decide. `old` and `new` are
        all inputs."""
        return None

    def check(self, inputs: Mapping[str, Any]) -> Iterable[Failure]:
        """What the real provider refuses before a service is asked. Values may be UNKNOWN."""
        return self.refusals.of_schema(inputs)

    def verify(self, inputs: Mapping[str, Any]) -> None:
        """Refuse the first value that the plan has passed and that the provider's client or the service
        refuses at create: none of an enumeration, or out of a range."""
        for failure in self.refusals.of_service(inputs):
            raise InvalidParameter(f"{failure.property}: {failure.reason}")

    def sent(self, inputs: dict[str, Any]) -> dict[str, Any]:
        """What the service is sent of the inputs; markers the provider puts there for itself are left out."""
        return inputs

    def taken_over(self, call: Call) -> Record | None:
        """What is there already and the provider takes for the new resource, instead of creating one."""
        return None

    def is_left(self, inputs: Mapping[str, Any]) -> bool:
        """Whether a delete only lets go of the resource, which stays in the cloud."""
        return False

    def ignored(self, inputs: Mapping[str, Any]) -> Collection[str]:
        """Top-level inputs whose changes count for nothing beside these new inputs."""
        return ()

    def unsettled(self, inputs: Mapping[str, Any]) -> Collection[str]:
        """Top-level inputs that every plan shows as changed, because nobody knows their next value."""
        return ()

    def planned(self, inputs: Mapping[str, Any], outputs: dict[str, Any]) -> dict[str, Any]:
        """Outputs shown at the preview of an update; may replace values by UNKNOWN."""
        return outputs
