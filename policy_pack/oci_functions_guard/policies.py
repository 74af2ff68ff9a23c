"""The rules as policies of the SDK, for any policy pack of its own: `PolicyPack("mine",
policies=guard_policies())`.

Read through the SDK a value's mark of secrecy is lost, and so is what the engine says about the stage on
newer engines (it counts as a deploy). `server` serves the same policies without either loss.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from pulumi_policy import (
    EnforcementLevel,
    PolicyComplianceFramework,
    PolicyConfigSchema,
    PolicyResource,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    Severity,
    StackValidationArgs,
    StackValidationPolicy,
)

from oci_functions_guard.examiner import Examiner
from oci_functions_guard.layout import wrapped
from oci_functions_guard.resource import Resource
from oci_functions_guard.rule import Rule
from oci_functions_guard.values import Value, read_sdk

__all__ = ["GuardPolicy", "GuardStackPolicy", "guard_policies"]


class GuardPolicy(ResourceValidationPolicy):
    """A rule about one resource, as the SDK wants it."""

    def __init__(self, examiner: Examiner, rule: Rule) -> None:
        super().__init__(**_described(rule))
        self.rule = rule
        self._examiner = examiner

    def validate(self, args: ResourceValidationArgs, report_violation: ReportViolation) -> None:
        """Asks the rule by way of the SDK. Never raises an UnknownValueError: the proxies are read past."""
        resource = _resource(args)
        self._examiner.see(resource)
        _ask(self._examiner, self.rule, resource, args, lambda text: report_violation(text, None))


class GuardStackPolicy(StackValidationPolicy):
    """A rule about the whole program, as the SDK wants it."""

    def __init__(self, examiner: Examiner, rule: Rule) -> None:
        super().__init__(**_described(rule))
        self.rule = rule
        self._examiner = examiner

    def validate(self, args: StackValidationArgs, report_violation: ReportViolation) -> None:
        """Asks the rule about each resource, with all of them known."""
        self._examiner.memory.whole = tuple(map(_resource, args.resources))
        for resource in self._examiner.memory.whole:
            _ask(self._examiner, self.rule, resource, args, _about(resource, report_violation))


def _about(resource: Resource, report_violation: ReportViolation) -> Callable[[str], None]:
    return lambda text: report_violation(text, resource.urn)


def _ask(
    examiner: Examiner,
    rule: Rule,
    resource: Resource,
    args: ResourceValidationArgs | StackValidationArgs,
    report: Callable[[str], None],
) -> None:
    (outcome,) = examiner.examine(resource, [(rule, args.get_config())])
    if outcome is None:
        return
    for text in (*outcome.refusals, *(violation.text for violation in outcome.violations)):
        report(wrapped(text))
    for text in outcome.notices:
        print(f"{rule.info.name}: {resource.name}: {text}", file=sys.stderr)


def _described(rule: Rule) -> dict[str, Any]:
    info = rule.info
    return {
        "name": info.name,
        "description": info.title,
        "enforcement_level": EnforcementLevel(info.level),
        "config_schema": PolicyConfigSchema(properties=info.properties),
        "display_name": info.title,
        "severity": Severity(info.severity),
        "framework": _framework(rule),
        "tags": list(info.tags),
        "remediation_steps": info.remediation,
        "url": info.url,
    }


def _framework(rule: Rule) -> PolicyComplianceFramework | None:
    control = rule.info.framework
    if control is None:
        return None
    return PolicyComplianceFramework(control.name, control.version, control.reference, control.specification)


def _resource(args: ResourceValidationArgs | PolicyResource) -> Resource:
    provider = args.provider.props if args.provider is not None else {}
    return Resource(
        urn=args.urn,
        type=args.resource_type,
        name=args.name,
        props=_fields(args.props),
        parent=args.opts.parent,
        provider=_fields(provider),
        uses={
            name: frozenset(each.urn for each in used)
            for name, used in getattr(args, "property_dependencies", {}).items()
        },
    )


def _fields(props: Any) -> dict[str, Value]:
    fields = read_sdk(props)
    if not isinstance(fields, dict):
        raise TypeError("a resource's properties are not an object")
    return fields


def guard_policies(examiner: Examiner | None = None) -> list[GuardPolicy | GuardStackPolicy]:
    """A policy a rule, over one memory. Use them in one pack, and only once in it."""
    shared = examiner if examiner is not None else Examiner()
    return [
        GuardStackPolicy(shared, rule) if rule.info.at_end else GuardPolicy(shared, rule)
        for rule in shared.rules
    ]
