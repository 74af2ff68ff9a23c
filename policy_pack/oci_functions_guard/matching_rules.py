"""Which resources hold the matching rule of a dynamic group. Does not read the rule."""

from __future__ import annotations

from oci_functions_guard.resource import Resource
from oci_iam import resource_tokens

__all__ = ["holds_matching_rule"]


def holds_matching_rule(resource: Resource) -> bool:
    return resource_tokens.holds_matching_rule(resource.type)
