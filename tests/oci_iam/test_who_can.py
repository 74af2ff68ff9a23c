"""Who may do something: the answer names exactly those whom `decide` allows, and drops nothing it cannot tell."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import oci_iam
from oci_iam._parser import parse_condition
from oci_iam.conditions import holds
from oci_iam.decision import Trial
from oci_iam.questions import Target
from oci_iam.statement import Statement, Unparsable
from oci_iam.who_can import Ability, Denial, Holders, who_can
from tests.oci_iam.oracle import ACCOUNT, MARTA, PAUL, TENANCY, Call, Grant, allows
from tests.oci_iam.test_soundness import DIRECTORY, EVERY_CALL, GRANTS, oci_operation

ADMINISTRATORS = "ocid1.group.oc1..admins"
WORLD = replace(DIRECTORY, users={MARTA: "marta", PAUL: "paul"})
DENYING = replace(
    WORLD,
    deny_enabled=True,
    groups={**WORLD.groups, ADMINISTRATORS: oci_iam.Group("Administrators", frozenset({PAUL}))},
)


def request_of(call: Call) -> oci_iam.Request:
    """The call as the code under test takes it."""
    caller = call.caller
    return oci_iam.Request(
        oci_iam.Principal(caller.type, caller.id, caller.compartment, caller.service),
        call.permission,
        call.compartment,
        oci_operation(call),
        call.target,
        {"request.region": call.region, **dict(zip(ACCOUNT, caller.account or (), strict=False))},
    )


def is_meant(subject: str, condition: str, trial: Trial) -> bool:
    """Whether the principal of a trial is in a subject and meets a condition, both as the answer shows them."""
    statement = oci_iam.parse(f"Allow {subject} to use fn-invocation in tenancy")
    assert isinstance(statement, Statement)
    if not trial.speaks_of(statement, NO_ALIASES):
        return False
    left = parse_condition(condition) if condition else None
    assert not isinstance(left, Unparsable)
    return holds(left, trial.variables)


NO_ALIASES = oci_iam.policy.aliases_of(())


def is_denied(denials: tuple[Denial, ...], trial: Trial) -> bool:
    """Whether one of the denials of an answer meets the principal of a trial."""
    exempt = "default/administrators" in trial.group_keys
    return not exempt and any(is_meant(one.subject, one.condition, trial) for one in denials)


def names(abilities: tuple[Ability, ...], trial: Trial) -> bool:
    """Whether an answer names the principal of a trial."""
    return any(
        is_meant(one.subject, one.condition, trial) and not is_denied(one.unless, trial) for one in abilities
    )


def lists(abilities: tuple[Ability, ...], trial: Trial) -> bool:
    """Whether an answer lists the user of a trial among the users of the directory."""
    return any(
        holder.id == trial.request.principal.id
        and is_meant("any-user", holder.condition, trial)
        and not is_denied(holder.unless, trial)
        for one in abilities
        for holder in one.users or ()
    )


_ASKED = sorted({(call.permission, call.function) for call in EVERY_CALL})


def check(statements: tuple[str, ...], directory: oci_iam.Directory, *, operation: bool) -> None:
    """Compares the answer to every question of the small tenancy with `decide`, caller by caller."""
    policies = [oci_iam.Policy(TENANCY, statements)]
    for permission, function in _ASKED:
        calls = [call for call in EVERY_CALL if (call.permission, call.function) == (permission, function)]
        first = request_of(calls[0])
        target = Target(first.compartment_id, first.target, {}, first.operation if operation else None)
        answer = who_can(permission, target, policies, directory)
        for call in calls:
            trial = Trial(request_of(call), directory)
            expected = oci_iam.decide(trial.request, policies, directory).allowed

            assert expected == names(answer.abilities, trial), (call, statements, answer)
            if call.caller.type == "user":
                assert expected == lists(answer.abilities, trial), (call, statements, answer)


GENERATED = settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])


@GENERATED
@given(st.lists(GRANTS, min_size=1, max_size=3), st.booleans())
def test_names_exactly_whom_decide_allows(grants: list[Grant], operation: bool) -> None:
    """In a small tenancy the principals named, each under the conditions shown, are those `decide` allows."""
    check(tuple(map(str, grants)), WORLD, operation=operation)


@GENERATED
@given(GRANTS, GRANTS)
def test_names_exactly_whom_decide_allows_where_deny_counts(grant: Grant, deny: Grant) -> None:
    """A deny takes from the answer exactly what it takes from `decide`."""
    check((str(grant), str(deny).replace("Allow", "Deny", 1)), DENYING, operation=True)
