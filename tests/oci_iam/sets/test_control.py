"""Whom somebody can make act for him: each way found, and the same a step aside not found."""

from __future__ import annotations

import itertools

import pytest

from oci_iam import Combinations, Directory, DynamicGroup, Policy, SetFinding, find_combinations, judge

TENANCY = "ocid1.tenancy.oc1..root"
PLACE = "ocid1.compartment.oc1..pictures"
OTHER = "ocid1.compartment.oc1..other"
FUNCTION = "ocid1.fnfunc.oc1.iad.resize"
ANOTHER = "ocid1.fnfunc.oc1.iad.another"
CODE, COMMANDS, SERVICE = (
    "escalation-function-code",
    "escalation-instance-commands",
    "escalation-service-invokes",
)
HERE = f"in compartment id {PLACE}"
THERE = f"in compartment id {OTHER}"
AS_FUNCTION = f"where request.principal.id = '{FUNCTION}'"
INVOKES_OTHERS = (
    f"Allow any-user to use fn-invocation {HERE} where all {{request.principal.id = '{FUNCTION}',"
)
INVOKES_OTHERS += f" target.function.id = '{ANOTHER}'}}"


def found(*statements: str, groups: tuple[DynamicGroup, ...] = ()) -> list[SetFinding]:
    """What is found of one principal acting through another, of statements each in a policy of its own."""
    policies = [Policy(TENANCY, (text,), f"p{number}") for number, text in enumerate(statements)]
    return [one for one in find_combinations(policies, groups) if one.code in (CODE, COMMANDS, SERVICE)]


def codes(*statements: str, groups: tuple[DynamicGroup, ...] = ()) -> set[str]:
    """Their codes, the same in any order of the statements."""
    forward = {one.code for one in found(*statements, groups=groups)}
    backward = {one.code for one in found(*reversed(statements), groups=groups)}
    assert forward == backward

    return forward


# --- the code of a function ----------------------------------------------------------------------------

CHANGES = [
    f"manage fn-function {HERE}",
    f"{{FN_FUNCTION_UPDATE}} {HERE}",
    f"manage fn-function {HERE} where target.function.id = '{FUNCTION}'",
    f"manage fn-function {THERE} where target.function.id = '{FUNCTION}'",
    f"manage fn-app {HERE}",
    f"manage fn-app {HERE} where target.app.id = 'ocid1.fnapp.oc1.iad.app'",
    f"use repos {HERE}",
    f"use repos {HERE} where target.repo.name = 'resize'",
    f"use objects {HERE}",
    f"{{OBJECT_OVERWRITE}} {HERE}",
]


@pytest.mark.parametrize("change", CHANGES)
def test_who_replaces_the_code_of_a_function_acts_as_it(change: str) -> None:
    """A function that may invoke another lends that right to whoever may replace its code."""
    assert codes(f"Allow group A to {change}", INVOKES_OTHERS) == {CODE}


@pytest.mark.parametrize(
    "change",
    [
        f"read fn-function {HERE}",
        f"{{FN_FUNCTION_CREATE}} {HERE}",
        f"{{FN_FUNCTION_DELETE}} {HERE}",
        f"manage fn-function {THERE}",
        f"manage fn-function {HERE} where target.function.id = '{ANOTHER}'",
        f"manage fn-app {THERE}",
        f"read repos {HERE}",
        f"use repos {THERE}",
        f"read objects {HERE}",
        f"use objects {THERE}",
        f"use objects {HERE} where target.bucket.name = 'pictures'",
        f"manage objects {HERE} where request.permission = 'OBJECT_CREATE'",
    ],
)
def test_who_does_not_replace_its_code_does_not(change: str) -> None:
    """In another compartment, of another function, reading, or a named bucket: nothing is gained."""
    assert codes(f"Allow group A to {change}", INVOKES_OTHERS) == set()


RIGHTS = [
    "manage policies in tenancy",
    "use dynamic-groups in tenancy",
    f"manage fn-app {THERE}",
    f"read objects {THERE}",
    f"use secret-family {THERE}",
    f"read secret-bundles {THERE}",
]


@pytest.mark.parametrize("right", RIGHTS)
def test_rights_over_identities_or_beyond_the_place_are_more(right: str) -> None:
    """A function that may change policies, or reach data of another compartment, may do more than who only
    changes functions here."""
    rule = f"ALL {{resource.type = 'fnfunc', resource.compartment.id = '{PLACE}'}}"
    group = DynamicGroup("Workers", rule)

    assert CODE in codes(
        f"Allow group A to {{FN_FUNCTION_UPDATE}} {HERE}",
        f"Allow dynamic-group Workers to {right}",
        groups=(group,),
    )


@pytest.mark.parametrize(
    "right",
    [
        f"read objects {HERE}",
        f"manage objects {HERE} where target.bucket.name = 'pictures'",
        f"read objects {THERE} where target.bucket.name = 'pictures'",
        f"use ons-topics {HERE}",
        f"inspect buckets {THERE}",
        f"inspect functions-family {THERE}",
    ],
)
def test_what_a_function_does_in_its_place_is_no_more(right: str) -> None:
    """Rights of the place itself, on a named thing, or to look only, are what a function ordinarily has."""
    rule = f"ALL {{resource.type = 'fnfunc', resource.compartment.id = '{PLACE}'}}"
    group = DynamicGroup("Workers", rule)

    assert not codes(
        f"Allow group A to {{FN_FUNCTION_UPDATE}} {HERE}",
        f"Allow dynamic-group Workers to {right}",
        groups=(group,),
    )


def test_who_holds_the_same_gains_nothing() -> None:
    """What the subject may do itself, there or above, it does not gain."""
    change = f"Allow group A to manage fn-function {HERE}"
    whole = "Allow group A to use fn-invocation in tenancy"
    named = f"Allow group A to use fn-invocation {HERE} where target.function.id = '{FUNCTION}'"

    for order in itertools.permutations((whole, change, INVOKES_OTHERS)):
        assert found(*order) == []
    assert codes(named, change, INVOKES_OTHERS) == {CODE}


def test_what_may_lie_elsewhere_is_not_held_there() -> None:
    """A right in a compartment named by its path may be one of another place, so it takes nothing back."""
    change = f"Allow group A to manage fn-function {HERE}"

    assert codes(change, INVOKES_OTHERS, "Allow group A to use fn-invocation in compartment Pictures") == {
        CODE
    }


def test_beside_what_the_subject_holds_a_named_target_is_no_more() -> None:
    """Of a function's right on one bucket elsewhere nothing is said, where its changer may invoke as well."""
    both = f"Allow any-user to {{FN_INVOCATION, OBJECT_READ}} {THERE} where all {{request.principal.id ="
    both += f" '{FUNCTION}', target.bucket.name = 'pictures'}}"
    change = f"Allow group A to manage fn-function {THERE} where target.function.id = '{FUNCTION}'"
    change_here = f"Allow group A to {{FN_FUNCTION_UPDATE}} {HERE} where target.function.id = '{FUNCTION}'"
    whole = "Allow group A to use fn-invocation in tenancy"

    assert codes(both, change) == codes(both, change_here) == {CODE}
    assert codes(both, change_here, whole) == set()
    assert codes(
        both.replace("bucket.name", "nothing").replace("target.", "request."), change_here, whole
    ) == {CODE}


def test_a_function_with_rights_in_the_tenancy_lies_nowhere_known() -> None:
    """Where its grants say nothing of its place, only who names it, or changes any function, is told."""
    policies = f"Allow any-user to manage policies in tenancy {AS_FUNCTION}"

    assert codes(policies, f"Allow group A to manage fn-function {HERE}") == set()
    assert codes(policies, "Allow group A to manage fn-function in compartment Pictures") == set()
    assert codes(policies, "Allow group A to manage fn-function in tenancy") == {CODE}
    named = f"Allow group A to manage fn-function {HERE} where target.function.id = '{FUNCTION}'"
    assert codes(policies, named) == {CODE}


def test_what_is_told_policy_by_policy_is_told_as_it_is_then() -> None:
    """One policy at a time, nobody knows yet what the next one grants."""
    combinations = Combinations()
    change, whole = (
        f"Allow group A to manage fn-function {HERE}",
        "Allow group A to use fn-invocation in tenancy",
    )
    told = [combinations.add(Policy(TENANCY, (text,), "p")) for text in (change, INVOKES_OTHERS, whole)]

    assert [CODE in {one.code for one in some} for some in told] == [False, True, False]
    assert [combinations.still_holds(one) for one in told[1]] == [False]


def test_the_function_itself_gains_nothing() -> None:
    """Two statements about one principal are no way of one through another."""
    change = f"Allow any-user to manage fn-function {HERE} {AS_FUNCTION}"

    assert codes(change, INVOKES_OTHERS) == set()


def test_the_sentence_says_who_reaches_what_by_which_statements() -> None:
    """Subject, act, place, principal and the right gained, with both statements in order."""
    change = f"Allow group A to manage fn-function {HERE}"
    (finding,) = found(change, INVOKES_OTHERS)

    assert finding.subject == "group default/a"
    assert finding.message == (
        f"group default/a can change the code of a function in compartment {PLACE} that acts as any-user with"
        f" principal.id {FUNCTION}, and so gains what that may do in compartment {PLACE}: FN_INVOCATION."
    )
    assert {one.text for one in finding.contributions} == {change, INVOKES_OTHERS}
    assert judge(change).verdict == judge(INVOKES_OTHERS).verdict == "ok"


@pytest.mark.parametrize("known_first", [True, False])
def test_members_of_a_dynamic_group_are_known_by_its_rule(known_first: bool) -> None:
    """A group's rights are those of the functions its rule takes in, whenever the rule comes."""
    statements = (
        f"Allow group A to manage fn-function {HERE}",
        f"Allow dynamic-group Workers to use fn-invocation {THERE}",
    )
    rule = f"ALL {{resource.type = 'fnfunc', resource.compartment.id = '{PLACE}'}}"
    elsewhere = rule.replace(PLACE, "ocid1.compartment.oc1..third")

    def asked(text: str) -> set[str]:
        combinations = Combinations()
        group, policy = DynamicGroup("Workers", text), Policy(TENANCY, statements, "p")
        answers = list(combinations.add_dynamic_group(group)) if known_first else []
        answers += combinations.add(policy)
        answers += [] if known_first else combinations.add_dynamic_group(group)
        return {one.code for one in answers}

    assert CODE in asked(rule)
    assert CODE not in asked(elsewhere)
    assert CODE not in asked(rule.replace("fnfunc", "instance"))


@pytest.mark.parametrize(
    ("control", "code"),
    [
        ("{FN_FUNCTION_UPDATE}", CODE),
        ("use instance-agent-commands", COMMANDS),
        ("use serviceconnectors", SERVICE),
    ],
)
def test_a_rule_without_a_type_takes_every_type_in(control: str, code: str) -> None:
    """A group of all that lies in a compartment has functions, instances and connectors in it."""
    group = DynamicGroup("Everything", f"resource.compartment.id = '{PLACE}'")
    grant = f"Allow dynamic-group Everything to use fn-invocation {THERE}"

    assert codes(f"Allow group A to {control} {HERE}", grant, groups=(group,)) == {code}
    assert codes(f"Allow group A to {control} {THERE}", grant, groups=(group,)) == set()


def test_groups_of_the_directory_count() -> None:
    """A rule that the directory knows need not be given again."""
    rule = f"ALL {{resource.type = 'fnfunc', resource.id = '{FUNCTION}'}}"
    directory = Directory(TENANCY, dynamic_groups={"x": DynamicGroup("Workers", rule)})
    statements = [
        f"Allow group A to manage fn-function {HERE} where target.function.id = '{FUNCTION}'",
        f"Allow dynamic-group Workers to use fn-invocation {THERE}",
    ]

    assert CODE in {one.code for one in find_combinations(statements, directory=directory)}
    assert CODE not in {one.code for one in find_combinations(statements)}


# --- instances and services ----------------------------------------------------------------------------

MACHINES = DynamicGroup("Machines", f"ALL {{instance.compartment.id = '{PLACE}'}}")


@pytest.mark.parametrize(
    ("right", "expected"),
    [
        (f"use instance-agent-commands {HERE}", {COMMANDS}),
        (f"manage instance-agent-command-family {HERE}", {COMMANDS}),
        (f"{{INSTANCE_AGENT_COMMAND_CREATE}} {HERE}", {COMMANDS}),
        (f"read instance-agent-commands {HERE}", set()),
        (f"use instance-agent-commands {THERE}", set()),
        (f"use instances {HERE}", set()),
    ],
)
def test_commands_run_with_the_rights_of_the_instance(right: str, expected: set[str]) -> None:
    """Who may run commands on members of a privileged dynamic group holds the group's rights."""
    grant = f"Allow dynamic-group Machines to use fn-invocation {THERE}"

    assert codes(f"Allow group A to {right}", grant, groups=(MACHINES,)) == expected
    assert not codes(f"Allow group A to {right}", grant.replace("Machines", "Others"), groups=(MACHINES,))


SERVICES = [
    ("serviceconnector", "use serviceconnectors", "read serviceconnectors"),
    ("serviceconnector", "manage serviceconnector-family", "inspect serviceconnector-family"),
    ("resourceschedule", "manage resource-schedule-family", "read resource-schedule-family"),
    ("ApiGateway", "use api-deployments", "read api-deployments"),
    ("ApiGateway", "manage api-gateway-family", "read api-gateway-family"),
    ("eventrule", "manage cloudevents-rules", "read cloudevents-rules"),
    ("vaultsecret", "use secrets", "read secrets"),
]


@pytest.mark.parametrize(("kind", "right", "harmless"), SERVICES)
def test_who_changes_what_a_service_does_invokes_by_it(kind: str, right: str, harmless: str) -> None:
    """A connector, schedule, gateway, rule or rotation that may invoke does so for whoever sets it."""
    pins = f"request.principal.type = '{kind}', request.principal.compartment.id = '{PLACE}'"
    grant = f"Allow any-user to use fn-invocation {THERE} where all {{{pins}}}"

    assert codes(f"Allow group A to {right} {HERE}", grant) == {SERVICE}
    assert codes(f"Allow group A to {harmless} {HERE}", grant) == set()
    assert codes(f"Allow group A to {right} {THERE}", grant) == set()
    assert codes(f"Allow group A to {right} {HERE}", grant.replace(kind, "dataflowrun")) == set()


def test_a_service_by_its_name_counts() -> None:
    """The service form of events invokes for every rule of the tenancy."""
    grant = f"Allow service cloudEvents to use functions-family {HERE}"

    assert codes(f"Allow group A to manage cloudevents-rules {THERE}", grant) == {SERVICE}
    assert codes(f"Allow group A to use serviceconnectors {THERE}", grant) == set()


def test_a_service_lends_nothing_but_invoking() -> None:
    """Connectors do nothing with a right over policies."""
    pins = f"request.principal.type = 'serviceconnector', request.principal.compartment.id = '{PLACE}'"
    grant = f"Allow any-user to manage policies in tenancy where all {{{pins}}}"

    assert codes(f"Allow group A to use serviceconnectors {HERE}", grant) == set()


def test_one_resource_in_its_place_is_told() -> None:
    """A principal that a grant pins by OCID lies where the grant applies."""
    schedule = "ocid1.resourceschedule.oc1.iad.nightly"
    grant = f"Allow any-user to use fn-invocation {HERE} where request.principal.id = '{schedule.upper()}'"

    assert codes(f"Allow group A to manage resource-schedule-family {HERE}", grant) == {SERVICE}
    assert codes(f"Allow group A to manage resource-schedule-family {THERE}", grant) == set()


def test_each_subject_that_gains_is_told() -> None:
    """A power that comes last is told of everyone who gains by it."""
    changes = [f"Allow group {name} to manage fn-function {HERE}" for name in "ABC"]

    assert {one.subject for one in found(*changes, INVOKES_OTHERS)} == {
        "group default/a",
        "group default/b",
        "group default/c",
    }


# --- a function and what it rotates ----------------------------------------------------------------------

SECRET = "ocid1.vaultsecret.oc1.iad.password"
ONE_FUNCTION = DynamicGroup("rotators", f"ALL {{resource.type = 'fnfunc', resource.id = '{FUNCTION}'}}")
TWO_FUNCTIONS = DynamicGroup("rotators", f"ANY {{resource.id = '{FUNCTION}', resource.id = '{ANOTHER}'}}")


def rotated_by(target: str) -> str:
    """A secret may invoke one function."""
    pinned = f"request.principal.id = '{SECRET}', target.function.id = '{target}'"
    return f"Allow any-user to use fn-invocation {HERE} where all {{{pinned}}}"


UPDATES = f"{{SECRET_UPDATE}} {HERE} where target.secret.id = '{SECRET}'"
AS_ITSELF = f"Allow any-user to {{SECRET_UPDATE}} {HERE} where all {{request.principal.id = '{FUNCTION}', "
AS_ITSELF += f"target.secret.id = '{SECRET}'}}"


def test_a_function_gains_nothing_by_running_itself() -> None:
    """Who rotates a secret may set its rotation, which invokes nobody but itself; by its OCID, and as the one
    member of a dynamic group."""
    as_group = f"Allow dynamic-group rotators to {UPDATES}"

    assert codes(AS_ITSELF, rotated_by(FUNCTION)) == set()
    assert codes(as_group, rotated_by(FUNCTION), groups=(ONE_FUNCTION,)) == set()


def test_who_sets_the_rotation_of_a_secret_gains_another_function() -> None:
    """A step aside: another function, one more member, or people."""
    as_group = f"Allow dynamic-group rotators to {UPDATES}"

    assert codes(AS_ITSELF, rotated_by(ANOTHER)) == {SERVICE}
    assert codes(as_group, rotated_by(FUNCTION), groups=(TWO_FUNCTIONS,)) == {SERVICE}
    assert codes(f"Allow group A to {UPDATES}", rotated_by(FUNCTION)) == {SERVICE}
