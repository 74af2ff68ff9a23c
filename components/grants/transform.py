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
from components.grants.refusal import refusal, secret_refusal

Judge = Callable[..., Sequence[Any]]
POLICY_TYPE = "oci:Identity/policy:Policy"


def refuse_overbroad_statements() -> None:
    """From now on, refuse every statement that the judge refuses."""
    register_stack_transformation(_transformation)


def _transformation(
    args: pulumi.ResourceTransformationArgs,
) -> pulumi.ResourceTransformationResult | None:
    if args.type_ != POLICY_TYPE:
        return None
    return pulumi.ResourceTransformationResult(props=guarded(args.name, args.props), opts=args.opts)


def guarded(name: str, props: Mapping[str, Any]) -> dict[str, Any]:
    """The policy's properties, with every statement that is not known yet judged as soon as it is.

    At deploy the whole policy is judged once more when all of it is known, since one statement can define a
    name that another uses. Not at preview, where one unknown statement would make all others unknown too.

    Raises `RefusedStatement` with every known statement that is refused.
    """
    statements = props.get("statements")
    where = f"policy {name}"
    if isinstance(statements, pulumi.Output):
        return {**props, "statements": _when_known(statements, partial(_pass_all, where, ()))}
    if not isinstance(statements, Sequence) or isinstance(statements, str):
        return dict(props)
    known = _pass_all(where, (), [each for each in statements if isinstance(each, str)])
    each_guarded = [_guarded_one(each, partial(_pass_all, where, known)) for each in statements]
    if pulumi.runtime.is_dry_run() or len(known) == len(statements):
        return {**props, "statements": each_guarded}
    whole = pulumi.Output.all(*each_guarded)
    return {**props, "statements": _when_known(whole, partial(_pass_all, where, ()))}


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
    where: str, beside: Sequence[str], statements: Sequence[Any], secret: bool = False
) -> Sequence[Any]:
    """The statements, unless one is refused in a policy that also holds those `beside` it."""
    texts = [str(each) for each in statements]
    verdicts = oci_iam.judge_policy([*beside, *texts])[len(beside) :]
    lines = [
        secret_refusal(where, verdict) if secret else refusal(where, text, verdict)
        for text, verdict in zip(texts, verdicts, strict=True)
        if verdict.refused
    ]
    if lines:
        raise RefusedStatement(*lines)
    return statements
