"""Which resources hold the matching rule of a dynamic group. Does not read the rule."""

from __future__ import annotations

from typing import Final

from oci_functions_guard.resource import Resource

__all__ = ["holds_matching_rule"]

_TYPES: Final = frozenset(
    {
        "oci:Identity/dynamicGroup:DynamicGroup",
        "oci:Identity/domainsDynamicResourceGroup:DomainsDynamicResourceGroup",
    }
)


def holds_matching_rule(resource: Resource) -> bool:
    return resource.type in _TYPES
