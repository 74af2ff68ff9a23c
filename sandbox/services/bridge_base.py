"""How the real Pulumi provider treats one resource type, before and after it asks the service.

`Bridge` is the shape, with answers for a type the provider does nothing special for. Does not know Pulumi's
protocol: inputs are plain values, secrets opened, and `UNKNOWN` where a value is not known before the deploy.
"""

# ruff: noqa: ARG002 every bridge has the same parameters, used or not
from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any


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


class Bridge:
    """The provider's treatment of one resource type; what is data about it is given, the rest overridden.

    `force_new`: inputs whose change makes a new resource, nested ones as dotted paths; None where the
    documentation of the SDK's classes is all that is known. `unordered`: inputs compared as sets. `defaults`:
    what is put into the inputs where a program says nothing. All as in the Terraform provider's schema.
    """

    def __init__(
        self,
        *,
        force_new: Collection[str] | None = None,
        unordered: Collection[str] = (),
        defaults: Mapping[str, Any] | None = None,
    ) -> None:
        self.force_new = None if force_new is None else frozenset(force_new)
        self.unordered = frozenset(unordered)
        self.defaults: Mapping[str, Any] = MappingProxyType(dict(defaults or {}))

    def check(self, inputs: Mapping[str, Any]) -> Iterable[Failure]:
        """What the real provider refuses before a service is asked. Values may be UNKNOWN."""
        return ()

    def same(self, name: str, old: Any, new: Any) -> bool:
        """Whether two values of a property are the same to the service, such as JSON spaced differently."""
        return False

    def planned(self, inputs: Mapping[str, Any], outputs: dict[str, Any]) -> dict[str, Any]:
        """Outputs shown at the preview of an update; may replace values by UNKNOWN."""
        return outputs
