"""Refuses over-broad policy statements inside the program, also when the policy pack is not there.

Registered once, before any resource, it sees every policy the program declares, whoever wrote it. A statement
known now is refused at once; one that is known later is refused when it is, and hides none of its neighbours.

It runs in the program's own process, where a refusal ends the program with one message. (A transform that the
engine calls back would show a stack trace around it.) So it does not see resources that a component written
in another language creates; the policy pack does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from pulumi.runtime import register_stack_transformation

import oci_iam
from components.errors import RefusedStatement

POLICY_TYPE = "oci:Identity/policy:Policy"


def refuse_overbroad_statements(tenancy_id: str) -> None:
    """From now on, refuse statements that the judge refuses, knowing which OCID is the tenancy's."""
    context = oci_iam.Context(tenancy_id=tenancy_id)

    def transformation(
        args: pulumi.ResourceTransformationArgs,
    ) -> pulumi.ResourceTransformationResult | None:
        if args.type_ != POLICY_TYPE:
            return None
        props = guarded(args.name, args.props, context)
        return pulumi.ResourceTransformationResult(props=props, opts=args.opts)

    register_stack_transformation(transformation)


def guarded(name: str, props: Mapping[str, Any], context: oci_iam.Context) -> dict[str, Any]:
    """The policy's properties, with every statement that is not known yet judged as soon as it is.

    Raises `RefusedStatement` with every known statement that is refused.
    """
    statements = props.get("statements")
    if isinstance(statements, pulumi.Output):
        return {**props, "statements": statements.apply(lambda known: _pass_all(name, known, context))}
    if not isinstance(statements, Sequence) or isinstance(statements, str):
        return dict(props)
    _pass_all(name, [each for each in statements if isinstance(each, str)], context)
    return {**props, "statements": [_guarded_one(name, each, context) for each in statements]}


def _guarded_one(name: str, statement: Any, context: oci_iam.Context) -> Any:
    if isinstance(statement, str):
        return statement
    return pulumi.Output.from_input(statement).apply(lambda known: _pass_all(name, [known], context)[0])


def _pass_all(name: str, statements: Sequence[str], context: oci_iam.Context) -> Sequence[str]:
    lines = [line for statement in statements for line in _refusals(name, statement, context)]
    if lines:
        raise RefusedStatement(*lines)
    return statements


def _refusals(name: str, statement: str, context: oci_iam.Context) -> list[str]:
    verdict = oci_iam.judge(statement, context)
    if not verdict.refused:
        return []
    reasons = [f"({each.code}) {each.message} Instead: {each.remediation}" for each in verdict.findings]
    return [
        f"policy {name}: refused {reason} In: {statement}" for reason in reasons or [f"({verdict.verdict})"]
    ]
