"""Refuses over-broad policy statements inside the program, also when the policy pack is not there.

Registered once, before any resource, it sees every policy the program declares, whoever wrote it. A statement
known now is refused at once; one that is known later is refused when it is, and hides none of its neighbours.

It runs in the program's own process, where a refusal ends the program with one message. (A transform that the
engine calls back would show a stack trace around it.) So it does not see resources that a component written
in another language creates; the policy pack does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import pulumi
from pulumi.runtime import register_stack_transformation

import oci_iam
from components.errors import RefusedStatement
from components.refusals import refusal, secret_refusal

Judge = Callable[..., Sequence[Any]]
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
    judge = partial(_pass_all, f"policy {name}", context)
    if isinstance(statements, pulumi.Output):
        return {**props, "statements": _when_known(statements, judge)}
    if not isinstance(statements, Sequence) or isinstance(statements, str):
        return dict(props)
    judge([each for each in statements if isinstance(each, str)])
    return {**props, "statements": [_guarded_one(each, judge) for each in statements]}


def _guarded_one(statement: Any, judge: Judge) -> Any:
    if isinstance(statement, str):
        return statement
    alone = pulumi.Output.from_input(statement).apply(lambda known: [known])
    return _when_known(alone, judge).apply(lambda passed: passed[0])


def _when_known(statements: pulumi.Output[Any], judge: Judge) -> pulumi.Output[Any]:
    """The same output, which fails when it becomes known and one of its statements is refused."""
    both: pulumi.Output[Any] = pulumi.Output.all(statements, statements.is_secret())
    return both.apply(lambda known: judge(known[0], secret=known[1]))


def _pass_all(
    where: str, context: oci_iam.Context, statements: Sequence[Any], secret: bool = False
) -> Sequence[Any]:
    lines = []
    for statement in statements:
        verdict = oci_iam.judge(str(statement), context)
        if verdict.refused:
            lines.append(
                secret_refusal(where, verdict) if secret else refusal(where, str(statement), verdict)
            )
    if lines:
        raise RefusedStatement(*lines)
    return statements
