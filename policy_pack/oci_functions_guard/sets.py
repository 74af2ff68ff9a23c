"""What policies and dynamic groups of this operation add up to, asked one resource at a time.

Each resource is added when it is analysed and answered with what it completes, so that a resource rule can
refuse exactly that one, before it is created. A resource that is analysed again counts once, as it is now.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from oci_functions_guard.judged_policy import JudgedPolicy
from oci_functions_guard.resource import Resource
from oci_iam.combinations import Combinations, SetFinding
from oci_iam.directory import DynamicGroup
from oci_iam.policy import Policy

__all__ = ["Sets"]

_Feed: TypeAlias = Callable[[Combinations], tuple[SetFinding, ...]]


@dataclass(frozen=True, slots=True)
class _Fed:
    """A resource that was added, how, and what it completed then."""

    resource: Resource
    feed: _Feed
    found: tuple[SetFinding, ...]


class Sets:
    """The statements and matching rules seen so far. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._combinations = Combinations()
        self._fed: dict[str, _Fed] = {}

    def completed_by(self, judged: JudgedPolicy) -> tuple[SetFinding, ...]:
        """What this policy completes together with all that was added before it."""
        policy = Policy(judged.compartment_id or "", judged.texts, judged.resource.name)
        return self._complete(judged.resource, lambda combinations: combinations.add(policy))

    def completed_by_group(self, resource: Resource, matching_rule: str) -> tuple[SetFinding, ...]:
        """What this dynamic group completes together with all that was added before it."""
        name = resource.text("name") or resource.text("displayName") or resource.name
        group = DynamicGroup(name, matching_rule)
        return self._complete(resource, lambda combinations: combinations.add_dynamic_group(group))

    def _complete(self, resource: Resource, feed: _Feed) -> tuple[SetFinding, ...]:
        with self._lock:
            known = self._fed.get(resource.urn)
            if known is not None and known.resource is resource:
                return known.found
            if known is not None:
                self._forget(resource.urn)
            found = feed(self._combinations)
            self._fed[resource.urn] = _Fed(resource, feed, found)
            return found

    def _forget(self, urn: str) -> None:
        """Starts over with everything but this resource: what was added cannot be taken out again."""
        del self._fed[urn]
        self._combinations = Combinations()
        for fed in self._fed.values():
            fed.feed(self._combinations)
