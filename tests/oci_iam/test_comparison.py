"""New access between two sets of policies: what is listed, what is not, and in which words."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from oci_iam import Compartment, Directory, DynamicGroup, Group, NewAccess, Policy, compare

TENANCY = "ocid1.tenancy.oc1..root"
PLACE = "ocid1.compartment.oc1..pictures"
INNER = "ocid1.compartment.oc1..dev"
GROUP = "ocid1.group.oc1..callers"
FUNCTION, ANOTHER = "ocid1.fnfunc.oc1.iad.resize", "ocid1.fnfunc.oc1.iad.another"
INVOKE = "Allow group A to use fn-invocation in compartment P"
ONE = f"target.function.id = '{FUNCTION}'"
TWO = f"target.function.id = '{ANOTHER}'"

SAME = [
    ([INVOKE], ["ALLOW  GROUP a\nTO use FN-INVOCATION in compartment 'p' // why"]),
    ([INVOKE], ["Allow group 'Default'/'A' to {FN_INVOCATION} in compartment P"]),
    ([INVOKE], ["Allow group A to manage fn-invocation in compartment P"]),
    ([INVOKE, "Allow group B to read x in tenancy"], ["Allow group B to read x in tenancy", INVOKE]),
    (
        ["Allow group A, B to read x in tenancy"],
        ["Allow group B to read x in tenancy", "Allow group A to read x in tenancy"],
    ),
    (
        ["Allow group A to read x in tenancy", "Allow group B to read x in tenancy"],
        ["Allow group B,A to read x in tenancy"],
    ),
    (
        ["Allow group A to use functions-family in compartment P"],
        [
            f"Allow group A to use {kind} in compartment P"
            for kind in ("fn-app", "fn-function", "fn-invocation")
        ],
    ),
    (
        ["Allow group A to {FN_APP_READ, FN_APP_LIST} in compartment P"],
        [
            "Allow group A to {FN_APP_LIST} in compartment P",
            "Allow group A to {FN_APP_READ} in compartment P",
        ],
    ),
    (
        [f"{INVOKE} where all {{{ONE}, x = 'y'}}"],
        [f"{INVOKE} where all {{x='Y', {ONE.upper().replace('OCID1', 'ocid1')}}}"],
    ),
    (
        [f"{INVOKE} where any {{{ONE}, {TWO}}}"],
        [f"{INVOKE} where target.function.id in ('{ANOTHER}', '{FUNCTION}')"],
    ),
    ([f"{INVOKE} where all {{{ONE}}}"], [f"{INVOKE} where {ONE}"]),
    (
        [f"{INVOKE} where all {{x = '1', all {{y = '2', z = '3'}}}}"],
        [f"{INVOKE} where all {{z='3', y='2', x='1'}}"],
    ),
    ([f"{INVOKE} where x not in ('a', 'b')"], [f"{INVOKE} where x not in ('b', 'a')"]),
    ([f"{INVOKE} where x != 'a'"], [f"{INVOKE} where x ! = 'a'"]),
    ([f"Define compartment P as {PLACE}", INVOKE], [INVOKE.replace("P", f"id {PLACE}")]),
    (["Allow group A to read x in tenancy"], [f"Allow group A to read x in compartment id {TENANCY}"]),
    ([INVOKE + ";"], [INVOKE + ";"]),
    (["Deny" + INVOKE[5:] + ";"], ["Deny" + INVOKE[5:] + ";"]),
    ([f"Define group A as {GROUP}", INVOKE], [INVOKE.replace("group A", f"group id {GROUP}")]),
    (
        [f"Define group S as {GROUP}", "Allow service S to read x in tenancy"],
        ["Allow service S to read x in tenancy"],
    ),
    (["Allow service FaaS to read x in tenancy"], ["Allow service faas to read x in tenancy"]),
    ([f"{INVOKE} where sets-equal(x, ('A', 'b'))"], [f"{INVOKE} where sets-equal(x, ('a', 'B'))"]),
]


@pytest.mark.parametrize(("before", "after"), SAME)
def test_equivalent_writing_is_nothing_new(before: list[str], after: list[str]) -> None:
    """The same access in other words, order or pieces is not new, in either direction."""
    assert compare(before, after) == ()
    if not any("manage fn-invocation" in text for text in after):
        assert compare(after, before) == ()


NARROWER = [
    ([INVOKE], []),
    ([INVOKE], [f"{INVOKE} where {ONE}"]),
    ([INVOKE], ["Allow group A to use fn-invocation in compartment P:Q"]),
    (["Allow group A to use fn-invocation in tenancy"], [INVOKE]),
    (
        ["Allow group A to manage all-resources in tenancy"],
        [INVOKE, "Allow group A to {NEW_THING} in tenancy"],
    ),
    (["Allow group A to manage buckets in tenancy"], ["Allow group A to read buckets in tenancy"]),
    (["Allow group A to manage object-family in tenancy"], ["Allow group A to read objects in tenancy"]),
    (["Allow group A to use object-family in tenancy"], ["Allow group A to use objects in tenancy"]),
    (["Allow group A to manage objects in tenancy"], ["Allow group A to {OBJECT_READ} in tenancy"]),
    (["Allow any-user to read x in tenancy"], ["Allow service s to read x in tenancy"]),
    (["Allow any-group to read x in tenancy"], ["Allow dynamic-group A to read x in tenancy"]),
    ([f"{INVOKE} where any {{{ONE}, {TWO}}}"], [f"{INVOKE} where {TWO}"]),
    ([f"{INVOKE} where {ONE}"], [f"{INVOKE} where all {{{ONE}, request.region = 'iad'}}"]),
    ([f"{INVOKE} where {ONE}"], [f"{INVOKE} where any {{all {{{ONE}, x = '1'}}, all {{{ONE}, x = '2'}}}}"]),
    ([f"{INVOKE} where x != 'a'"], [f"{INVOKE} where x not in ('a', 'b')"]),
    (
        ["Allow group A to read x in tenancy"],
        ["Allow group A to read x in tenancy", "Deny group A to use y in tenancy"],
    ),
    (["Endorse any-user to read x in any-tenancy"], ["Endorse group A to read x in tenancy T"]),
    ([f"{INVOKE} where any {{x = 'a', y = 'b'}}"], [f"{INVOKE} where y = 'b'"]),
    ([f"{INVOKE} where any {{x = 'a', !y}}"], [f"{INVOKE} where x = 'a'"]),
    (
        [f"{INVOKE} where all {{x = 'a', y = 'b'}}"],
        [f"{INVOKE} where all {{x = 'a', y = 'b', z = 'c'}}"],
    ),
]


@pytest.mark.parametrize(("before", "after"), NARROWER)
def test_less_access_is_nothing_new(before: list[str], after: list[str]) -> None:
    """Fewer principals, powers, places or requests are not new; the other way round they are."""
    assert compare(before, after) == ()
    assert compare(after, before) != ()


DIFFERENT = [
    ([INVOKE], ["Allow group B to use fn-invocation in compartment P"]),
    ([INVOKE], ["Allow group D/A to use fn-invocation in compartment P"]),
    ([INVOKE], ["Allow dynamic-group A to use fn-invocation in compartment P"]),
    ([INVOKE], ["Allow group A to use fn-invocation in compartment Q"]),
    ([INVOKE], [f"Allow group A to use fn-invocation in compartment id {PLACE}"]),
    (
        [f"Allow group A to read x in compartment id {PLACE}"],
        [f"Allow group A to read x in compartment id {INNER}"],
    ),
    (["Allow group A to read x in tenancy"], ["Allow group A to read y in tenancy"]),
    (["Allow group A to read x in tenancy"], ["Endorse group A to read x in tenancy T"]),
    (["Endorse group A to read x in tenancy T"], ["Endorse group A to read x in tenancy U"]),
    (["Endorse any-user to read x in any-tenancy"], ["Allow group A to read x in tenancy"]),
    (
        ["Admit group A of tenancy T to read x in tenancy"],
        ["Admit group A of tenancy U to read x in tenancy"],
    ),
    (
        ["Admit any-user of tenancy T to read x in tenancy"],
        ["Admit group A of tenancy U to read x in tenancy"],
    ),
    ([f"{INVOKE} where {ONE}"], [f"{INVOKE} where {TWO}"]),
    ([f"{INVOKE} where {ONE}"], [f"{INVOKE} where target.function.id != '{FUNCTION}'"]),
    ([f"{INVOKE} where x = 'a'"], [f"{INVOKE} where y = 'a'"]),
    ([f"{INVOKE} where all {{x = 'a', y = 'b'}}"], [f"{INVOKE} where any {{x = 'a', y = 'b'}}"]),
    ([f"{INVOKE} where x = 'a'"], [f"{INVOKE} where x = /a/"]),
    ([f"{INVOKE} where x = 'y'"], [f"{INVOKE} where x = y"]),
    ([f"{INVOKE} where x not in (y, 'z')"], [f"{INVOKE} where x != 'z'"]),
    ([f"{INVOKE} where !x"], [f"{INVOKE} where x"]),
    ([f"{INVOKE} where x"], [f"{INVOKE} where x = 'a'"]),
    ([f"{INVOKE} where x = 'a'"], [f"{INVOKE} where x"]),
    (
        [f"Define compartment P as {PLACE}", INVOKE.replace(" P", " P:Q")],
        [INVOKE.replace(" P", " Q")],
    ),
    ([f"{INVOKE} where x = 'a'"], [f"{INVOKE} where any {{x = 'a', y != 'b'}}"]),
    ([f"{INVOKE} where x in ('a', 'b')"], [f"{INVOKE} where any {{x = 'a', x != 'b'}}"]),
    (
        ["Endorse group A to manage x in tenancy"],
        ["Endorse group A to associate x in tenancy with y in tenancy T"],
    ),
    ([], [INVOKE + ";", INVOKE]),
    (
        [f"{INVOKE} where x between '10:00Z' and '11:00Z'"],
        [f"{INVOKE} where x between '11:00Z' and '10:00Z'"],
    ),
    (["Endorse any-user to read x in any-tenancy"], ["Endorse any-user to read x in tenancy"]),
    (["Endorse any-user to read x in tenancy"], ["Allow any-user to read x in tenancy"]),
    (["Deny any-user to read x in tenancy"], ["Deny endorse any-user to read x in tenancy"]),
    (["Allow group A to use all-resources in tenancy"], ["Allow group A to {NEW_THING} in tenancy"]),
    (["Allow group A to manage buckets in tenancy"], ["Allow group A to {NEW_THING} in tenancy"]),
    (
        [f"Define compartment P as {PLACE}", INVOKE.replace(" P", " P:Q")],
        [f"Define compartment P as {PLACE}", INVOKE],
    ),
    (
        [f"Define group A as {GROUP}", INVOKE],
        [f"Define group A as {GROUP}", INVOKE.replace("group A", "group D/A")],
    ),
    (["Allow resource a to read x in tenancy"], ["Allow resource A to read x in tenancy"]),
    (
        ["Endorse group A to associate x in tenancy with y in tenancy T"],
        ["Endorse group A to manage x in tenancy"],
    ),
    (["Deny group A to read fn-function in tenancy"], ["Deny group A to use fn-function in tenancy"]),
    ([f"{INVOKE} where x before '2020-01-01T00:00Z'"], [f"{INVOKE} where x after '2020-01-01T00:00Z'"]),
    ([f"{INVOKE} where sets-equal(x, ('a'))"], [f"{INVOKE} where sets-intersect(x, ('a'))"]),
    ([f"Define compartment P as {PLACE}", INVOKE], [f"Define compartment P as {INNER}", INVOKE]),
    ([f"Define compartment P as {PLACE}", INVOKE], [INVOKE]),
    ([f"Define group A as {GROUP}", INVOKE], [INVOKE]),
    (
        [f"Define compartment P as {PLACE}", f"Define compartment P as {INNER}", INVOKE],
        [f"Define compartment P as {PLACE}", INVOKE],
    ),
    ([], [INVOKE + ";"]),
    ([INVOKE + ";"], [INVOKE + ";;"]),
    (["Deny group A to use x in tenancy"], []),
    (["Deny group A to use x in tenancy"], ["Deny group A to use x in compartment P"]),
    (["Deny group A to use x in tenancy"], ["Deny group A to manage x in tenancy"]),
    (["Deny group A to use x in tenancy"], ["Deny group A to use x in tenancy where y = 'z'"]),
    (["Deny any-user to use x in tenancy;"], []),
    (["Allow any-group to read x in tenancy"], ["Allow any-user to read x in tenancy"]),
    (["Allow any-group to read x in tenancy"], ["Allow service s to read x in tenancy"]),
    ([f"{INVOKE} where x = 'a'"], [f"{INVOKE} where all {{y = 'b', z = 'c'}}"]),
]


@pytest.mark.parametrize(("before", "after"), DIFFERENT)
def test_other_access_is_new(before: list[str], after: list[str]) -> None:
    """Another principal, power, place or condition is new; so are the unread and a denial that is gone."""
    assert compare(before, after) != ()


def test_unread_grant_that_is_gone_is_nothing_new() -> None:
    """Of statements that cannot be read only those that may have denied something are missed."""
    assert compare([INVOKE + ";"], []) == ()
    (missed,) = compare(["Deny" + INVOKE[5:] + ";"], [])
    assert missed.lifted


def test_what_is_said_of_new_access() -> None:
    """New access says who, what, where and on what condition, with the statement and its policy."""
    before = [Policy(TENANCY, ("Allow group A to read fn-function in compartment P",), "one")]
    after = [Policy(TENANCY, (f"Allow group A, b to {{FN_INVOCATION}} in compartment P where {ONE}",), "two")]
    statement = after[0].statements[0]

    expected = tuple(
        NewAccess(f"group default/{name}", "FN_INVOCATION", "compartment p", ONE, statement, "two")
        for name in "ab"
    )

    assert compare(before, after) == expected
    assert (
        str(expected[0]) == f"group default/a gains FN_INVOCATION in compartment p where {ONE}: {statement}"
    )


def test_statement_behind_an_unread_one_is_told() -> None:
    """One statement that cannot be read hides none that follows it in its policy."""
    found = compare([], [Policy(TENANCY, (INVOKE + ";", INVOKE))])

    assert [access.statement for access in found] == [INVOKE, INVOKE + ";"]


@pytest.mark.parametrize(
    ("statement", "scope"),
    [
        ("Allow group A to read x in tenancy", "the tenancy"),
        (f"Allow group A to read x in compartment id {PLACE}", f"compartment {PLACE}"),
        ("Allow group A to read x in compartment P:Q", "compartment p:q"),
        ("Endorse group A to read x in any-tenancy", "any tenancy"),
        ("Endorse group A to read x in tenancy T", "tenancy t"),
        ("Endorse group A to read x in compartment P of tenancy T", "compartment p of tenancy t"),
        (
            f"Endorse group A to read x in compartment id {PLACE} of tenancy T",
            f"compartment {PLACE} of tenancy t",
        ),
    ],
)
def test_place_is_told_in_words(statement: str, scope: str) -> None:
    """A place is told by its OCID or path, and by the tenancy where that is another one."""
    (access,) = compare([], [statement])

    assert scope == access.scope


def test_association_is_told_with_its_other_half() -> None:
    """What is associated with what, and where the other one lies."""
    (access,) = compare(
        [], ["Endorse group A to associate x in tenancy with y in compartment P of tenancy T"]
    )

    assert access.permission == "associate x with y in compartment p of tenancy t"


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ("all {any {x = 'a'}}", "x = 'a'"),
        ("all {x = 'a', all {y = 'b', z}}", "all {x = 'a', y = 'b', z}"),
        ("x not in ('b', 'a')", "x not in ('a', 'b')"),
    ],
)
def test_condition_is_told_in_its_shortest_form(condition: str, told: str) -> None:
    """Blocks in blocks of their kind are one, and values stand in order."""
    (access,) = compare([], [f"{INVOKE} where {condition}"])
    (expected,) = compare([], [f"{INVOKE} where {told}"])

    assert expected.condition == access.condition
    assert expected.condition.count("{") == told.count("{")


def test_family_is_told_by_what_it_adds() -> None:
    """Of a family only the permissions that are new are listed; of a type not fully known the verb is."""
    before = ["Allow group A to read functions-family in tenancy", "Allow group A to read buckets in tenancy"]
    after = ["Allow group A to use functions-family in tenancy", "Allow group A to use buckets in tenancy"]

    assert [access.permission for access in compare(before, after)] == ["FN_INVOCATION", "use buckets"]


def test_lifted_denial_is_told_as_such() -> None:
    """A denial that is gone is told with its own statement."""
    (access,) = compare(["Deny group A to use x in tenancy"], [])

    assert access.lifted
    assert str(access) == (
        "group default/a is no longer denied use x in the tenancy: Deny group A to use x in tenancy"
    )


def test_policy_reaches_no_further_than_where_it_is_attached() -> None:
    """A statement moved to a policy attached higher up may reach more, and is new unless a directory
    knows."""
    statement = f"Allow group A to read x in compartment id {INNER}"
    low, high = Policy(PLACE, (statement,)), Policy(TENANCY, (statement,))
    directory = Directory(TENANCY, {PLACE: Compartment("P"), INNER: Compartment("D", PLACE)})

    assert compare([low], [high]) != ()
    assert compare([high], [low]) == ()
    assert compare([low], [high], directory) == ()
    assert compare([replace(low, compartment_id=GROUP)], [high], directory) != ()


def test_paths_start_where_the_policy_is_attached() -> None:
    """The same path in policies attached to different compartments names different places."""
    one, other = (Policy(place, ("Allow group A to read x in compartment Q",)) for place in (PLACE, INNER))

    assert compare([one], [other]) != ()
    assert compare([one], [one]) == ()


def test_directory_tells_names_from_ids() -> None:
    """With a directory a group or compartment may be renamed to its OCID, and a subtree is known as such."""
    directory = Directory(
        TENANCY, {PLACE: Compartment("P"), INNER: Compartment("D", PLACE)}, {GROUP: Group("A")}
    )
    before = [Policy(TENANCY, (INVOKE,))]
    after = [Policy(TENANCY, (f"Allow group id {GROUP} to use fn-invocation in compartment id {INNER}",))]

    assert compare(before, after, directory) == ()
    assert compare(before, after) != ()
    assert compare(after, before, directory) != ()


def test_directory_tells_what_a_path_of_a_policy_below_the_root_means() -> None:
    """A path starts where its policy is attached, also when a directory turns it into an OCID."""
    directory = Directory(TENANCY, {PLACE: Compartment("P"), INNER: Compartment("D", PLACE)})
    path, ocid = (
        [Policy(PLACE, (f"Allow group A to read x in compartment {place}",))]
        for place in ("D", f"id {INNER}")
    )

    assert compare(path, ocid, directory) == compare(ocid, path, directory) == ()


def test_alias_is_of_the_own_tenancy() -> None:
    """A path in another tenancy does not begin with an alias of this one."""
    foreign = "Endorse group A to read x in compartment P of tenancy T"
    (aliased,) = compare([], [f"Define compartment P as {PLACE}", foreign])
    (listed,) = compare([], [foreign], Directory(TENANCY, {PLACE: Compartment("P")}))

    assert aliased.scope == listed.scope == "compartment p of tenancy t"


def test_directory_tells_dynamic_groups_from_ids() -> None:
    """A dynamic group's OCID and name are one where a directory knows it."""
    ocid = "ocid1.dynamicgroup.oc1..workers"
    directory = Directory(TENANCY, dynamic_groups={ocid: DynamicGroup("Workers", "resource.id = 'x'")})
    named, by_id = ([f"Allow dynamic-group {who} to read x in tenancy"] for who in ("Workers", f"id {ocid}"))

    louder = [by_id[0].replace(ocid, ocid.upper())]

    assert compare(named, by_id, directory) == compare(by_id, named, directory) == ()
    assert compare(named, louder, directory) == ()
    assert compare(named, by_id) != ()


RULE = "ocid1.eventrule.oc1.iad.rule"
A, B, C = (f"target.function.id = 'ocid1.fnfunc.oc1.iad.{name}'" for name in "abc")
IAD, FRA = "request.region = 'iad'", "request.region = 'fra'"


def gains(before: list[str], after: list[str]) -> list[str]:
    """The conditions of what is new, of the same grant under other conditions."""
    found = compare([f"{INVOKE} where {one}" for one in before], [f"{INVOKE} where {one}" for one in after])
    assert {access.permission for access in found} <= {"FN_INVOCATION"}
    return [access.condition for access in found]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([A], [f"any {{{A}, {B}}}"], [B]),
        ([A], [f"any {{{B}, {A}}}"], [B]),
        ([A], ["target.function.id in ('ocid1.fnfunc.oc1.iad.a', 'ocid1.fnfunc.oc1.iad.b')"], [B]),
        ([A, B], [f"any {{{A}, {B}}}"], []),
        ([f"any {{{A}, {B}}}"], [A, B], []),
        ([A, IAD], [f"any {{{A}, {IAD}}}"], []),
        ([A], [f"any {{{A}, {IAD}}}"], [IAD]),
        (
            [A],
            [f"any {{{A}, {B}, {C}}}"],
            ["target.function.id in ('ocid1.fnfunc.oc1.iad.b', 'ocid1.fnfunc.oc1.iad.c')"],
        ),
        ([f"all {{{A}, {IAD}}}"], [f"all {{any {{{A}, {B}}}, {IAD}}}"], [f"all {{{IAD}, {B}}}"]),
        ([f"all {{{A}, {IAD}}}", f"all {{{B}, {IAD}}}"], [f"all {{any {{{A}, {B}}}, {IAD}}}"], []),
        (
            [f"all {{{A}, {IAD}}}"],
            [f"all {{any {{{A}, {B}}}, any {{{IAD}, {FRA}}}}}"],
            [
                f"any {{all {{{FRA}, {A}}}, all {{request.region in ('fra', 'iad'), {B}}}}}",
            ],
        ),
        ([A], [f"any {{{A}, all {{{B}, {C}}}}}"], []),
        ([A], ["target.function.id != 'x'"], ["target.function.id != 'x'"]),
        (
            [],
            [f"any {{{A}, {B}}}"],
            ["target.function.id in ('ocid1.fnfunc.oc1.iad.a', 'ocid1.fnfunc.oc1.iad.b')"],
        ),
    ],
)
def test_a_gain_is_shown_by_what_is_new_of_it(
    before: list[str], after: list[str], expected: list[str]
) -> None:
    """Of a disjunction the branches that were there before are not shown, whichever statements held them."""
    assert expected == gains(before, after)


def test_a_condition_of_too_many_branches_is_shown_whole() -> None:
    """What would take too long to take apart is listed as it is: nothing new is left out."""
    blocks = [f"any {{a{n} = 'x', b{n} = 'y'}}" for n in range(14)]
    whole = f"all {{{', '.join(blocks)}}}"
    begin = time.process_time()

    (shown,) = gains([f"all {{a{n} = 'q', b{n} = 'r'}}" for n in range(30)], [whole])

    assert shown.count("any {") == 14
    assert time.process_time() - begin < 5


@pytest.mark.parametrize("count", [3, 500])
@pytest.mark.parametrize("beside", ["", f"request.principal.id = '{RULE}', "])
def test_statements_merged_into_one_are_nothing_new(count: int, beside: str) -> None:
    """However many functions statements name, naming them in one list gains none; one more does."""
    named = [f"'ocid1.fnfunc.oc1.iad.f{number}'" for number in range(count + 1)]
    apart = [f"all {{{beside}target.function.id = {one}}}" for one in named[:-1]]
    merged = f"all {{{beside}target.function.id in ({', '.join(named[:-1])})}}"
    disjunction = f"all {{{beside}any {{{', '.join(f'target.function.id = {one}' for one in named)}}}}}"

    assert gains(apart, [merged]) == gains([merged], apart) == []
    (gained,) = gains(apart, [disjunction])
    assert f"target.function.id = {named[-1]}" in gained
    assert named[0] not in gained


def test_a_type_beside_an_ocid_of_it_says_nothing() -> None:
    """An OCID tells its type; leaving the type out gains nothing, leaving the OCID out does."""
    pinned, typed = f"request.principal.id = '{RULE}'", "request.principal.type = 'EventRule'"
    foreign = pinned.replace("eventrule", "fnfunc")

    assert gains([f"all {{{pinned}, {typed}}}"], [pinned]) == []
    assert gains([pinned], [f"all {{{pinned}, {typed}}}"]) == []
    assert gains([f"all {{{foreign}, {typed}}}"], [foreign]) == [foreign]
    assert gains([pinned], [typed]) != []


def test_another_spelling_of_a_type_is_the_type() -> None:
    """OCI takes many resource-types in the singular too."""
    plural, singular = (f"Allow group A to use {kind} in compartment P" for kind in ("buckets", "bucket"))

    assert compare([plural], [singular]) == compare([singular], [plural]) == ()
    assert compare([plural], [plural.replace("buckets", "objects")]) != ()


def test_a_policy_of_a_compartment_has_no_say_over_the_tenancy() -> None:
    """`in tenancy` in a policy attached to a compartment grants nothing that a later statement could keep."""
    wide, narrow = (
        Policy(PLACE, (f"Allow group A to use fn-invocation in {place}",))
        for place in ("tenancy", f"compartment id {PLACE}")
    )

    assert compare([wide], [narrow]) != ()
    assert compare([wide], [wide]) == ()


@pytest.mark.parametrize("member", ["Dev/ops", "'Dev'/'OPS'"])
def test_an_alias_with_a_domain_is_its_group(member: str) -> None:
    """`define group Dev/ops` gives a name with a domain; without one it is the default domain's."""
    plain = "Allow group id ocid1.group.oc1..ops to use fn-invocation in compartment P"
    define = "Define group Dev/ops as ocid1.group.oc1..OPS"

    assert compare([plain], [define, plain.replace("id ocid1.group.oc1..ops", member)]) == ()
    assert compare([plain], [define, plain.replace("id ocid1.group.oc1..ops", "ops")]) != ()


def test_ocids_compare_without_case() -> None:
    """Neither the OCID of a group, nor of a compartment, nor in a condition is another one in capitals."""
    text = (
        "Allow group id ocid1.group.oc1..a to use fn-invocation in compartment id ocid1.compartment.oc1..b"
        " where target.function.id = 'ocid1.fnfunc.oc1.iad.c'"
    )
    louder = text
    for part in ("ocid1.group.oc1..a", "ocid1.compartment.oc1..b", "ocid1.fnfunc.oc1.iad.c"):
        louder = louder.replace(part, part.upper())

    assert compare([Policy(PLACE, (text,))], [Policy(PLACE.upper(), (louder,))]) == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("manage fn-function in compartment P", "use fn-function in compartment P"),
        ("manage fn-function in compartment P", "inspect all-resources in tenancy"),
        ("{FN_INVOCATION} in compartment P", "use fn-invocation in compartment P"),
        ("{FN_APP_READ} in compartment P", "inspect functions-family in tenancy"),
        ("use x in compartment P where y = 'z'", "use x in compartment P"),
        ("use x in compartment P", "inspect all-resources in tenancy"),
    ],
)
def test_a_wider_denial_lifts_nothing(before: str, after: str) -> None:
    """A denial in whose place a wider one stands is no gain; the other way round it is."""
    narrow, wide = f"Deny group A to {before}", f"Deny any-user to {after}"

    assert compare([narrow], [wide]) == ()
    assert [access.lifted for access in compare([wide], [narrow])] == [True]


def test_the_part_of_a_denial_that_is_lifted_is_shown() -> None:
    """Of a denial that covers less only what it no longer covers is listed."""
    before, after = (f"Deny group A to use x in tenancy where {one}" for one in (f"any {{{A}, {B}}}", A))
    (lifted,) = compare([before], [after])

    assert (lifted.condition, lifted.lifted) == (B, True)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Policy(PLACE, (INVOKE + ";",)), Policy(TENANCY, (INVOKE + ";",))),
        (
            Policy(PLACE, (INVOKE + ";", "Define compartment P as ocid1.compartment.oc1..a")),
            Policy(PLACE, (INVOKE + ";", "Define compartment P as ocid1.tenancy.oc1..a")),
        ),
    ],
)
def test_an_unread_statement_in_another_setting_is_new(before: Policy, after: Policy) -> None:
    """The same text in a policy attached elsewhere, or beside other aliases, may mean something else."""
    (found,) = compare([before], [after])

    assert found.statement == INVOKE + ";"
    assert compare([after], [after]) == ()
    louder = tuple(text.replace("ocid1.", "OCID1.") for text in after.statements)
    assert compare([after], [Policy(after.compartment_id.upper(), louder)]) == ()


def test_many_policies_are_compared_quickly() -> None:
    """Two thousand grants to different groups take no time growing with the square."""
    policies = [
        Policy(
            PLACE, (f"Allow group g{n} to manage objects in compartment P where target.bucket.name = 'b{n}'",)
        )
        for n in range(2000)
    ]
    changed = [*policies[1:], Policy(PLACE, ("Allow group g0 to manage buckets in compartment P",))]
    begin = time.process_time()

    assert len(compare(policies, changed)) == 1
    assert time.process_time() - begin < 3
