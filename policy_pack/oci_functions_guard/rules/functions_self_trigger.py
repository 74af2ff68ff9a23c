"""Refuses the rule, connector, policy or dynamic group that lets a function write what invokes it.

Over several functions too. Looks at everything the program has registered so far, and at nothing that existed
in the tenancy before. Topics are not judged: no statement can name one.
"""

from __future__ import annotations

from collections.abc import Iterator

from oci_functions_guard.evidence import referred
from oci_functions_guard.layout import shorten
from oci_functions_guard.loops import Step
from oci_functions_guard.matching_rules import holds_matching_rule
from oci_functions_guard.resource import Resource
from oci_functions_guard.rule import Case, Later, Said, Violation
from oci_functions_guard.statements import Entry, holds_statements
from oci_functions_guard.values import UNKNOWN
from oci_functions_guard.watches import Unclear, Watch, is_watch, watches
from oci_functions_guard.wording import quoted
from oci_functions_guard.writers import writers

__all__ = ["applies", "check"]

_INSTEAD = (
    "exclude what the function writes by the filter's resourceName or the statement's target.object.name, "
    "let it write elsewhere, or exempt one resource of the way round"
)


def applies(resource: Resource) -> bool:
    return is_watch(resource) or holds_statements(resource) or holds_matching_rule(resource)


def check(case: Case) -> Iterator[Said]:
    parents = case.settings.get("compartments", {})
    resource, loops = case.resource, case.memory.loops
    if is_watch(resource):
        found = watches(resource)
        yield from (Later(each.text) for each in found if isinstance(each, Unclear))
        known = tuple(each for each in found if isinstance(each, Watch))
        ways = loops.by_watches(resource.urn, known, parents)
    elif holds_statements(resource):
        writing = tuple(writers(case.policy(), lambda entry: _groups(case, entry)))
        ways = loops.by_writers(resource.urn, writing, parents)
    else:
        rule = resource.get("matchingRule")
        if rule is UNKNOWN:
            yield Later("matchingRule is unknown")
        ways = loops.by_group(resource, rule if isinstance(rule, str) else "", parents)
    for way in ways:
        yield _violation(way)


def _groups(case: Case, entry: Entry) -> frozenset[str]:
    """The dynamic groups that the statement's component registered it for."""
    registered = case.memory.registered
    found = [registered.find(urn) for urn in referred(case.resource, entry, registered)]
    return frozenset(each.urn for each in found if each is not None and holds_matching_rule(each))


def _violation(way: tuple[Step, ...]) -> Violation:
    first = way[0]
    lines = [f"the function {shorten(first.function)} may invoke itself without end"]
    for step in way:
        lines.append(f"  by:      {shorten(step.writer.policy.name)} {quoted(step.writer.entry)}")
        lines.append(
            f"  then:    {shorten(step.watch.resource.name)} invokes {shorten(step.watch.function)} "
            f"after a write to {shorten(step.watch.what)}"
        )
    lines.append(f"  instead: {_INSTEAD}")
    # Which of them completes the way depends on the order in which the program registers them.
    shared = [(step.writer.policy.name, step.writer.entry.fingerprint) for step in way]
    shared += [(step.watch.resource.name, "") for step in way]
    return Violation("\n".join(lines), (first.writer.entry.fingerprint,), shared=tuple(shared))
