"""What statements add up to: each set alone, in pieces over policies, and what must not be reported."""

from __future__ import annotations

from dataclasses import replace

import pytest

from oci_iam import (
    Combinations,
    Compartment,
    Contribution,
    Directory,
    DynamicGroup,
    Group,
    Policy,
    find_combinations,
    judge,
)

TENANCY = "ocid1.tenancy.oc1..root"
PLACE = "ocid1.compartment.oc1..pictures"
OTHER = "ocid1.compartment.oc1..other"
FUNCTION = "ocid1.fnfunc.oc1.iad.resize"
ANOTHER = "ocid1.fnfunc.oc1.iad.another"


def codes(*statements: str, groups: tuple[DynamicGroup, ...] = ()) -> set[str]:
    """The codes found for statements of one policy."""
    return {finding.code for finding in find_combinations(statements, groups)}


IN_PIECES = [
    ("use", ("use fn-app", "use fn-function", "use fn-invocation")),
    ("use", ("read fn-app", "read fn-function", "manage fn-invocation")),
    ("use", ("read functions-family", "use fn-invocation")),
    ("use", ("read all-resources", "{FN_INVOCATION}")),
    ("use", ("{FN_APP_LIST, FN_APP_READ}", "{FN_FUNCTION_LIST}", "{FN_FUNCTION_READ, FN_INVOCATION}")),
    ("manage", ("manage fn-app", "manage fn-function", "use fn-invocation")),
    ("manage", ("use functions-family", "manage fn-app", "manage fn-function")),
    ("manage", ("manage fn-app", "manage fn-function", "manage fn-invocation")),
]


@pytest.mark.parametrize(("verb", "grants"), IN_PIECES)
@pytest.mark.parametrize("backwards", [False, True])
def test_family_in_pieces(verb: str, grants: tuple[str, ...], backwards: bool) -> None:
    """Separate grants that together hold what the family's verb holds are found, in any order."""
    order = reversed(grants) if backwards else grants
    statements = [f"Allow group Builders to {grant} in compartment Pictures" for grant in order]

    found = {code for code in codes(*statements) if code.startswith("family")}

    assert {f"family-{verb}-in-pieces"} == found


def test_condition_that_names_no_function_hides_no_piece() -> None:
    """A piece counts, whatever else its condition asks for, unless that names functions."""
    pieces = [f"Allow group A to use {kind} in compartment P" for kind in ("fn-app", "fn-function")]
    call = "Allow group A to use fn-invocation in compartment P"
    elsewhere = f"{pieces[0]} where request.region = 'iad'"
    named = f"{pieces[0]} where target.app.id = 'ocid1.fnapp.oc1.iad.pictures'"

    assert codes(elsewhere, pieces[1], call) == {"family-use-in-pieces"}
    assert codes(named, pieces[1], call) == set()


@pytest.mark.parametrize(
    "statements",
    [
        (
            "Allow group A to manage fn-app in compartment P",
            "Allow group A to manage fn-function in compartment P",
        ),
        (
            "Allow group A to use fn-app in compartment P",
            "Allow group A to use fn-function in compartment P",
            "Allow group B to use fn-invocation in compartment P",
        ),
        (
            "Allow group A to use fn-app in compartment P",
            "Allow group A to use fn-function in compartment P",
            f"Allow group A to use fn-invocation in compartment P where target.function.id = '{FUNCTION}'",
        ),
        (
            "Allow group A to use fn-app in compartment P",
            "Allow group A to use fn-function in compartment Q",
            "Allow group A to use fn-invocation in compartment P",
        ),
        (
            "Allow group A to use fn-app in compartment P:Q",
            "Allow group A to use fn-function in compartment P:R",
            "Allow group A to use fn-invocation in compartment P",
        ),
        ("Allow group A to use functions-family in compartment P",),
        ("Allow group A to manage all-resources in tenancy",),
    ],
)
def test_no_family_in_pieces(statements: tuple[str, ...]) -> None:
    """Without a piece, or with one that is confined or of another group or place, nothing adds up."""
    found = {code for code in codes(*statements) if code.startswith("family")}

    assert set() == found


def test_pieces_meet_in_the_narrowest_place() -> None:
    """Wider grants count in each place below them, and the sentence names the place they share."""
    findings = find_combinations(
        [
            "Allow group A to use fn-app in tenancy",
            "Allow group A to use fn-function in compartment P",
            "Allow group A to use fn-invocation in compartment P:Q",
        ]
    )

    assert [finding.code for finding in findings] == ["family-use-in-pieces"]
    assert "in compartment p:q" in findings[0].message
    assert findings[0].subject == "group default/a"


def test_each_place_of_the_pieces_is_looked_at() -> None:
    """Pieces elsewhere, or in a wider place, do not hide that others meet where the new one reaches."""
    within = codes(
        "Allow group A to use fn-app in tenancy",
        "Allow group A to use fn-function in compartment P:Q",
        "Allow group A to use fn-invocation in compartment P",
    )
    found = codes(
        "Allow group A to use fn-app in compartment Q",
        "Allow group A to use fn-app in compartment P",
        "Allow group A to use fn-function in compartment P",
        "Allow group A to use fn-invocation in tenancy",
    )

    assert "family-use-in-pieces" in found & within


def test_pieces_on_a_condition_count() -> None:
    """A condition that names no function leaves a piece a piece."""
    *reading, calling = (f"Allow group A to {grant} in compartment P" for grant in IN_PIECES[0][1])

    assert "family-use-in-pieces" in codes(*reading, f"{calling} where request.region = 'iad'")


@pytest.mark.parametrize("verb", ["use", "manage"])
def test_pieces_count_beside_a_grant_of_the_whole(verb: str) -> None:
    """A grant of the whole family is told by its own verdict; the pieces beside it remain when it goes."""
    pieces = [f"Allow group A to {grant} in compartment P" for grant in IN_PIECES[0][1]]

    found = codes(f"Allow group A to {verb} functions-family in compartment P", *pieces)

    assert "family-use-in-pieces" in found


def test_pieces_over_several_policies_name_their_sources() -> None:
    """The policy that completes the set is the one that reports it, with every statement and its policy."""
    parts = [
        Policy(TENANCY, (f"Allow group A to {grant} in compartment id {PLACE}",), name)
        for name, grant in (("one", "use fn-app"), ("two", "use fn-function"), ("three", "use fn-invocation"))
    ]
    combinations = Combinations()

    found = [combinations.add(part) for part in parts]

    assert [len(findings) for findings in found] == [0, 0, 1]
    assert tuple(Contribution(part.name, part.statements[0]) for part in parts) == found[2][0].contributions


def test_few_statements_are_named() -> None:
    """Of the statements that make a set those that give most are named, not each that gives a little."""
    little = [f"Allow group A to {{{name}}} in compartment P" for name in ("FN_APP_LIST", "FN_FUNCTION_LIST")]
    much = "Allow group A to read functions-family in compartment P"
    last = "Allow group A to use fn-invocation in compartment P"

    (finding,) = find_combinations([*little, much, last])

    assert [contribution.text for contribution in finding.contributions] == [much, last]


def test_what_stood_before_is_not_reported_again() -> None:
    """A policy that adds nothing to a complete set is not blamed for it; a repeated one neither."""
    combinations = Combinations()
    first = Policy(TENANCY, tuple(f"Allow group A to {g} in compartment P" for g in IN_PIECES[0][1]), "first")

    assert len(combinations.add(first)) == 1
    assert combinations.add(Policy(TENANCY, ("Allow group A to read buckets in compartment P",), "b")) == ()
    assert combinations.add(Policy(TENANCY, ("Allow group A to read fn-app in compartment P",), "c")) == ()
    assert combinations.add(first) == ()


def test_repeated_policy_completes_nothing_new() -> None:
    """The same statements a second time are told no second time."""
    grants = ("manage fn-function", "use fn-invocation")
    policy = Policy(TENANCY, tuple(f"Allow group A to {grant} in compartment P" for grant in grants), "p")
    combinations = Combinations()

    assert [finding.code for finding in combinations.add(policy)] == ["manage-and-invoke"]
    assert combinations.add(policy) == ()


@pytest.mark.parametrize(
    "statements",
    [
        ("manage fn-function in compartment P", "use fn-invocation in compartment P"),
        ("manage fn-app in tenancy", "use fn-invocation in compartment P"),
        ("{FN_FUNCTION_UPDATE} in compartment P:Q", "{FN_INVOCATION} in compartment P"),
        (f"manage functions-family in tenancy where target.function.id = '{FUNCTION}'",),
        (f"manage fn-function in compartment id {PLACE}", "use fn-invocation in compartment Pictures"),
        (
            f"manage fn-function in compartment P where target.function.id = '{FUNCTION}'",
            f"use fn-invocation in compartment P where target.function.id in ('{FUNCTION}', '{ANOTHER}')",
        ),
        (
            f"manage fn-function in compartment P where target.function.id = '{FUNCTION}'",
            "use fn-invocation in compartment P where target.app.id = 'ocid1.fnapp.oc1.iad.a'",
        ),
    ],
)
def test_manages_and_invokes(statements: tuple[str, ...]) -> None:
    """A subject that can change a function and call it is found, in one statement or two, in any order."""
    forward = [f"Allow group A to {statement}" for statement in statements]

    assert "manage-and-invoke" in codes(*forward)
    assert "manage-and-invoke" in codes(*reversed(forward))


@pytest.mark.parametrize(
    "statements",
    [
        ("group A to manage fn-function in compartment P", "group B to use fn-invocation in compartment P"),
        ("group A to manage fn-function in compartment P", "group A to use fn-invocation in compartment Q"),
        ("group A to manage fn-function in compartment P", "group A to use fn-function in compartment P"),
        ("group A to read fn-function in compartment P", "group A to use fn-invocation in compartment P"),
        ("group D1/A to manage fn-app in compartment P", "group D2/A to use fn-invocation in compartment P"),
        (
            "group A to manage fn-app in compartment P",
            "dynamic-group A to use fn-invocation in compartment P",
        ),
        (
            f"group A to manage fn-function in compartment id {PLACE}",
            f"group A to use fn-invocation in compartment id {OTHER}",
        ),
        (
            f"group A to manage fn-function in compartment P where target.function.id = '{FUNCTION}'",
            f"group A to use fn-invocation in compartment P where target.function.id = '{ANOTHER}'",
        ),
    ],
)
def test_manages_or_invokes(statements: tuple[str, ...]) -> None:
    """Different groups, places or functions keep changing and calling apart."""
    assert "manage-and-invoke" not in codes(*(f"Allow {statement}" for statement in statements))


@pytest.mark.parametrize(
    "spelling", ["Callers", "'callers'", "Default/CALLERS", "'Default'/'Callers'", "A, callers"]
)
def test_one_group_in_many_spellings(spelling: str) -> None:
    """A group is one group however a statement spells it, also inside a list."""
    assert "manage-and-invoke" in codes(
        "Allow group Callers to manage fn-function in compartment P",
        f"Allow group {spelling} to use fn-invocation in compartment P",
    )


def test_groups_by_ocid_are_told_apart() -> None:
    """Two OCIDs are two groups, also where a directory does not list them."""
    one, other = (f"group id ocid1.group.oc1..{name}" for name in ("one", "other"))
    manage = f"Allow {one} to manage fn-function in compartment P"

    for directory in (None, Directory(TENANCY)):
        call, foreign = (f"Allow {who} to use fn-invocation in compartment P" for who in (one, other))
        assert find_combinations([manage, foreign], directory=directory) == ()
        (finding,) = find_combinations([manage, call], directory=directory)
        assert finding.subject == one


def test_paths_from_different_starts_may_meet() -> None:
    """Where no directory says where a policy is attached, paths that share a name may be one place."""
    above = Policy(TENANCY, ("Allow group A to manage fn-function in compartment Pictures:Dev",))
    within = Policy(PLACE, ("Allow group A to use fn-invocation in compartment Dev",))
    beside = Policy(PLACE, ("Allow group A to use fn-invocation in compartment Test",))

    assert [finding.code for finding in find_combinations([above, within])] == ["manage-and-invoke"]
    assert find_combinations([above, beside]) == ()


def test_directory_tells_ids_from_names_and_places_from_paths() -> None:
    """With a directory a group's OCID and name are one, and compartments are known to lie in each other."""
    group = "ocid1.group.oc1..callers"
    directory = Directory(
        TENANCY,
        {PLACE: Compartment("Pictures"), OTHER: Compartment("Dev", PLACE)},
        {group: Group("Callers")},
    )
    pair = [
        f"Allow group id {group} to manage fn-function in compartment id {OTHER}",
        f"Allow group Callers to use fn-invocation in compartment id {PLACE}",
    ]
    apart = [
        "Allow group Callers to manage fn-function in compartment Pictures:Dev",
        "Allow group Callers to use fn-invocation in compartment id ocid1.compartment.oc1..third",
    ]

    assert [finding.code for finding in find_combinations(pair)] == []
    assert [f.code for f in find_combinations(pair, directory=directory)] == ["manage-and-invoke"]
    assert [f.code for f in find_combinations(apart)] == ["manage-and-invoke"]
    assert [f.code for f in find_combinations(apart, directory=directory)] == []


def test_what_everybody_may_do_counts_for_each() -> None:
    """An any-user grant adds to what each group holds, whichever comes first, and is reported once."""
    one, two = (f"Allow group {name} to manage fn-function in compartment P" for name in "AB")
    all_call = "Allow any-user to use fn-invocation in compartment P"

    assert "manage-and-invoke" in codes(one, all_call)
    assert "manage-and-invoke" in codes(all_call, one)
    assert len([f for f in find_combinations([one, two, all_call]) if f.code == "manage-and-invoke"]) == 1


def test_what_everybody_may_do_elsewhere_counts_where_the_place_does_not() -> None:
    """Who may change functions of one place escalates by images that anybody may push to another."""
    assert "escalation-image-push" in codes(
        "Allow any-user to manage repos in compartment Q",
        "Allow group A to manage fn-function in compartment P",
    )


def test_service_is_told_by_its_name() -> None:
    """A service has no domain."""
    grants = ("manage fn-function", "use fn-invocation")
    (finding,) = find_combinations([f"Allow service FaaS to {grant} in compartment P" for grant in grants])

    assert finding.subject == "service faas"


def test_everybody_is_called_any_user() -> None:
    """What any-user alone may do is told of any-user."""
    (finding,) = find_combinations(
        [
            "Allow any-user to manage fn-function in compartment P",
            "Allow any-user to use fn-invocation in compartment P",
        ]
    )

    assert finding.subject == "any-user"
    assert finding.message.startswith("any-user both changes and invokes functions in compartment p,")


def test_pinned_any_user_is_a_subject_of_its_own() -> None:
    """An any-user grant for one kind of resource adds nothing to what groups hold."""
    rule = f"all {{request.principal.type = 'eventrule', request.principal.compartment.id = '{PLACE}'}}"

    assert "manage-and-invoke" not in codes(
        "Allow group A to manage fn-function in compartment P",
        f"Allow any-user to use fn-invocation in compartment P where {rule}",
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "any-user {} where request.principal.type = 'eventrule'",
            "any-user {} where request.principal.type = 'fnfunc'",
        ),
        ("service faas {}", "service cloudEvents {}"),
        ("group A {}", "any-user of tenancy T {}"),
        ("group A {}", "group A of tenancy T {}"),
    ],
)
def test_different_subjects_are_kept_apart(one: str, other: str) -> None:
    """Two kinds of resources, two services, a group and users of another tenancy: nothing adds up."""
    grants = ("to manage fn-function in compartment P", "to use fn-invocation in compartment P")

    def statement(subject: str, grant: str) -> str:
        return ("Admit " if " of tenancy " in subject else "Allow ") + subject.format(grant)

    assert "manage-and-invoke" not in codes(statement(one, grants[0]), statement(other, grants[1]))
    assert "manage-and-invoke" in codes(*(statement(other, grant) for grant in grants))


def test_pinned_any_user_is_told_with_its_pins() -> None:
    """The subject of a finding says which principals of any-user are meant."""
    where = (
        f"where all {{request.principal.type = 'EventRule', request.principal.compartment.id = '{PLACE}'}}"
    )
    (finding,) = find_combinations(
        [
            f"Allow any-user to manage fn-function in compartment P {where}",
            f"Allow any-user to use fn-invocation in compartment P {where}",
        ]
    )

    assert finding.subject == f"any-user with principal.type eventrule, principal.compartment.id {PLACE}"


def test_alias_of_a_group_is_the_group() -> None:
    """A group's alias in its own policy and its OCID in another are one group."""
    group = "ocid1.group.oc1..builders"
    policies = [
        Policy(
            TENANCY,
            (f"Define group Friends as {group}", "Allow group friends to manage fn-app in compartment P"),
        ),
        Policy(TENANCY, (f"Allow group id {group} to use fn-invocation in compartment P",)),
    ]

    foreign = tuple(text.replace("group friends", "group D/friends") for text in policies[0].statements)

    assert [finding.code for finding in find_combinations(policies)] == ["manage-and-invoke"]
    assert find_combinations([replace(policies[0], statements=foreign), policies[1]]) == ()


def test_directory_tells_dynamic_groups_from_ids() -> None:
    """With a directory a dynamic group's OCID and name are one."""
    ocid = "ocid1.dynamicgroup.oc1..workers"
    directory = Directory(TENANCY, dynamic_groups={ocid: DynamicGroup("Workers", "resource.id = 'x'")})
    pair = [
        f"Allow dynamic-group id {ocid} to manage fn-function in compartment P",
        "Allow dynamic-group Workers to use fn-invocation in compartment P",
    ]

    assert find_combinations(pair) == ()
    assert [finding.code for finding in find_combinations(pair, directory=directory)] == ["manage-and-invoke"]


def test_each_place_is_told_its_own_escalation() -> None:
    """Rights over the policies of a second compartment are told, though those of the first were."""
    combinations = Combinations()
    found = [
        combinations.add(Policy(TENANCY, (f"Allow group A to {right} in compartment {place}",)))
        for place in "PQ"
        for right in ("use fn-invocation", "manage policies")
    ]

    assert [bool(findings) for findings in found] == [False, True, False, True]


@pytest.mark.parametrize("narrow", [f"id {PLACE}", "P"])
def test_the_narrower_place_is_told(narrow: str) -> None:
    """Where a grant in the whole tenancy meets one in a compartment, the compartment is told."""
    grants = (
        "Allow group A to manage fn-function in tenancy",
        f"Allow group A to use fn-invocation in compartment {narrow}",
    )

    for order in (grants, grants[::-1]):
        (finding,) = find_combinations(order)
        assert f"functions in compartment {narrow.removeprefix('id ').casefold()}, so" in finding.message


ESCALATIONS = [
    ("escalation-policies", "manage policies in compartment P"),
    ("escalation-policies", "manage policies in tenancy"),
    ("escalation-policies", "{POLICY_UPDATE} in compartment P"),
    ("escalation-dynamic-groups", "use dynamic-groups in tenancy"),
    ("escalation-dynamic-groups", "manage dynamic-groups in tenancy"),
    ("escalation-dynamic-groups", "use dynamic-groups in compartment Q"),
    ("escalation-image-push", "use repos in tenancy"),
    ("escalation-image-push", "use repos in compartment Q"),
    ("escalation-image-push", "manage repos in compartment Q"),
    ("escalation-image-push", "{REPOSITORY_CREATE} in compartment Q"),
    ("escalation-image-push", "manage repos in compartment Q where target.repo.name = /pictures*/"),
    ("escalation-credentials", "manage users in tenancy"),
    ("escalation-credentials", "manage users in compartment Q"),
    ("escalation-credentials", "{USER_UPDATE, USER_AUTHTOKEN_SET} in tenancy"),
    ("escalation-credentials", "{USER_UPDATE, USER_AUTHTOKEN_RESET} in tenancy"),
    ("escalation-credentials", "{USER_UPDATE, USER_SECRETKEY_ADD} in tenancy"),
    ("escalation-credentials", "{USER_UPDATE, USER_UIPASS_RESET} in tenancy"),
    ("escalation-credentials", "{USER_UPDATE, USER_UIPASS_SET} in tenancy"),
    ("escalation-credentials", "{USER_UPDATE, USER_OAUTH2_CLIENT_CRED_CREATE} in tenancy"),
    ("escalation-credentials", "manage credentials in tenancy"),
    ("escalation-domains", "manage domains in tenancy"),
    ("escalation-domains", "manage identity-domains in compartment Q"),
    ("escalation-identity-providers", "manage identity-providers in tenancy"),
    ("escalation-dynamic-groups", "use dynamic-resource-groups in tenancy"),
    ("escalation-dynamic-groups", "manage dynamic-resource-groups in tenancy"),
    ("escalation-policies", "manage all-resources in tenancy"),
]


@pytest.mark.parametrize(("code", "right"), ESCALATIONS)
@pytest.mark.parametrize("functions", ["use fn-invocation", "manage fn-function", "{FN_APP_UPDATE}"])
def test_escalation(code: str, right: str, functions: str) -> None:
    """A right over policies, dynamic groups, credentials or images beside a functions right is found."""
    pair = (f"Allow group A to {functions} in compartment P", f"Allow group A to {right}")

    assert code in codes(*pair)
    assert code in codes(*reversed(pair))


@pytest.mark.parametrize(
    "statements",
    [
        ("group A to use fn-invocation in compartment P", "group B to manage policies in tenancy"),
        ("group A to use fn-invocation in compartment P", "group A to manage policies in compartment Q"),
        ("group A to use fn-invocation in compartment P", "group A to read repos in tenancy"),
        ("group A to use fn-invocation in compartment P", "group A to inspect dynamic-groups in tenancy"),
        ("group A to use fn-invocation in compartment P", "group A to use users in tenancy"),
        ("group A to use fn-invocation in compartment P", "group A to use groups in tenancy"),
        ("group A to use fn-invocation in compartment P", "group A to {USER_SECRETKEY_ADD} in tenancy"),
        ("group A to use fn-invocation in compartment P", "group B to manage users in tenancy"),
        ("group A to use fn-invocation in compartment P", "group A to use credentials in tenancy"),
        ("group A to use fn-invocation in compartment P", "group A to use domains in tenancy"),
        ("group A to use fn-invocation in compartment P", "group A to use identity-providers in tenancy"),
        (
            "group A to use fn-invocation in compartment P",
            "group A to inspect dynamic-resource-groups in tenancy",
        ),
        ("group A to read functions-family in compartment P", "group A to manage policies in tenancy"),
        ("group A to manage all-resources in tenancy",),
        ("group A to manage policies in tenancy",),
        (
            "group A to use fn-invocation in compartment P",
            "group A to manage policies in tenancy where request.permission = 'POLICY_READ'",
        ),
        (
            "group A to use fn-invocation in compartment P",
            f"group A to manage all-resources in compartment P where target.function.id = '{FUNCTION}'",
        ),
    ],
)
def test_no_escalation(statements: tuple[str, ...]) -> None:
    """Reading rights, other groups and places, and rights a condition takes away are no escalation."""
    for order in (statements, statements[::-1]):
        found = codes(*(f"Allow {one}" for one in order))

        assert not [code for code in found if code.startswith("escalation")]


@pytest.mark.parametrize("place", ["tenancy", "compartment Q"])
def test_group_escalation_takes_two_rights(place: str) -> None:
    """Putting a user into a group takes `use groups` and `use users`; the third statement completes it."""
    combinations = Combinations()
    found = [
        {finding.code for finding in combinations.add(Policy(TENANCY, (f"Allow group A to {right}",), right))}
        for right in ("use fn-invocation in compartment P", f"use groups in {place}", f"use users in {place}")
    ]

    assert [set(), set(), {"escalation-groups"}] == found


RULES = {
    "compartment": f"ALL {{resource.type = 'fnfunc', resource.compartment.id = '{PLACE}'}}",
    "type": "ALL {resource.type = 'fnfunc'}",
    "place only": f"resource.compartment.id = '{PLACE}'",
}


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(
    "grant", ["manage fn-function in tenancy", f"{{FN_FUNCTION_CREATE}} in compartment id {PLACE}"]
)
def test_created_function_joins_a_dynamic_group(rule: str, grant: str) -> None:
    """Who may create a function where a dynamic group takes all of them in holds that group's rights."""
    group = DynamicGroup("Workers", RULES[rule])
    statement = f"Allow group A to {grant}"
    later = Combinations()
    later.add(Policy(TENANCY, (statement,), "p"))

    (finding,) = find_combinations([Policy(TENANCY, (statement,), "p")], [group])

    assert finding.code == "escalation-joins-dynamic-group"
    assert (
        Contribution("p", statement),
        Contribution("dynamic group 'Workers'", group.matching_rule),
    ) == finding.contributions
    assert (finding,) == later.add_dynamic_group(group)


@pytest.mark.parametrize(
    ("rule", "grant"),
    [
        (RULES["compartment"], f"manage fn-function in compartment id {OTHER}"),
        (RULES["compartment"], f"use fn-invocation in compartment id {PLACE}"),
        (RULES["compartment"], f"{{FN_FUNCTION_UPDATE}} in compartment id {PLACE}"),
        (f"ALL {{resource.type = 'fnfunc', resource.id = '{FUNCTION}'}}", "manage fn-function in tenancy"),
        ("ALL {resource.type = 'fnfunc'", "manage fn-function in tenancy"),
        (
            f"ALL {{resource.type = 'instance', resource.compartment.id = '{PLACE}'}}",
            "manage fn-function in tenancy",
        ),
    ],
)
def test_created_function_joins_nothing(rule: str, grant: str) -> None:
    """Another compartment, a group that names its functions, or no right to create: nothing joins."""
    assert "escalation-joins-dynamic-group" not in codes(
        f"Allow group A to {grant}", groups=(DynamicGroup("Workers", rule),)
    )


def test_dynamic_groups_of_the_directory_count() -> None:
    """The directory's own dynamic groups are looked at without being given again."""
    directory = Directory(TENANCY, dynamic_groups={"x": DynamicGroup("Workers", RULES["compartment"])})
    statement = f"Allow group A to manage fn-function in compartment id {PLACE}"

    found = find_combinations([statement], directory=directory)

    assert [finding.code for finding in found] == ["escalation-joins-dynamic-group"]


TAGGED = "ALL {resource.type = 'fnfunc', tag.teams.role.value = 'worker'}"
TAGGED_HERE = f"ALL {{tag.teams.role.value = 'worker', resource.compartment.id = '{PLACE}'}}"
TAGGED_MACHINE = "ALL {resource.type = 'instance', tag.teams.role.value = 'worker'}"


@pytest.mark.parametrize(
    ("rule", "change", "tag"),
    [
        (TAGGED, "manage fn-function in compartment P", "use tag-namespaces in tenancy"),
        (TAGGED, "{FN_FUNCTION_UPDATE} in compartment P", "{TAG_NAMESPACE_USE} in tenancy"),
        (TAGGED_HERE, f"manage fn-function in compartment id {PLACE}", "manage tag-namespaces in tenancy"),
        (
            TAGGED,
            f"manage fn-function in compartment P where target.function.id = '{FUNCTION}'",
            "use tag-namespaces in tenancy where target.tag-namespace.name = 'Teams'",
        ),
        (TAGGED_MACHINE, "use instances in compartment P", "use tag-namespaces in tenancy"),
    ],
)
def test_who_tags_a_resource_puts_it_into_a_dynamic_group(rule: str, change: str, tag: str) -> None:
    """The right over a resource and the one over the tag of a rule make a way into the group."""
    policy = Policy(TENANCY, (f"Allow group A to {change}", f"Allow group A to {tag}"), "p")
    backwards = replace(policy, statements=policy.statements[::-1])
    later = Combinations()
    later.add(policy)
    by_group = later.add_dynamic_group(DynamicGroup("Workers", rule))

    for found in (
        by_group,
        *(find_combinations([one], [DynamicGroup("Workers", rule)]) for one in (policy, backwards)),
    ):
        (finding,) = (one for one in found if one.code == "escalation-tags")
        assert "member of dynamic group Workers" in finding.message
        assert finding.subject == "group default/a"
        assert {one.text for one in finding.contributions} == {*policy.statements, rule}


@pytest.mark.parametrize(
    ("rule", "change", "tag"),
    [
        (TAGGED, "use fn-invocation in compartment P", "group A to use tag-namespaces in tenancy"),
        (TAGGED, "manage fn-function in compartment P", "group B to use tag-namespaces in tenancy"),
        (TAGGED, "manage fn-function in compartment P", "group A to inspect tag-namespaces in tenancy"),
        (
            TAGGED,
            "manage fn-function in compartment P",
            "group A to use tag-namespaces in tenancy where target.tag-namespace.name = 'costs'",
        ),
        (
            TAGGED_HERE,
            f"manage fn-function in compartment id {OTHER}",
            "group A to use tag-namespaces in tenancy",
        ),
        (TAGGED_MACHINE, "manage fn-function in compartment P", "group A to use tag-namespaces in tenancy"),
        (
            TAGGED_HERE,
            "use fn-invocation in compartment P",
            f"group A to {{TAG_NAMESPACE_USE, FN_FUNCTION_UPDATE}} in compartment id {OTHER}",
        ),
        (
            f"ALL {{resource.id = '{FUNCTION}', tag.teams.role.value = 'worker'}}",
            "manage fn-function in compartment P",
            "group A to use tag-namespaces in tenancy",
        ),
    ],
)
def test_who_cannot_tag_it_does_not(rule: str, change: str, tag: str) -> None:
    """Another subject, namespace, compartment or type, or a rule that names the resource: no way in."""
    statements = (f"Allow group A to {change}", f"Allow {tag}")

    assert "escalation-tags" not in codes(*statements, groups=(DynamicGroup("Workers", rule),))
    assert "escalation-tags" not in codes(*statements[::-1], groups=(DynamicGroup("Workers", rule),))


@pytest.mark.parametrize(
    ("variable", "right"),
    [
        ("target.resource.tag.teams.role", "manage fn-function in compartment P"),
        ("target.resource.tag.teams.role", "manage fn-app in compartment P"),
        ("target.resource.compartment.tag.teams.role", "use compartments in tenancy"),
        ("request.principal.compartment.tag.teams.role", "use compartments in tenancy"),
        ("request.principal.group.tag.teams.role", "use groups in tenancy"),
    ],
)
def test_who_changes_the_tags_of_a_condition_widens_it(variable: str, right: str) -> None:
    """A right on functions by tags reaches what its holder may give the tags."""
    grant = f"Allow group A to use fn-invocation in compartment P where {variable} = 'worker'"
    tags = "Allow group A to use tag-namespaces in tenancy"
    change = f"Allow group A to {right}"

    assert "escalation-tags" in codes(grant, tags, change)
    assert "escalation-tags" in codes(change, tags, grant)
    assert "escalation-tags" not in codes(grant.split(" where ")[0], tags, change)
    assert "escalation-tags" not in codes(grant, tags.replace("group A", "group B"), change)
    assert "escalation-tags" not in codes(grant, tags, change.replace("group A", "group B"))
    assert "escalation-tags" not in codes(grant, tags)


# --- one principal in several forms --------------------------------------------------------------------

BY_ID = f"any-user {{}} where request.principal.id = '{FUNCTION}'"
FORMS = [
    f"any-user {{}} where request.principal.id = '{FUNCTION.upper()}'",
    f"any-user {{}} where all {{request.principal.type='fnfunc', request.principal.id='{FUNCTION}'}}",
    f"any-group {{}} where request.principal.id in ('{ANOTHER}', '{FUNCTION}')",
    "dynamic-group Workers {}",
    "dynamic-group 'Default'/'workers' {}",
]


@pytest.mark.parametrize("form", FORMS)
def test_one_principal_in_two_forms_is_one(form: str) -> None:
    """A function pinned by OCID, in any letters, and by the dynamic group that names it, is one principal."""
    group = DynamicGroup("Workers", f"ALL {{resource.type = 'fnfunc', resource.id = '{FUNCTION}'}}")
    pair = [
        f"Allow {who.replace('{}', f'to {grant} in compartment P')}"
        for who, grant in ((BY_ID, "manage fn-function"), (form, "use fn-invocation"))
    ]
    stranger = [text.replace(FUNCTION, ANOTHER + "s") for text in pair[:1]] + [
        text.replace("Workers", "Others").replace("workers", "others") for text in pair[1:]
    ]

    assert "manage-and-invoke" in codes(*pair, groups=(group,))
    assert "manage-and-invoke" in codes(*reversed(pair), groups=(group,))
    assert "manage-and-invoke" not in codes(*stranger, groups=(group,))


def test_a_rule_that_comes_last_joins_the_forms() -> None:
    """Who is in a dynamic group may be known after the statements, and in two groups at once."""
    combinations = Combinations()
    grants = ("manage fn-function", "use fn-invocation")
    statements = tuple(
        f"Allow dynamic-group G{n} to {grant} in compartment P" for n, grant in enumerate(grants)
    )
    rule = f"resource.id = '{FUNCTION}'"

    found = [
        combinations.add(Policy(TENANCY, statements, "p")),
        combinations.add_dynamic_group(DynamicGroup("G0", rule)),
        combinations.add_dynamic_group(DynamicGroup("G1", rule)),
    ]

    assert [{one.code for one in some} for some in found] == [set(), set(), {"manage-and-invoke"}]
    assert found[2][0].subject == f"principal {FUNCTION}"


def test_a_dynamic_group_by_name_and_by_its_ocid_is_one() -> None:
    """Where a group is given with its OCID, statements may name it either way."""
    ocid = "ocid1.dynamicgroup.oc1..workers"
    pair = [
        f"Allow dynamic-group id {ocid.upper()} to manage fn-function in compartment P",
        "Allow dynamic-group Workers to use fn-invocation in compartment P",
    ]
    known = DynamicGroup("Workers", f"resource.id = '{FUNCTION}'", id=ocid)

    assert "manage-and-invoke" in codes(*pair, groups=(known,))
    assert "manage-and-invoke" in codes(*reversed(pair), groups=(known,))
    assert "manage-and-invoke" not in codes(*pair, groups=(replace(known, id=ocid + "s"),))


@pytest.mark.parametrize("place", [PLACE, OTHER])
def test_resources_of_a_compartment_are_one_as_rule_and_as_condition(place: str) -> None:
    """All functions of a compartment by a condition, by a rule, and one of them by its OCID."""
    group = DynamicGroup("Workers", RULES["compartment"])
    pins = f"request.principal.type = 'fnfunc', request.principal.compartment.id = '{place}'"
    by_rule = "Allow dynamic-group Workers to manage fn-function in compartment P"
    by_class = f"Allow any-user to use fn-invocation in compartment P where all {{{pins}}}"
    by_id = by_class.replace("all {", f"all {{request.principal.id = '{FUNCTION}', ")

    for call in (by_class, by_id):
        for order in ((by_rule, call), (call, by_rule)):
            assert ("manage-and-invoke" in codes(*order, groups=(group,))) == (place == PLACE)


@pytest.mark.parametrize("member", ["group id {}", "any-user{where}", "group Ops"])
def test_one_group_by_name_by_id_and_by_condition_is_one(member: str) -> None:
    """A group is one by OCID in any letters, as `request.groups.id`, and, with a directory, by name."""
    ocid = "ocid1.group.oc1..ops"
    directory = Directory(TENANCY, groups={ocid.upper(): Group("Ops")})
    first = f"Allow group id {ocid} to manage fn-function in compartment P"
    condition = f" where request.groups.id = '{ocid}'"
    who, where = (member.format(ocid.upper(), where=""), condition if "where" in member else "")

    found = find_combinations(
        [first, f"Allow {who} to use fn-invocation in compartment P{where}"], directory=directory
    )

    assert "manage-and-invoke" in {one.code for one in found}


def test_findings_never_change_a_verdict() -> None:
    """Each statement of a set that is reported is ok or unrelated by itself."""
    statements = [
        f"Allow group A to use fn-app in compartment id {PLACE}",
        f"Allow group A to manage fn-function in compartment id {PLACE}",
        f"Allow group A to use fn-invocation in compartment id {PLACE}",
        "Allow group A to manage policies in tenancy",
        "Allow group A to use dynamic-groups in tenancy",
        "Allow group A to manage repos in tenancy",
    ]
    found = find_combinations(statements)

    assert {"ok", "unrelated"} == {judge(statement).verdict for statement in statements}
    assert {
        "family-use-in-pieces",
        "manage-and-invoke",
        "escalation-policies",
        "escalation-dynamic-groups",
        "escalation-image-push",
    } == {finding.code for finding in found}
    assert all(finding.message.endswith(".") and "`" in finding.remediation for finding in found)


def test_one_permission_list_can_be_a_whole_escalation() -> None:
    """A single list that no rule on one statement refuses is found; a statement that is refused is not."""
    rights = "FN_INVOCATION, POLICY_CREATE, DYNAMIC_GROUP_UPDATE, GROUP_UPDATE, USER_UPDATE, USER_APIKEY_ADD"

    found = codes(f"Allow group A to {{{rights}, REPOSITORY_UPDATE}} in compartment P")

    assert found == {
        "escalation-policies",
        "escalation-dynamic-groups",
        "escalation-groups",
        "escalation-credentials",
        "escalation-image-push",
    }
    assert not codes("Allow group A to manage all-resources in compartment P") & found


@pytest.mark.parametrize(
    "statements",
    [
        (
            "Allow group A to {FN_INVOCATION, GROUP_UPDATE, USER_UPDATE} in compartment P",
            "Allow group A to use users in tenancy",
        ),
        ("Allow group A to use all-resources in tenancy", "Allow group A to use users in tenancy"),
        (
            "Allow any-group to {FN_APP_CREATE} in compartment P",
            "Allow group A to use dynamic-groups in compartment Q",
        ),
        ("Allow any-user to use fn-invocation in compartment P", "Allow group A to manage repos in tenancy"),
    ],
)
def test_order_hides_no_escalation(statements: tuple[str, ...]) -> None:
    """What two statements add up to is found whichever of them comes last."""
    assert codes(*statements)
    assert codes(*statements) == codes(*reversed(statements))


def test_alias_of_a_compartment_hides_no_group() -> None:
    """A group with the name of a defined compartment is still the group."""
    manage = "Allow group Apps to manage fn-function in compartment Apps"
    define = f"Define compartment Apps as {PLACE}"
    invoke = f"Allow group Apps to use fn-invocation in compartment id {PLACE}"

    found = find_combinations([Policy(TENANCY, (define, manage)), Policy(TENANCY, (invoke,))])

    assert {finding.code for finding in found} == {"manage-and-invoke"}


def test_statement_with_a_remark_counts() -> None:
    """What passes with a note, because nothing of functions is in it, still is a part of sets."""
    grant = "Allow group A to manage policies in tenancy"
    invoke = "Allow group A to use fn-invocation in compartment P"

    assert codes(f"{grant} # for now", invoke) == codes(grant, invoke) == {"escalation-policies"}


def test_statements_that_grant_nothing_add_nothing() -> None:
    """What cannot be read, a deny, an endorsement and a definition are no part of any set."""
    assert set() == codes(
        "Allow group A to manage fn-function in compartment P",
        "Allow group A to use fn-invocation in compartment P;",
        "Deny group A to use fn-invocation in compartment P",
        "Endorse group A to use fn-invocation in any-tenancy",
        "Endorse group A to use fn-invocation in compartment P",
        f"Define group A as {OTHER.replace('compartment', 'group')}",
    )


@pytest.mark.parametrize("member", ["group Dev/ops", "group id OCID1.GROUP.OC1..OPS"])
def test_one_group_under_an_alias_with_a_domain_or_in_capitals_is_one(member: str) -> None:
    """An alias is resolved with its domain, and an OCID is the same in any letters."""
    policy = (
        "Define group Dev/ops as ocid1.group.oc1..ops",
        "Allow group id ocid1.group.oc1..ops to manage fn-function in compartment P",
        f"Allow {member} to use fn-invocation in compartment P",
    )

    assert codes(*policy) == {"manage-and-invoke"}
    assert (
        codes(*(text.replace("Dev/ops to", "ops to").replace("OC1..OPS", "OC1..OP") for text in policy))
        == set()
    )
