"""Every resource the engine has asked about in this process, by URN.

The engine asks about one resource at a time, and a preview and the deploy after it are two processes. So this
is exactly what the operation has registered so far, never what a state file says.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from oci_functions_guard.resource import Resource

__all__ = ["Registered"]


class Registered:
    """Resources by URN. Safe to use from the several threads that serve the engine."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._resources: dict[str, Resource] = {}

    def record(self, resource: Resource) -> bool:
        """Remembers the resource in place of an earlier one of its URN. False where it was known already."""
        with self._lock:
            if self._resources.get(resource.urn) is resource:
                return False
            self._resources[resource.urn] = resource
            return True

    def find(self, urn: str) -> Resource | None:
        """The resource registered under this URN, None for one never seen."""
        with self._lock:
            return self._resources.get(urn)

    def count(self, chosen: Callable[[Resource], bool]) -> int:
        """How many resources there are of those that are chosen."""
        with self._lock:
            return sum(map(chosen, self._resources.values()))

    def select(self, chosen: Callable[[Resource], bool]) -> tuple[Resource, ...]:
        """Those that are chosen, in the order they were registered."""
        with self._lock:
            return tuple(filter(chosen, self._resources.values()))

    def names(self) -> frozenset[str]:
        """The names of all resources, as the program gives them."""
        with self._lock:
            return frozenset(resource.name for resource in self._resources.values())
