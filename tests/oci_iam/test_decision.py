"""Who may do what: every part of a statement that lets a request in or keeps it out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from oci_iam import (
    Compartment,
    Decision,
    Directory,
    DynamicGroup,
    Group,
    Policy,
    Principal,
    Request,
    decide,
)

TENANCY = "ocid1.tenancy.oc1..root"
TEAMS = "ocid1.compartment.oc1..teams"
PICTURES = "ocid1.compartment.oc1..pictures"
DEV = "ocid1.compartment.oc1..dev"
OTHER = "ocid1.compartment.oc1..other"
FUNCTION = "ocid1.fnfunc.oc1.iad.resize"
RULE = "ocid1.eventrule.oc1.iad.upload"
MARTA = "ocid1.user.oc1..marta"
CALLERS = "ocid1.group.oc1..callers"
STAFF_CALLERS = "ocid1.group.oc1..staffcallers"
WORKERS = "ocid1.dynamicgroup.oc1..workers"
BROKEN = "ocid1.dynamicgroup.oc1..broken"

DIRECTORY = Directory(
    tenancy_id=TENANCY,
    compartments={
        TEAMS: Compartment("Teams"),
        PICTURES: Compartment("Pictures", TEAMS),
        DEV: Compartment("Dev", PICTURES),
        OTHER: Compartment("Other"),
    },
    groups={
        CALLERS: Group("Callers", frozenset({MARTA})),
        STAFF_CALLERS: Group("Callers", frozenset({"ocid1.user.oc1..paul"}), domain="Staff"),
        "ocid1.group.oc1..admins": Group("Administrators", frozenset({"ocid1.user.oc1..root"})),
    },
    dynamic_groups={
        WORKERS: DynamicGroup(
            "Workers", f"ALL {{resource.type = 'fnfunc', resource.compartment.id = '{PICTURES}'}}"
        ),
        BROKEN: DynamicGroup("Broken", "ALL {resource.type = 'fnfunc'"),
    },
)
USER = Principal("user", MARTA)
EVENT_RULE = Principal("eventrule", RULE, OTHER)
WORKER = Principal("fnfunc", "ocid1.fnfunc.oc1.iad.other", PICTURES)
EVENTS = Principal("service", service="cloudEvents")


def invoke(principal: Principal, **changes: object) -> Request:
    """A call of the function, which lies in Pictures."""
    request = Request(
        principal, "FN_INVOCATION", PICTURES, "InvokeFunction", {"target.function.id": FUNCTION}
    )
    return replace(request, **changes)  # type: ignore[arg-type]


def answer(
    request: Request, *statements: str, at: str = TENANCY, directory: Directory = DIRECTORY
) -> Decision:
    """The decision by one policy of these statements, attached at `at`."""
    return decide(request, [Policy(at, statements, "p")], directory)


@pytest.mark.parametrize(
    ("principal", "subject", "expected"),
    [
        (USER, "group Callers", True),
        (USER, "group 'callers'", True),
        (USER, "group Default/Callers", True),
        (USER, "group Staff/Callers", False),
        (replace(USER, id="ocid1.user.oc1..paul"), "group Staff/Callers", True),
        (replace(USER, id="ocid1.user.oc1..paul"), "group Callers", False),
        (USER, f"group id {CALLERS}", True),
        (USER, f"group id {STAFF_CALLERS}", False),
        (USER, "group Readers, Callers", True),
        (USER, "dynamic-group Callers", False),
        (USER, "dynamic-group Workers", False),
        (USER, "any-user", True),
        (USER, "any-group", True),
        (replace(USER, id="ocid1.user.oc1..nobody"), "any-group", False),
        (replace(USER, id="ocid1.user.oc1..nobody"), "any-user", True),
        (WORKER, "dynamic-group Workers", True),
        (WORKER, f"dynamic-group id {WORKERS}", True),
        (WORKER, "dynamic-group Broken", False),
        (WORKER, "any-group", True),
        (replace(WORKER, compartment_id=OTHER), "dynamic-group Workers", False),
        (replace(WORKER, compartment_id=OTHER), "any-group", False),
        (WORKER, "group Workers", False),
        (replace(WORKER, service="cloudEvents"), "service cloudEvents", False),
        (EVENT_RULE, "any-user", True),
        (EVENT_RULE, "service cloudEvents", False),
        (EVENTS, "service CLOUDEVENTS", True),
        (EVENTS, "service ons, cloudevents", True),
        (EVENTS, "service faas", False),
        (EVENTS, f"service id {CALLERS}", False),
        (Principal("service"), "service cloudEvents", False),
        (EVENT_RULE, f"resource {RULE}", False),
        (EVENTS, "any-user", True),
        (EVENTS, "any-group", False),
    ],
)
def test_subject(principal: Principal, subject: str, expected: bool) -> None:
    """A statement speaks of a principal by membership, matching rule, service name, or of everybody."""
    decision = answer(invoke(principal), f"Allow {subject} to use fn-invocation in tenancy")

    assert expected == decision.allowed


@pytest.mark.parametrize(
    ("grant", "permission", "expected"),
    [
        ("use fn-invocation", "FN_INVOCATION", True),
        ("manage fn-invocation", "FN_INVOCATION", True),
        ("read fn-invocation", "FN_INVOCATION", False),
        ("use fn-function", "FN_INVOCATION", False),
        ("use fn-function", "FN_FUNCTION_READ", True),
        ("use fn-function", "FN_FUNCTION_UPDATE", False),
        ("manage fn-function", "FN_FUNCTION_UPDATE", True),
        ("manage fn-function", "FN_APP_UPDATE", False),
        ("use functions-family", "FN_INVOCATION", True),
        ("use functions-family", "FN_APP_CREATE", False),
        ("manage functions-family", "FN_APP_CREATE", True),
        ("use all-resources", "FN_INVOCATION", True),
        ("read all-resources", "FN_INVOCATION", False),
        ("manage all-resources", "SOMETHING_THE_MODEL_LACKS", True),
        ("read buckets", "FN_FUNCTION_READ", False),
        ("{FN_INVOCATION}", "FN_INVOCATION", True),
        ("{fn_invocation, BUCKET_READ}", "FN_INVOCATION", True),
        ("{BUCKET_READ}", "FN_INVOCATION", False),
    ],
)
def test_permission(grant: str, permission: str, expected: bool) -> None:
    """A statement yields what its verb on its resource-type holds, or what its list names."""
    request = invoke(USER, permission=permission)

    assert expected == answer(request, f"Allow group Callers to {grant} in tenancy").allowed


@pytest.mark.parametrize(
    ("attached", "location", "expected"),
    [
        (TENANCY, "tenancy", True),
        (TENANCY, f"compartment id {TENANCY}", True),
        (TENANCY, f"compartment id {PICTURES}", True),
        (TENANCY, f"compartment id {TEAMS}", True),
        (TENANCY, f"compartment id {DEV}", False),
        (TENANCY, f"compartment id {OTHER}", False),
        (TENANCY, "compartment Teams", True),
        (TENANCY, "compartment teams:PICTURES", True),
        (TENANCY, "compartment Teams:Pictures:Dev", False),
        (TENANCY, "compartment Pictures", False),
        (TEAMS, "compartment Pictures", True),
        (TEAMS, "compartment Teams", True),
        (TEAMS, "compartment Teams:Pictures", True),
        (TEAMS, "compartment Teams:Dev", False),
        (PICTURES, "compartment Pictures", True),
        (OTHER, "compartment Other:Pictures", False),
        (OTHER, f"compartment id {PICTURES}", False),
        (OTHER, "tenancy", False),
        (PICTURES, "tenancy", False),
    ],
)
def test_location(attached: str, location: str, expected: bool) -> None:
    """A location covers its subtree; a path starts where the policy is attached, and no policy reaches
    beyond its own subtree."""
    decision = answer(invoke(USER), f"Allow group Callers to use fn-invocation in {location}", at=attached)

    assert expected == decision.allowed


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (f"target.function.id = '{FUNCTION}'", True),
        ("target.function.id = 'ocid1.fnfunc.oc1.iad.another'", False),
        ("target.app.id = 'ocid1.fnapp.oc1.iad.x'", False),
        ("target.app.id != 'ocid1.fnapp.oc1.iad.x'", False),
        ("request.permission = 'FN_INVOCATION'", True),
        ("request.operation = 'invokefunction'", True),
        ("request.operation = 'UpdateFunction'", False),
        ("request.principal.type = 'EventRule'", True),
        (f"request.principal.id = '{RULE}'", True),
        (f"request.principal.compartment.id = '{OTHER}'", True),
        (f"request.principal.compartment.id = '{PICTURES}'", False),
        (f"request.resource.compartment.id = '{OTHER}'", True),
        (f"target.compartment.id = '{PICTURES}'", True),
        ("target.compartment.name = 'pictures'", True),
        ("request.region = 'iad'", True),
        ("request.user.id = 'ocid1.user.oc1..marta'", False),
        (f"request.user.id = '{RULE}'", False),
        (f"all {{request.principal.type = 'eventrule', target.function.id = '{FUNCTION}'}}", True),
        ("any {request.region = 'fra', request.region = 'iad'}", True),
        ("any {request.region = 'fra', request.region = 'phx'}", False),
    ],
)
def test_condition(condition: str, expected: bool) -> None:
    """A condition is read against what the request carries; what it does not carry makes it false."""
    request = invoke(EVENT_RULE, variables={"request.region": "IAD"})
    decision = answer(request, f"Allow any-user to use fn-invocation in tenancy where {condition}")

    assert expected == decision.allowed


def test_groups_are_variables_of_a_user() -> None:
    """`request.groups.id` and `request.user.id` are known for users."""
    where = f"all {{request.groups.id = '{CALLERS}', request.user.id = '{MARTA}'}}"
    statement = f"Allow any-user to use fn-invocation in tenancy where {where}"

    assert answer(invoke(USER), statement).allowed
    assert not answer(invoke(replace(USER, id="ocid1.user.oc1..paul")), statement).allowed


@pytest.mark.parametrize("principal", [USER, EVENTS])
def test_users_and_services_are_no_resources(principal: Principal) -> None:
    """`request.resource.compartment.id` is known for resources only."""
    somewhere = replace(principal, compartment_id=OTHER)
    statement = "Allow any-user to use fn-invocation in tenancy where {}.compartment.id = '{}'"

    assert answer(invoke(somewhere), statement.format("request.principal", OTHER)).allowed
    assert not answer(invoke(somewhere), statement.format("request.resource", OTHER)).allowed


def test_nobody_may_claim_to_be_somebody_else() -> None:
    """Variables that follow from the principal can't be overridden by those a caller adds."""
    claims = {
        "request.principal.type": "ApiGateway",
        "Request.Principal.Compartment.Id": PICTURES,
        "request.user.id": MARTA,
        "request.resource.compartment.id": PICTURES,
    }
    for name, value in claims.items():
        statement = f"Allow any-user to use fn-invocation in tenancy where {name} = '{value}'"

        assert not answer(invoke(EVENT_RULE, variables=claims), statement).allowed
        assert not answer(invoke(EVENTS, target=claims), statement).allowed


def test_alias_of_the_same_policy() -> None:
    """A name set by `define` in the policy stands for its OCID; in another policy it means nothing."""
    define = f"Define compartment Everything as {TENANCY}"
    grant = "Allow group Callers to use fn-invocation in compartment Everything"

    assert answer(invoke(USER), define, grant).allowed
    assert answer(invoke(USER), grant, define).allowed
    assert not decide(
        invoke(USER), [Policy(TENANCY, (define,)), Policy(TENANCY, (grant,))], DIRECTORY
    ).allowed


def test_alias_begins_a_path() -> None:
    """A path may begin with an alias; the rest is looked for below what it names."""
    define = f"Define compartment Home as {TEAMS}"
    grant = "Allow group Callers to use fn-invocation in compartment Home:Pictures"

    assert answer(invoke(USER), define, grant).allowed
    assert not answer(invoke(USER, compartment_id=TEAMS), define, grant).allowed
    assert not answer(invoke(USER), define, grant.replace("Pictures", "Dev")).allowed


def test_alias_of_a_group() -> None:
    """A group's alias stands for its OCID; with a domain it stands for that of the same domain only."""
    define = f"Define group Friends as {CALLERS}"

    assert answer(invoke(USER), define, "Allow group friends to use fn-invocation in tenancy").allowed
    assert not answer(invoke(USER), define, "Allow group D/Friends to use fn-invocation in tenancy").allowed

    define = f"Define group D/Friends as {CALLERS}"

    assert answer(invoke(USER), define, "Allow group d/FRIENDS to use fn-invocation in tenancy").allowed
    assert not answer(invoke(USER), define, "Allow group Friends to use fn-invocation in tenancy").allowed


def test_ocids_compare_without_case() -> None:
    """The OCID of a group or compartment in other letters names the same one."""
    grant = f"Allow group id {CALLERS} to use fn-invocation in compartment id {PICTURES}"

    assert answer(invoke(USER), grant).allowed
    assert answer(invoke(USER), grant.replace("ocid1.", "OCID1.").replace("oc1", "OC1")).allowed
    assert not answer(invoke(USER), grant.replace("pictures", "PICTURE")).allowed


def test_the_alias_of_a_compartment_may_be_in_capitals() -> None:
    """What `define` says in other letters is the same compartment, alone and at the start of a path."""
    define = f"Define compartment Apps as {PICTURES.upper()}"
    grant = "Allow group Callers to use fn-invocation in compartment Apps"

    assert answer(invoke(USER), define, grant).allowed
    assert not answer(invoke(USER), define.replace("PICTURES", "OTHERS"), grant).allowed


@pytest.mark.parametrize(
    ("principal", "allowed"),
    [
        (Principal("instance", "ocid1.instance.oc1.iad.a", PICTURES), True),
        (Principal("instance", "ocid1.instance.oc1.iad.a", OTHER), False),
        (Principal("eventrule", RULE, PICTURES), False),
    ],
)
def test_an_instance_carries_its_compartment(principal: Principal, allowed: bool) -> None:
    """`request.instance.compartment.id` is the compartment of an instance, and of nothing else; whoever asks
    cannot say otherwise."""
    grant = (
        f"Allow any-user to use fn-invocation in tenancy where request.instance.compartment.id = '{PICTURES}'"
    )
    request = invoke(principal, variables={"request.instance.compartment.id": PICTURES})

    assert answer(request, grant).allowed is allowed


def test_alias_of_a_compartment_is_no_group() -> None:
    """A definition says what kind of thing it names: a group of that name stays a group, also for a deny."""
    define = f"Define compartment Callers as {PICTURES}"
    grant = "Allow group Callers to use fn-invocation in compartment Callers"
    deny = "Deny group Callers to inspect functions-family in tenancy"
    tenancy = replace(DIRECTORY, deny_enabled=True)

    assert answer(invoke(USER), define, grant).allowed
    assert not answer(invoke(USER), define, grant, deny, directory=tenancy).allowed


def test_alias_given_twice_means_nothing() -> None:
    """Two definitions of one name contradict each other, so neither counts."""
    defines = [f"Define compartment Here as {ocid}" for ocid in (PICTURES, OTHER)]
    grant = "Allow group Callers to use fn-invocation in compartment Here"

    assert not answer(invoke(USER), *defines, grant).allowed
    assert not answer(invoke(USER), *reversed(defines), grant).allowed


def test_other_tenancies_are_not_decided() -> None:
    """`endorse` and `admit` speak of another tenancy's principals or resources: here they grant nothing."""
    statements = (
        "Endorse group Callers to use fn-invocation in any-tenancy",
        "Admit any-user of any-tenancy to use fn-invocation in tenancy",
    )

    assert not answer(invoke(USER), *statements).allowed


@pytest.mark.parametrize(
    ("deny", "permission", "expected"),
    [
        ("manage functions-family", "FN_FUNCTION_UPDATE", False),
        ("manage functions-family", "FN_INVOCATION", True),
        ("manage fn-invocation", "FN_INVOCATION", True),
        ("use fn-invocation", "FN_INVOCATION", False),
        ("use functions-family", "FN_FUNCTION_READ", True),
        ("inspect functions-family", "FN_INVOCATION", False),
        ("inspect all-resources", "FN_INVOCATION", False),
        ("inspect buckets", "FN_INVOCATION", True),
        ("{FN_INVOCATION}", "FN_INVOCATION", False),
    ],
)
def test_deny_reads_verbs_the_other_way_round(deny: str, permission: str, expected: bool) -> None:
    """`deny manage` takes what manage adds, `deny inspect` takes all; a deny outweighs every allow."""
    tenancy = replace(DIRECTORY, deny_enabled=True)
    allow = "Allow group Callers to manage all-resources in tenancy"
    statements = (allow, f"Deny group Callers to {deny} in tenancy")
    request = invoke(USER, permission=permission)

    assert expected == answer(request, *statements, directory=tenancy).allowed
    assert expected == answer(request, *reversed(statements), directory=tenancy).allowed


def test_deny_of_everything_takes_what_the_model_lacks() -> None:
    """`manage all-resources` grants also what the model has no row for; `deny inspect` of it takes that."""
    tenancy = replace(DIRECTORY, deny_enabled=True)
    request = invoke(USER, permission="SOMETHING_THE_MODEL_LACKS")
    allow = "Allow group Callers to manage all-resources in tenancy"

    assert answer(request, allow, "Deny any-user to use all-resources in tenancy", directory=tenancy).allowed
    assert not answer(
        request, allow, "Deny any-user to inspect all-resources in tenancy", directory=tenancy
    ).allowed


@pytest.mark.parametrize(
    ("deny", "expected"),
    [
        ("Deny any-user to inspect all-resources in tenancy", False),
        ("Deny group Readers to inspect all-resources in tenancy", True),
        ("Deny any-user to inspect all-resources in compartment Other", True),
        ("Deny any-user to inspect all-resources in tenancy where request.region = 'fra'", True),
        ("Deny endorse any-user to inspect all-resources in any-tenancy", True),
        ("Deny endorse any-user to inspect all-resources in tenancy", True),
    ],
)
def test_deny_applies_like_a_grant(deny: str, expected: bool) -> None:
    """A deny reaches the principals, places and requests its other parts name, and no others."""
    tenancy = replace(DIRECTORY, deny_enabled=True)
    statements = ("Allow group Callers to use fn-invocation in tenancy", deny)

    assert expected == answer(invoke(USER), *statements, directory=tenancy).allowed


def test_deny_means_nothing_unless_the_tenancy_opted_in() -> None:
    """Deny statements are off by default, and never reach the default domain's Administrators."""
    statements = (
        "Allow any-user to use fn-invocation in tenancy",
        "Deny any-user to inspect functions-family in tenancy",
    )
    admin = Principal("user", "ocid1.user.oc1..root")
    tenancy = replace(DIRECTORY, deny_enabled=True)

    assert answer(invoke(USER), *statements).allowed
    assert not answer(invoke(USER), *statements, directory=tenancy).allowed
    assert answer(invoke(admin), *statements, directory=tenancy).allowed


def test_because_names_the_granting_statement() -> None:
    """An allowed request is answered with the statement, its policy and what was asked."""
    statement = "Allow group Callers to use fn-invocation in compartment Teams"
    expected = Decision(
        True,
        f"'{statement}' of policy 'p' grants FN_INVOCATION on {FUNCTION} in compartment Pictures"
        f" to user {MARTA}",
        statement,
    )

    assert expected == answer(invoke(USER), "Allow group Callers to read fn-function in tenancy", statement)


@pytest.mark.parametrize(
    ("statement", "part"),
    [
        (
            "Allow group Readers to use fn-invocation in tenancy",
            "but its subject does not include this principal",
        ),
        ("Allow group Callers to use fn-invocation in compartment Other", "but it does not cover Pictures"),
        (
            "Allow group Callers to use fn-invocation in tenancy where all {request.permission = "
            "'FN_INVOCATION', target.function.id = 'ocid1.fnfunc.oc1.iad.another'}",
            f"its condition does not hold: target.function.id is {FUNCTION}",
        ),
        (
            "Allow group Callers to use fn-invocation in tenancy where target.app.id = 'ocid1.fnapp.oc1..x'",
            "its condition does not hold: the request has no target.app.id",
        ),
        (
            "Allow group Callers to use fn-invocation in tenancy where any {request.region = 'iad', "
            "request.region = 'phx'}",
            "its condition does not hold: none of its alternatives is met",
        ),
        (
            "Allow group Callers to use fn-invocation in tenancy where request.groups.id = 'ocid1.x'",
            f"its condition does not hold: request.groups.id is {CALLERS}",
        ),
        ("Allow group Callers to use fn-invocation in tenancy;", "not understood, so granting nothing"),
    ],
)
def test_because_names_what_is_missing(statement: str, part: str) -> None:
    """A refused request is answered with what was asked, and the nearest statement's shortfall."""
    decision = answer(invoke(USER), statement)

    assert not decision.allowed
    assert decision.statement is None
    assert (
        f"no statement grants FN_INVOCATION on {FUNCTION} in compartment Pictures to user" in decision.because
    )
    assert part in decision.because
    assert "\n" not in decision.because


def test_because_shortens_a_long_statement() -> None:
    """A statement of more than 240 characters is shown up to there."""
    head = "Allow group Callers to use fn-invocation in compartment "
    longest = head + "x" * (240 - len(head))

    assert f"'{longest}'" in answer(invoke(USER), longest).because
    assert f"'{longest[:237]}...'" in answer(invoke(USER), longest + "x").because


def test_because_names_no_target_where_there_is_none() -> None:
    """A request on no function or application is told by permission, place and principal."""
    request = invoke(USER, target={}, compartment_id=TENANCY)

    on_app = replace(request, target={"target.app.id": "ocid1.fnapp.oc1.iad.a"})

    assert decide(request, [], DIRECTORY).because == (
        f"no statement grants FN_INVOCATION in tenancy to user {MARTA}"
    )
    assert "FN_INVOCATION on ocid1.fnapp.oc1.iad.a in tenancy" in decide(on_app, [], DIRECTORY).because


def test_because_without_any_policy() -> None:
    """With nothing that comes near, the sentence says just what no statement grants."""
    expected = f"no statement grants FN_INVOCATION on {FUNCTION} in compartment Pictures to eventrule {RULE}"

    assert expected == decide(invoke(EVENT_RULE), [], DIRECTORY).because
    assert expected == answer(invoke(EVENT_RULE), "Allow any-user to read buckets in tenancy").because


def test_nearest_is_the_one_that_lacks_least() -> None:
    """Among statements that yield the permission, the one that speaks of the principal is nearest."""
    far = "Allow group Readers to use fn-invocation in tenancy"
    near = "Allow group Callers to use fn-invocation in compartment Other"
    sentences = {answer(invoke(USER), *order).because for order in ((far, near), (near, far))}

    assert len(sentences) == 1
    assert near in sentences.pop()


@pytest.mark.parametrize(
    ("near", "far"),
    [
        (
            "Allow group Callers to use fn-invocation in compartment Other where request.region = 'iad'",
            "Allow group Readers to use fn-invocation in tenancy",
        ),
        (
            "Allow group Callers to use fn-invocation in compartment Other",
            "Allow group Callers to use fn-invocation in compartment Other where request.region = 'iad'",
        ),
        (
            "Allow group Callers to use fn-invocation in tenancy where request.region = 'iad'",
            "Allow group Callers to use fn-invocation in compartment Other",
        ),
    ],
)
def test_nearest_by_principal_then_place_then_condition(near: str, far: str) -> None:
    """Who is meant weighs more than place and condition together, and each of these counts."""
    assert near + "'" in answer(invoke(USER), near, far).because
    assert near + "'" in answer(invoke(USER), far, near).because


def test_of_equals_the_first_is_named() -> None:
    """Of two statements that grant, or that come equally near, the one that stands first is named."""
    grants = [f"Allow {who} to use fn-invocation in tenancy" for who in ("group Callers", "any-user")]
    near = [f"Allow group {who} to use fn-invocation in tenancy" for who in ("Readers", "Writers")]

    for statements in (grants, near):
        for order in (statements, statements[::-1]):
            assert f"'{order[0]}' of policy 'p'" in answer(invoke(USER), *order).because


def test_policy_without_a_name_is_told_so() -> None:
    """A sentence names the policy, or says that it has no name."""
    statement = "Allow any-user to use fn-invocation in tenancy"

    assert (
        f"'{statement}' of an unnamed policy"
        in decide(invoke(USER), [Policy(TENANCY, (statement,))], DIRECTORY).because
    )


def test_unlisted_compartment_lies_below_the_root() -> None:
    """A compartment the directory does not list is the root's child, and has no other one above it."""
    unlisted = invoke(USER, compartment_id="ocid1.compartment.oc1..new")

    assert answer(unlisted, "Allow group Callers to use fn-invocation in tenancy").allowed
    assert answer(
        unlisted, "Allow group Callers to use fn-invocation in compartment id ocid1.compartment.oc1..new"
    ).allowed
    assert not answer(unlisted, f"Allow group Callers to use fn-invocation in compartment id {TEAMS}").allowed


def test_root_has_no_name() -> None:
    """A directory may list the root itself; a statement still can't reach everything by its name."""
    listed = replace(DIRECTORY, compartments={**DIRECTORY.compartments, TENANCY: Compartment("Acme")})

    assert not answer(
        invoke(USER), "Allow group Callers to use fn-invocation in compartment Acme", directory=listed
    ).allowed
    assert not answer(
        invoke(USER), "Allow group Callers to use fn-invocation in compartment Acme:Teams", directory=listed
    ).allowed


def test_circle_of_compartments_ends() -> None:
    """Compartments that name each other as parents are still decided about."""
    circle = replace(DIRECTORY, compartments={TEAMS: Compartment("A", DEV), DEV: Compartment("B", TEAMS)})
    request = invoke(USER, compartment_id=DEV)

    assert answer(request, "Allow group Callers to use fn-invocation in tenancy", directory=circle).allowed


def test_child_of_the_same_name_goes_first() -> None:
    """Where a compartment holds one of its own name, a path that begins so means the inner one."""
    inner = "ocid1.compartment.oc1..inner"
    nested = replace(
        DIRECTORY, compartments={**DIRECTORY.compartments, inner: Compartment("Pictures", PICTURES)}
    )
    statement = "Allow group Callers to use fn-invocation in compartment Pictures"

    assert not answer(invoke(USER), statement, at=PICTURES, directory=nested).allowed
    assert answer(invoke(USER, compartment_id=inner), statement, at=PICTURES, directory=nested).allowed


@pytest.mark.parametrize("principal", [USER, EVENTS])
def test_dynamic_groups_hold_resources_only(principal: Principal) -> None:
    """However wide its matching rule, a user or a service is no member of a dynamic group."""
    wide = replace(DIRECTORY, dynamic_groups={WORKERS: DynamicGroup("Wide", "resource.type != 'x'")})
    statement = "Allow dynamic-group Wide to use fn-invocation in tenancy"

    assert not answer(invoke(principal), statement, directory=wide).allowed
    assert answer(invoke(EVENT_RULE), statement, directory=wide).allowed


def test_groups_hold_users_only() -> None:
    """A resource whose OCID somebody listed as a member is in no group."""
    listed = replace(DIRECTORY, groups={CALLERS: Group("Callers", frozenset({RULE}))})

    assert not answer(
        invoke(EVENT_RULE), "Allow group Callers to use fn-invocation in tenancy", directory=listed
    ).allowed


@pytest.mark.parametrize(
    ("compartment", "expected"),
    [(DEV, (DEV, PICTURES, TEAMS, TENANCY)), (OTHER, (OTHER, TENANCY)), (TENANCY, (TENANCY,))],
)
def test_ancestry_ends_at_the_root(compartment: str, expected: tuple[str, ...]) -> None:
    """A compartment lies in each one above it, the tenancy last."""
    assert expected == DIRECTORY.ancestry(compartment)
