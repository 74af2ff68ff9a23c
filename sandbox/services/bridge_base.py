"""How the real Pulumi provider treats one resource type, before and after it asks the service.

`Bridge` is the shape, with answers for a type the provider does nothing special for. Does not know Pulumi's
protocol: inputs are plain values, secrets opened, and `UNKNOWN` where a value is not known before the deploy.
"""

# ruff: noqa: ARG002 every bridge has the same parameters, used or not
from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sandbox.cloud import validation
from sandbox.cloud.call import Call
from sandbox.cloud.store import Record


class _Unknown:
    """The one value of its kind."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = _Unknown()


@dataclass(frozen=True)
class Failure:
    """One input the provider itself refuses, before any service is asked."""

    property: str
    reason: str


def _same_number(old: Any, new: Any) -> bool:
    try:
        return int(old) == int(new)
    except (TypeError, ValueError):
        return False


def _same_but_for_case(old: Any, new: Any) -> bool:
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(_same_but_for_case, old, new))
    return isinstance(old, str) and isinstance(new, str) and old.lower() == new.lower()


def _same_time(old: Any, new: Any) -> bool:
    try:
        return datetime.fromisoformat(old) == datetime.fromisoformat(new)
    except (TypeError, ValueError):
        return False


_SAME: Mapping[str, Callable[[Any, Any], bool]] = {
    "case": _same_but_for_case,
    "json": validation.same_json,
    "number": _same_number,
    "time": _same_time,
}


class Bridge:
    """The provider's treatment of one resource type; what is data about it is given, the rest overridden.

    Places are dotted paths (`sourceDetails.sourceType`), the same for every item of a list. All data is that
    of the Terraform provider's schema:

    `force_new`   inputs whose change makes a new resource; None where the documentation of the SDK's classes
                  is all that is known
    `unordered`   lists compared as sets
    `compared`    values that may be written differently: as "json", "number", "time", or in another "case"
    `defaults`    what is put into the inputs where a program says nothing; `[]` is every item of a list
    `dropped`     optional inputs inside of objects that are gone once a program leaves them out; all others
                  keep their last value (optional and computed)
    """

    def __init__(
        self,
        *,
        force_new: Collection[str] | None = None,
        unordered: Collection[str] = (),
        compared: Mapping[str, str] | None = None,
        defaults: Mapping[str, Any] | None = None,
        dropped: Collection[str] = (),
    ) -> None:
        self.force_new = None if force_new is None else frozenset(force_new)
        self.unordered = frozenset(unordered)
        self.compared: Mapping[str, str] = MappingProxyType(dict(compared or {}))
        self.defaults: Mapping[str, Any] = MappingProxyType(dict(defaults or {}))
        self.dropped = frozenset(dropped)

    def same(self, place: str, old: Any, new: Any) -> bool:
        """Whether two values at a place are the same to the provider, such as JSON spaced differently."""
        return place in self.compared and _SAME[self.compared[place]](old, new)

    def check(self, inputs: Mapping[str, Any]) -> Iterable[Failure]:
        """What the real provider refuses before a service is asked. Values may be UNKNOWN."""
        return ()

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
