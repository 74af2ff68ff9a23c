"""Refuses the policy with which the statements on one compartment path exceed OCI's hard limit.

Counts what this program registers, plus what config says exists there already. Knows the tree of compartments
only as far as config gives it: a compartment without a parent there is taken as a child of the root.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from oci_functions_guard.judged_policy import ROOT
from oci_functions_guard.rule import Case, Said, Violation
from oci_functions_guard.statements import holds_statements as applies

__all__ = ["applies", "check"]

_LIMIT: Final = 500  # Oracle's page on limits of the compartment hierarchy


def check(case: Case) -> Iterator[Said]:
    own = case.policy().place
    limit = int(case.settings.get("limit", _LIMIT))
    used = int(case.settings.get("alreadyUsed", 0))
    parents = case.settings.get("compartments", {})
    counts = case.memory.statements_by_place()
    paths = (_path(place, parents) for place in counts)
    fullest = max((sum(counts.get(step, 0) for step in path) for path in paths if own in path), default=0)
    if fullest + used > limit:
        yield Violation(f"{fullest + used} statements on one compartment path, where the limit is {limit}")


def _path(place: str, parents: Mapping[str, str]) -> set[str]:
    """The compartment, everything above it, and the root."""
    path = {ROOT}
    step: str | None = place
    while step is not None and step not in path:
        path.add(step)
        step = parents.get(step)
    return path
