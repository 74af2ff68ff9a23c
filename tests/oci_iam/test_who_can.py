"""Who may do something: the answer names exactly whom `decide` allows, and drops nothing it cannot tell."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import oci_iam
from oci_iam.conditions import holds
from oci_iam.decision import Trial
from oci_iam.language.parser import parse_condition
from oci_iam.questions import Target
from oci_iam.statement import Statement, Unparsable
from oci_iam.who_can import Ability, Denial, Holders, who_can
from tests.oci_iam.oracle import ACCOUNT, MARTA, PAUL, TENANCY, Call, Grant
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
    """Whether the principal of a trial is in a subject and meets a condition, as the answer shows them."""
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


# --- examples ----------------------------------------------------------------------------------------------

APPS = "ocid1.compartment.oc1..apps"
FUNCTION = "ocid1.fnfunc.oc1.iad.resize"
ADA, BOB = "ocid1.user.oc1..ada", "ocid1.user.oc1..bob"
DIRECTORY_OF_TWO = oci_iam.Directory(
    TENANCY,
    {APPS: oci_iam.Compartment("Apps"), "ocid1.compartment.oc1..other": oci_iam.Compartment("Other")},
    {
        "ocid1.group.oc1..callers": oci_iam.Group("Callers", frozenset({ADA, BOB})),
        "ocid1.group.oc1..nobody": oci_iam.Group("Nobody"),
    },
    {
        "ocid1.dynamicgroup.oc1..w": oci_iam.DynamicGroup("Workers", "resource.type = 'fnfunc'"),
        "ocid1.dynamicgroup.oc1..b": oci_iam.DynamicGroup("Broken", "ALL {resource.type = 'fnfunc'"),
    },
    users={ADA: "ada"},
)
TARGET = Target(APPS, {"target.function.id": FUNCTION})


def ask(*statements: str, permission: str = "FN_INVOCATION", is_placed: bool = True) -> Holders:
    """The answer for one function in Apps."""
    policies = [oci_iam.Policy(TENANCY, statements, "p")]
    return who_can(permission, TARGET, policies, DIRECTORY_OF_TWO, is_placed=is_placed)


def test_a_group_is_named_with_its_members() -> None:
    """Those the directory knows, by OCID and name, and what of the condition is left."""
    ability, empty, unknown = ask(
        "Allow group Callers to use fn-invocation in compartment Apps"
        f" where all {{request.region = 'iad', target.function.id = '{FUNCTION}'}}",
        "Allow group Nobody to manage all-resources in tenancy",
        "Allow group Strangers to use fn-invocation in tenancy",
    ).abilities

    assert ability.condition == "request.region = 'iad'"
    assert [(one.id, one.name) for one in ability.users or ()] == [(ADA, "ada"), (BOB, "")]
    assert (empty.users, unknown.users) == ((), None)


def test_a_condition_picks_users_out() -> None:
    """Each user is looked at: what is said of one leaves the others out."""
    (ability,) = ask(
        f"Allow group Callers to use fn-invocation in tenancy where request.user.id = '{BOB}'"
    ).abilities
    (anybody,) = ask(
        f"Allow any-user to use fn-invocation in tenancy where request.user.id = '{BOB}'"
    ).abilities

    assert [one.id for one in ability.users or ()] == [BOB]
    assert [one.id for one in anybody.users or ()] == [BOB]


def test_what_can_never_hold_is_left_out() -> None:
    """Another target, another place, another permission, a resource's type on a group of users."""
    other = "target.function.id = 'ocid1.fnfunc.oc1.iad.other'"

    assert ask(
        f"Allow group Callers to use fn-invocation in tenancy where {other}",
        "Allow group Callers to use fn-invocation in compartment Other",
        "Allow group Callers to read fn-function in tenancy",
        "Allow group Callers to use fn-invocation in tenancy where request.principal.type = 'fnfunc'",
        "Allow service faas to use fn-invocation in tenancy where request.user.id = 'x'",
        "Endorse group Callers to use fn-invocation in any-tenancy",
    ) == Holders("FN_INVOCATION", (), ())


def test_a_dynamic_group_is_named_with_its_rule() -> None:
    """And what its rule says of every member is no condition any more."""
    (ability,) = ask(
        "Allow dynamic-group Workers to use fn-invocation in tenancy where request.principal.type = 'fnfunc'"
    ).abilities

    assert (ability.condition, ability.rule) == ("", "resource.type = 'fnfunc'")


def test_what_a_rule_leaves_open_stays_a_condition() -> None:
    """One member of several is meant."""
    one = f"request.principal.id = '{FUNCTION}'"
    (ability,) = ask(f"Allow dynamic-group Workers to use fn-invocation in tenancy where {one}").abilities

    assert ability.condition == one


DOUBTS = [
    ("Allow group Callers to use fn-invocation in tenancy;", "not understood"),
    ("Allow group Callers to use fn-invocaton in tenancy", "may mean `fn-invocation`"),
    ("Allow group Callers to use fn-invocation in compartment Nowhere", "contains the target's"),
    ("Allow resource x.y to use fn-invocation in tenancy", "not documented"),
    ("Admit group Callers of tenancy Friend to use fn-invocation in tenancy", "another tenancy"),
    ("Allow dynamic-group Broken to use fn-invocation in tenancy", "matching rule of dynamic-group Broken"),
]


def test_what_nobody_can_tell_is_a_doubt() -> None:
    """It grants nothing as far as `decide` knows, and may grant all the same."""
    for statement, why in DOUBTS:
        answer = ask(statement)

        assert [why in doubt.why for doubt in answer.doubts] == [True], statement
        assert [doubt.policy for doubt in answer.doubts] == ["policy 'p'"]


def test_a_doubt_is_about_the_permission_asked() -> None:
    """What could not mean it is no doubt, nor is what a condition rules out."""
    never = "where target.function.id = 'ocid1.fnfunc.oc1.iad.other'"

    assert ask("Allow group Callers to use fn-invocaton in tenancy", permission="OBJECT_READ").doubts == ()
    assert ask(f"Allow group Callers to use fn-invocation in compartment Nowhere {never}").doubts == ()
    assert ask("Deny group Callers to use fn-invocation in tenancy").doubts == ()


def test_a_place_that_nobody_knows_may_lie_anywhere() -> None:
    """Where the directory does not know the target's compartment, another compartment may contain it."""
    statement = "Allow group Callers to use fn-invocation in compartment Other"

    assert ask(statement).doubts == ()
    assert len(ask(statement, is_placed=False).doubts) == 1


def test_a_policy_whose_place_nobody_knows_may_reach_what_it_names() -> None:
    """The directory does not tell what lies below the compartment that it is attached to."""
    statement = f"Allow group Callers to use fn-invocation in compartment id {APPS}"

    def doubts(attached: str) -> int:
        policies = [oci_iam.Policy(attached, (statement,))]
        return len(who_can("FN_INVOCATION", TARGET, policies, DIRECTORY_OF_TWO).doubts)

    assert doubts("ocid1.compartment.oc1..stranger") == 1
    assert doubts("ocid1.compartment.oc1..other") == 0


def test_a_permission_that_the_catalogue_lacks_may_be_in_any_type_it_lacks() -> None:
    """So a verb on such a type is a doubt, and a list that holds the permission is none."""
    answer = ask(
        "Allow group Callers to use strange-things in tenancy",
        "Allow group Callers to use buckets in tenancy",
        "Allow group Callers to {STRANGE_POKE} in tenancy",
        permission="strange_poke",
    )

    assert [one.statement for one in answer.abilities] == ["Allow group Callers to {STRANGE_POKE} in tenancy"]
    assert [one.statement for one in answer.doubts] == [
        "Allow group Callers to use strange-things in tenancy"
    ]
