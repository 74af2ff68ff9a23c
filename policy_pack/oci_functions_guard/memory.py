"""What was analysed before in this process: every resource by URN, and what was read out of each policy.

The engine asks about one resource at a time, and a preview and the deploy after it are two processes. So what
is remembered here is exactly what this operation has registered so far, never what a state file says. One
hook records every resource before any rule sees it; rules only read. A resource that is analysed again
replaces itself.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from oci_functions_guard.resource import Resource
from oci_functions_guard.sets import Sets

if TYPE_CHECKING:
    from oci_functions_guard.reading import Reading

__all__ = ["Memory"]


class Memory:
    """Resources and readings by URN. Safe to use from the several threads that serve the engine."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._resources: dict[str, Resource] = {}
        self._readings: dict[str, Reading] = {}
        self._statements: Counter[str] = Counter()
        self.sets = Sets()

    def record(self, resource: Resource) -> None:
        """Remembers the resource, and forgets what was read out of an earlier one under the same URN."""
        with self._lock:
            if self._resources.get(resource.urn) is not resource:
                self._resources[resource.urn] = resource
                self._forget(resource.urn)

    def find(self, urn: str) -> Resource | None:
        """The resource recorded under this URN, None for one never seen."""
        with self._lock:
            return self._resources.get(urn)

    def of_type(self, *types: str) -> tuple[Resource, ...]:
        """Every recorded resource of these type tokens, in the order they were first seen."""
        with self._lock:
            return tuple(known for known in self._resources.values() if known.type in types)

    def keep(self, reading: Reading) -> None:
        """Remembers what was read out of a policy, unless the policy was analysed again meanwhile."""
        with self._lock:
            if self._resources.get(reading.resource.urn) is reading.resource:
                self._forget(reading.resource.urn)
                self._readings[reading.resource.urn] = reading
                self._statements[reading.place] += len(reading.judged)

    def _forget(self, urn: str) -> None:
        known = self._readings.pop(urn, None)
        if known is not None:
            self._statements[known.place] -= len(known.judged)

    def reading(self, urn: str) -> Reading | None:
        with self._lock:
            return self._readings.get(urn)

    def readings(self) -> tuple[Reading, ...]:
        """What was read out of every policy seen so far, in the order of reading."""
        with self._lock:
            return tuple(self._readings.values())

    def statements_by_place(self) -> Mapping[str, int]:
        """How many statements stand in each compartment, by `Reading.place`; kept, not counted here."""
        with self._lock:
            return dict(self._statements)
