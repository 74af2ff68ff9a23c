"""Statements by which a function may write what invokes a function, and whether one reaches a watch.

Leans to the safe side: a variable whose value nobody can tell here may have the one that lets the statement
hold, and a compartment given by its name may be the watched one. Does not look at `deny` statements, nor at
what crosses tenancies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from oci_functions_guard.judged_policy import JudgedPolicy
from oci_functions_guard.overlap import overlap
from oci_functions_guard.resource import Resource
from oci_functions_guard.statements import Entry
from oci_functions_guard.watches import PERMISSIONS, Watch
from oci_iam.conditions import holds, must, yielded
from oci_iam.decision import yields_permission
from oci_iam.policy import read
from oci_iam.statement import AllOf, AnyOf, Comparison, Condition, Leaf, Pattern, Statement, Text, Value

__all__ = ["PRINCIPAL", "Parents", "Writer", "may_hold", "writers"]

# Variables that a request to write an object, a message or a log line can have. A comparison with any other
# that is about the target is false.
_TARGETS: Final = (
    "target.bucket.",
    "target.compartment.",
    "target.log",
    "target.object.",
    "target.queue.",
    "target.resource.",
    "target.stream.",
)
PRINCIPAL: Final = "request.principal.id"

Parents: TypeAlias = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Writer:
    """One statement that yields a permission to write.

    `pinned` are the literals that its condition certainly demands, folded to lower case, `groups` the URNs of
    the dynamic groups that its component registered it for.
    """

    policy: Resource
    entry: Entry
    statement: Statement
    permissions: frozenset[str]
    pinned: Mapping[str, frozenset[str]]
    groups: frozenset[str]

    def may_be(self, function: str) -> bool:
        """Whether the condition leaves it open, or says, that the principal is this function."""
        return PRINCIPAL not in self.pinned or function.lower() in self.pinned[PRINCIPAL]

    def reaches(self, function: str, watch: Watch, parents: Parents) -> bool:
        """Whether the function, a member of the subject, may write what the watch is about."""
        return (
            not watch.permissions.isdisjoint(self.permissions)
            and self._covers(watch, parents)
            and may_hold(self.statement.condition, lambda leaf: _leaf_may_hold(leaf, function, watch))
        )

    def _covers(self, watch: Watch, parents: Parents) -> bool:
        """Whether the statement's location can hold what is watched, which lies in the rule's compartment or
        below it. A name that both say is one thing, wherever the two think that it is."""
        location = self.statement.location
        if watch.compartment is None or location.id is None:
            return location.kind in ("tenancy", "compartment")
        here, there = location.id.casefold(), watch.compartment.casefold()
        return (
            here.startswith("ocid1.tenancy.")
            or here in _ancestry(there, parents)
            or there in _ancestry(here, parents)
            or not self.pinned.keys().isdisjoint(watch.names)
        )


def _ancestry(compartment: str, parents: Parents) -> list[str]:
    """The compartment and all above it, as far as they are known, and the tenancy."""
    found = [compartment]
    while (parent := parents.get(found[-1], "")) and parent not in found:
        found.append(parent)
    return found


def writers(policy: JudgedPolicy, groups: Callable[[Entry], frozenset[str]]) -> Iterator[Writer]:
    """The policy's statements that may be about a function which writes. `groups` says which dynamic groups a
    statement was registered for."""
    for judged in policy.statements:
        entry = judged.entry
        statement = read(entry.text) if entry.text is not None else None
        if not isinstance(statement, Statement) or statement.kind != "allow":
            continue
        granted = frozenset(each for each in PERMISSIONS if yields_permission(statement, each))
        permissions = yielded(statement.condition, granted)
        if permissions:
            pinned = must(statement.condition)
            yield Writer(policy.resource, entry, statement, permissions, pinned, groups(entry))


def may_hold(condition: Condition | None, leaf_may_hold: Callable[[Leaf], bool]) -> bool:
    """Whether a condition can hold, where each of its comparisons can or cannot."""
    if condition is None:
        return True
    if isinstance(condition, AllOf):
        return all(may_hold(part, leaf_may_hold) for part in condition.conditions)
    if isinstance(condition, AnyOf):
        return any(may_hold(part, leaf_may_hold) for part in condition.conditions)
    return leaf_may_hold(condition)


def _leaf_may_hold(leaf: Leaf, function: str, watch: Watch) -> bool:
    if not isinstance(leaf, Comparison):
        return True
    known = {"request.principal.type": "fnfunc", PRINCIPAL: function}
    if leaf.variable in known:
        return holds(leaf, known)
    if leaf.variable == "request.permission":
        return any(holds(leaf, {leaf.variable: each}) for each in watch.permissions)
    if leaf.variable in watch.names:
        return _may_match(leaf, watch.names[leaf.variable])
    return leaf.variable.startswith(_TARGETS) or not leaf.variable.startswith("target.")


def _may_match(leaf: Comparison, watched: tuple[str, ...]) -> bool:
    """Whether one of the values that are watched can satisfy the comparison."""
    patterns = [_as_pattern(value) for value in leaf.values]
    if leaf.op in ("=", "in"):
        return any(each is None or overlap(each, one) for each in patterns for one in watched)
    if leaf.op in ("!=", "not in"):
        excluded = {each.casefold() for each in patterns if each is not None}
        return any("*" in one or one.casefold() not in excluded for one in watched)
    return True


def _as_pattern(value: Value) -> str | None:
    """The value as a pattern; None for a variable, whose value nobody knows here."""
    return value.text if isinstance(value, Text | Pattern) else None
