"""What the rules know beyond the resource in hand: what was registered before it, and what was judged then.

One hook records every resource before any rule sees it; rules only read. A resource that is analysed again
replaces itself.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping

from oci_functions_guard.judged_policy import JudgedPolicy
from oci_functions_guard.loops import Loops
from oci_functions_guard.registered import Registered
from oci_functions_guard.resource import Resource
from oci_functions_guard.sets import Sets

__all__ = ["Memory"]


class Memory:
    """Judged policies by URN, beside the resources. Safe to use from the several threads that serve the
    engine.
    """

    def __init__(self) -> None:
        self.registered = Registered()
        self.sets = Sets()
        self.loops = Loops()
        self.whole: tuple[Resource, ...] = ()  # the stack, at the end of the operation
        self._lock = threading.Lock()
        self._policies: dict[str, JudgedPolicy] = {}
        self._named: dict[str, dict[str, JudgedPolicy]] = {}
        self._statements: Counter[str] = Counter()

    def record(self, resource: Resource) -> None:
        """Remembers the resource, and forgets what was judged of an earlier one under the same URN."""
        with self._lock:
            if self.registered.record(resource):
                self._forget(resource.urn)

    def keep(self, policy: JudgedPolicy) -> None:
        """Remembers a judged policy, unless the resource was analysed again meanwhile."""
        with self._lock:
            urn = policy.resource.urn
            if self.registered.find(urn) is policy.resource:
                self._forget(urn)
                self._policies[urn] = policy
                self._named.setdefault(policy.resource.name, {})[urn] = policy
                self._statements[policy.place] += len(policy.statements)

    def _forget(self, urn: str) -> None:
        known = self._policies.pop(urn, None)
        if known is not None:
            del self._named[known.resource.name][urn]
            self._statements[known.place] -= len(known.statements)

    def policy(self, urn: str) -> JudgedPolicy | None:
        """What was judged of the policy of this URN, None before anything was."""
        with self._lock:
            return self._policies.get(urn)

    def policies_named(self, name: str) -> tuple[JudgedPolicy, ...]:
        """Every judged policy of a resource of this name, in the order of judging."""
        with self._lock:
            return tuple(self._named.get(name, {}).values())

    def statements_by_place(self) -> Mapping[str, int]:
        """How many statements each compartment holds, by `JudgedPolicy.place`; kept, not counted here."""
        with self._lock:
            return dict(self._statements)
