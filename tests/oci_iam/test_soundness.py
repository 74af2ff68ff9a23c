"""The promise of docs/soundness.md, checked by generation against a second opinion (`oracle.py`).

Three things are compared for statements built as data:

* `decide` lets through exactly the calls the oracle lets through;
* what `judge` calls ok or unrelated lets no call through that the design's promise excludes;
* what `judge` answers on every combination of subject, action, place and shape of condition is what a table
  written from the design says.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import oci_iam
from oci_iam.conditions import holds
from oci_iam.language.parser import parse_condition
from tests.oci_iam.generated_conditions import conditions
from tests.oci_iam.oracle import (
    ACCOUNT,
    APPS,
    APPS_DEV,
    CALLERS,
    CAPTION,
    CLUSTER,
    DYNAMIC_GROUPS,
    GATEWAYS,
    GROUPS,
    MARTA,
    NAMES,
    PARENT,
    PICTURES,
    REACH,
    RESOURCES,
    RULE_OF_WORKERS,
    SOUND,
    SPEECH,
    TENANCY,
    THUMBNAIL,
    WORKERS,
    Absent,
    Block,
    Call,
    Condition,
    Grant,
    Leaf,
    allows,
    calls,
    permissions,
    promised,
)

DIRECTORY = oci_iam.Directory(
    TENANCY,
    {ocid: oci_iam.Compartment(NAMES[ocid], PARENT[ocid]) for ocid in NAMES},
    {CALLERS: oci_iam.Group("Callers", frozenset(GROUPS))},
    {WORKERS: oci_iam.DynamicGroup("Workers", RULE_OF_WORKERS)},
)
EVERY_CALL = tuple(calls(("FN_INVOCATION", "FN_FUNCTION_UPDATE", "FN_APP_CREATE"), ("iad", "fra")))
EVERY_PERMISSION = tuple(calls())
RULE, STRAY, GATEWAY, _, INSTANCE = RESOURCES[:5]


def allowed(grant: Grant, call: Call) -> bool:
    """The answer of the code under test."""
    return oci_iam.decide(request_of(call), [oci_iam.Policy(TENANCY, (str(grant),))], DIRECTORY).allowed


def request_of(call: Call) -> oci_iam.Request:
    """A call as a request of the code under test."""
    caller = call.caller
    return oci_iam.Request(
        oci_iam.Principal(caller.type, caller.id, caller.compartment, caller.service),
        call.permission,
        call.compartment,
        oci_operation(call),
        call.target,
        {"request.region": call.region, **dict(zip(ACCOUNT, caller.account or (), strict=False))},
    )


def oci_operation(call: Call) -> str:
    """The operation of a call, as the request names it."""
    (operation,) = call.variables()["request.operation"]
    return operation


def broken_promises(grant: Grant, asked: tuple[Call, ...] = EVERY_CALL) -> list[Call]:
    """The calls a grant lets through though the promise excludes them."""
    return [call for call in asked if allows(grant, call) and not promised(grant, call)]


# --- the table -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shape:
    """One shape of condition, and what it certainly does: `target` names functions or applications,
    `principal` is how it pins who asks (`resource`: by OCID or by type and compartment; `other`: a person, a
    group or a workload), `leaves` are the permissions it leaves; none where it can never hold."""

    condition: Condition | None
    target: bool = False
    principal: str = ""
    leaves: frozenset[str] = frozenset(REACH)


def _all(*parts: Condition) -> Block:
    return Block("all", parts)


def _any(*parts: Condition) -> Block:
    return Block("any", parts)


def _is(variable: str, *values: str) -> Leaf:
    return Leaf(variable, "=" if len(values) == 1 else "in", values)


def _not(variable: str, *values: str) -> Leaf:
    return Leaf(variable, "!=" if len(values) == 1 else "not in", values)


FN, APP, TYPE, ID = "target.function.id", "target.app.id", "request.principal.type", "request.principal.id"
OF_PRINCIPAL, OF_RESOURCE = "request.principal.compartment.id", "request.resource.compartment.id"
ONE = _is(FN, THUMBNAIL)
RULE_TYPE, RULE_PLACE = _is(TYPE, "eventrule"), _is(OF_PRINCIPAL, APPS)
REGION = _is("request.region", "iad")
EVENT_RULE = _all(RULE_TYPE, RULE_PLACE)
OF_INSTANCE = "request.instance.compartment.id"
WORKLOAD = _is(TYPE, "workload")
OF_ACCOUNT = tuple(map(_is, ACCOUNT, (CLUSTER, "jobs", "runner")))
NOTHING: frozenset[str] = frozenset()
RULE_ID = str(RULE.id)

SHAPES = (
    Shape(None),
    # what names the target
    Shape(ONE, target=True),
    Shape(_is(FN, THUMBNAIL, CAPTION), target=True),
    Shape(_is(APP, PICTURES), target=True),
    Shape(_any(ONE, _is(FN, CAPTION)), target=True),
    Shape(_any(ONE, _is(APP, SOUND)), target=True),
    Shape(_all(REGION, ONE), target=True),
    Shape(_all(_any(ONE, _is(FN, CAPTION)), _not(FN, CAPTION)), target=True),
    Shape(_any(_all(ONE, REGION), _all(_is(FN, CAPTION), _is("request.region", "fra"))), target=True),
    # what seems to
    Shape(_not(FN, THUMBNAIL)),
    Shape(_not(FN, THUMBNAIL, CAPTION)),
    Shape(_not(APP, PICTURES)),
    Shape(Leaf(FN, "=", ("/*/",))),
    Shape(Leaf(FN, "=", ("*",))),
    Shape(Leaf(FN, "=", ("/ocid1.fnfunc*/",))),
    Shape(_is(FN, THUMBNAIL, "*")),
    Shape(_is(FN, PICTURES)),
    Shape(_is(APP, THUMBNAIL)),
    Shape(_is(FN, "")),
    Shape(_is(FN, "your function")),
    Shape(_is("target.fn.id", THUMBNAIL)),
    Shape(Leaf(FN, "=", (f"<{FN}>",))),
    Shape(Absent(FN)),
    Shape(_any(ONE, REGION)),
    Shape(_any(ONE, _not(FN, THUMBNAIL))),
    Shape(_any(ONE, Absent(FN))),
    Shape(_all(_any(ONE, REGION), _any(_is(FN, CAPTION), REGION))),
    Shape(REGION),
    Shape(_is("target.compartment.id", APPS)),
    # what pins the principal
    Shape(EVENT_RULE, principal="resource"),
    Shape(_all(RULE_TYPE, _is(ID, RULE_ID)), principal="resource"),
    Shape(_all(RULE_TYPE, _is(OF_RESOURCE, APPS)), principal="resource"),
    Shape(_all(_is(TYPE, "user"), _is(ID, MARTA)), principal="other"),
    Shape(_all(EVENT_RULE, ONE), target=True, principal="resource"),
    Shape(_all(ONE, _all(REGION, _all(RULE_TYPE, _is(ID, RULE_ID)))), target=True, principal="resource"),
    Shape(_any(EVENT_RULE, _all(_is(TYPE, "ApiGateway"), _is(OF_PRINCIPAL, GATEWAYS))), principal="resource"),
    Shape(_is(ID, RULE_ID), principal="resource"),
    Shape(_is(ID, RULE_ID, str(GATEWAY.id)), principal="resource"),
    Shape(_is(ID, RULE_ID, MARTA), principal="other"),
    Shape(_all(_is(TYPE, "eventrule", "ApiGateway"), _is(OF_RESOURCE, APPS, GATEWAYS)), principal="resource"),
    Shape(
        _all(_any(RULE_TYPE, _is(TYPE, "ApiGateway")), _any(_is(ID, RULE_ID), _is(ID, str(GATEWAY.id)))),
        principal="resource",
    ),
    Shape(_all(RULE_TYPE, _is(ID, RULE_ID, MARTA)), principal="resource"),
    Shape(_is("request.user.id", MARTA), principal="other"),
    Shape(_is("request.groups.id", CALLERS), principal="other"),
    Shape(_any(EVENT_RULE, _is("request.user.id", MARTA)), principal="other"),
    Shape(_all(_is(TYPE, "instance"), _is(OF_INSTANCE, GATEWAYS)), principal="resource"),
    Shape(_all(WORKLOAD, *OF_ACCOUNT), principal="other"),
    Shape(_all(WORKLOAD, *OF_ACCOUNT, ONE), target=True, principal="other"),
    # what seems to
    Shape(RULE_TYPE),
    Shape(RULE_PLACE),
    Shape(_is(OF_RESOURCE, APPS)),
    Shape(_any(RULE_TYPE, RULE_PLACE)),
    Shape(_all(RULE_TYPE, _not(OF_PRINCIPAL, APPS))),
    Shape(_all(RULE_TYPE, _is(OF_PRINCIPAL, TENANCY))),
    Shape(_all(RULE_TYPE, _is(OF_PRINCIPAL, PICTURES))),
    Shape(_all(RULE_TYPE, Leaf(OF_PRINCIPAL, "=", ("/ocid1*/",)))),
    Shape(_all(RULE_TYPE, Leaf(OF_PRINCIPAL, "=", ("<target.compartment.id>",)))),
    Shape(_is(ID, CALLERS)),
    Shape(_is(ID, RULE_ID, CALLERS)),
    Shape(_is(ID, APPS)),
    Shape(_is(ID, "your rule")),
    Shape(Leaf(ID, "=", ("/ocid1*/",))),
    Shape(_is("request.user.id", CALLERS)),
    Shape(_is("request.groups.id", MARTA)),
    Shape(_not("request.user.id", MARTA)),
    Shape(_any(_is("request.user.id", MARTA), REGION)),
    Shape(_is(OF_INSTANCE, GATEWAYS)),
    Shape(_all(RULE_TYPE, _is(OF_INSTANCE, GATEWAYS))),
    Shape(_all(_is(TYPE, "instance", "eventrule"), _is(OF_INSTANCE, GATEWAYS))),
    Shape(_all(WORKLOAD, *OF_ACCOUNT[:2])),
    Shape(_all(WORKLOAD, *OF_ACCOUNT[1:])),
    Shape(_all(*OF_ACCOUNT)),
    Shape(_all(WORKLOAD, *OF_ACCOUNT[:2], Leaf(ACCOUNT[2], "=", ("*",)))),
    Shape(_all(_is(TYPE, "user"), RULE_PLACE)),
    Shape(_all(_not(TYPE, "user"), RULE_PLACE)),
    Shape(_all(RULE_TYPE, _any(RULE_PLACE, REGION))),
    Shape(_all(ONE, RULE_TYPE), target=True),
    # what can never hold, alone and beside another way
    Shape(_all(RULE_TYPE, _is(ID, MARTA)), leaves=NOTHING),
    Shape(_all(RULE_TYPE, _is(TYPE, "fnfunc")), leaves=NOTHING),
    Shape(_all(ONE, _is(FN, CAPTION)), leaves=NOTHING),
    Shape(_all(ONE, _not(FN, THUMBNAIL)), leaves=NOTHING),
    Shape(_all(_any(ONE, _is(FN, CAPTION)), _not(FN, CAPTION, THUMBNAIL)), leaves=NOTHING),
    Shape(_is("request.permission", ""), leaves=NOTHING),
    Shape(_any(_all(RULE_TYPE, _is(ID, MARTA)), ONE), target=True),
    Shape(_any(_all(ONE, _is(FN, CAPTION)), REGION)),
    # the same in other words
    Shape(_any(ONE, _all(ONE, REGION)), target=True),
    Shape(_all(_any(ONE, REGION), ONE), target=True),
    Shape(_all(_is(FN, THUMBNAIL, "nonsense"), ONE), target=True),
    Shape(_any(_all(RULE_TYPE, RULE_PLACE), _all(_is(TYPE, "fnfunc"), RULE_PLACE)), principal="resource"),
    # what takes permissions away, and what does not
    Shape(_is("request.permission", "FN_INVOCATION"), leaves=frozenset({"FN_INVOCATION"})),
    Shape(_is("request.permission", "fn_app_update", "FN_APP_READ"), leaves=frozenset({"FN_APP_UPDATE"})),
    Shape(_is("request.permission", "FN_FUNCTION_READ"), leaves=frozenset()),
    Shape(_is("request.operation", "InvokeFunction"), leaves=frozenset({"FN_INVOCATION"})),
    Shape(_is("request.operation", "ListFunctions", "GetFunction"), leaves=frozenset()),
    Shape(_not("request.permission", "FN_INVOCATION")),
    Shape(_not("request.operation", "InvokeFunction", "DeleteApp")),
    Shape(_any(_is("request.permission", "FN_FUNCTION_READ"), REGION)),
)
SUBJECTS = (
    ("group", "Callers"),
    ("group", CALLERS),
    ("dynamic-group", "Workers"),
    ("service", "cloudEvents"),
    ("any-user", ""),
    ("any-group", ""),
)
Action = tuple[str, str] | frozenset[str]
TYPES = ("fn-app", "fn-function", "fn-invocation", "functions-family", "all-resources", "buckets")
ACTIONS: tuple[Action, ...] = (
    *itertools.product(("inspect", "read", "use", "manage"), TYPES),
    frozenset({"FN_INVOCATION"}),
    frozenset({"FN_FUNCTION_UPDATE", "BUCKET_READ"}),
    frozenset({"FN_FUNCTION_READ"}),
    frozenset({"BUCKET_READ"}),
)
PLACES = ((TENANCY, True), (TENANCY, False), (APPS, True), (APPS, False), (APPS_DEV, True))


def by_the_design(subject: tuple[str, str], action: Action, place: str, shape: Shape) -> str:
    """The verdict, from section 2 of the design."""
    verb, resource = action if isinstance(action, tuple) else ("", "")
    held = permissions(verb, resource) if verb else frozenset(action) & frozenset(REACH)
    if not held & shape.leaves:
        names_functions = resource in TYPES[:5] if verb else any(name.startswith("FN_") for name in action)
        return "ok" if names_functions else "unrelated"
    everybody = subject[0] in ("any-user", "any-group")
    is_family = resource in ("functions-family", "all-resources")
    service_form = (
        (verb, resource) == ("use", "functions-family") and shape.principal == "resource" and place != TENANCY
    )
    refused = (
        (place == TENANCY and not shape.target)
        or (everybody and not shape.principal)
        or (is_family and not shape.target and not service_form)
    )
    return "over-broad" if refused else "ok"


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: str(shape.condition)[:60])
def test_verdict_of_every_combination(shape: Shape) -> None:
    """Subject, action, place and shape of condition together get the verdict the design gives them."""
    wrong = []
    for subject, action, (place, by_path) in itertools.product(SUBJECTS, ACTIONS, PLACES):
        grant = Grant(subject, action, place, by_path, shape.condition)
        expected, actual = by_the_design(subject, action, place, shape), oci_iam.judge(str(grant)).verdict
        if expected != actual:
            wrong.append((expected, actual, str(grant)))

    assert wrong == []


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: str(shape.condition)[:60])
def test_no_combination_breaks_the_promise(shape: Shape) -> None:
    """No call gets through a statement judged ok that the promise excludes."""
    broken = []
    for subject, action, (place, by_path) in itertools.product(SUBJECTS, ACTIONS, PLACES):
        grant = Grant(subject, action, place, by_path, shape.condition)
        if grant.yields() and not oci_iam.judge(str(grant)).refused:
            broken += [(str(grant), call) for call in broken_promises(grant)]

    assert broken == []


def test_the_promise_can_be_broken() -> None:
    """The check sees a broken promise: most statements judged over-broad break it in this small world."""
    conditions = [None, REGION]
    grants = [
        Grant(subject, action, place, by_path, condition)
        for condition, subject, action, (place, by_path) in itertools.product(
            conditions, SUBJECTS, ACTIONS, PLACES
        )
    ]
    refused = [grant for grant in grants if oci_iam.judge(str(grant)).refused]

    assert len(refused) > 200
    assert [str(grant) for grant in refused if not broken_promises(grant, EVERY_PERMISSION)] == []


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: str(shape.condition)[:60])
def test_decide_on_every_combination(shape: Shape) -> None:
    """`decide` lets exactly those calls through that the oracle does."""
    wrong = []
    actions: tuple[Action, ...] = (
        ("use", "functions-family"),
        ("manage", "all-resources"),
        frozenset({"FN_INVOCATION"}),
    )
    places = ((TENANCY, True), (APPS, False), (APPS_DEV, True))
    for subject, action, (place, by_path) in itertools.product(SUBJECTS, actions, places):
        grant = Grant(subject, action, place, by_path, shape.condition)
        wrong += [
            (str(grant), call) for call in EVERY_CALL[::11] if allowed(grant, call) != allows(grant, call)
        ]

    assert wrong == []


# --- generated statements --------------------------------------------------------------------------------

VALUES = {
    FN: (
        THUMBNAIL,
        CAPTION,
        SPEECH,
        PICTURES,
        "*",
        "/*/",
        "/ocid1.fnfunc*/",
        "",
        f"<{FN}>",
        THUMBNAIL.upper(),
    ),
    APP: (PICTURES, SOUND, THUMBNAIL, "/*pictures/"),
    TYPE: ("eventrule", "EventRule", "ApiGateway", "fnfunc", "user", "instance", "workload", "/event*/", "*"),
    ID: (RULE_ID, str(INSTANCE.id), str(STRAY.id), str(GATEWAY.id), SPEECH, MARTA, CALLERS, "/ocid1*/"),
    OF_PRINCIPAL: (APPS, APPS_DEV, GATEWAYS, TENANCY, "<target.compartment.id>", "*", PICTURES),
    OF_RESOURCE: (APPS, GATEWAYS, TENANCY),
    "request.region": ("iad", "fra", "IAD"),
    "request.permission": ("FN_INVOCATION", "fn_app_create", "FN_FUNCTION_READ", "/FN_*/", "OBJECT_READ"),
    "request.operation": ("InvokeFunction", "updatefunction", "ListApps", "GetObject"),
    "request.user.id": (MARTA, "*", CALLERS),
    "request.groups.id": (CALLERS, "/*callers/", MARTA, WORKERS),
    OF_INSTANCE: (GATEWAYS, APPS, TENANCY),
    ACCOUNT[0]: (CLUSTER, "*"),
    ACCOUNT[1]: ("jobs", "/j*/"),
    ACCOUNT[2]: ("runner", "stray", "*"),
    "target.compartment.id": (APPS, TENANCY),
    "target.compartment.name": ("apps", "/*/"),
    "target.fn.id": (THUMBNAIL,),
}


CONDITIONS = conditions(
    VALUES, [shape.condition for shape in SHAPES if shape.condition and (shape.target or shape.principal)]
)
GRANTS = st.builds(
    Grant,
    st.sampled_from(SUBJECTS),
    st.sampled_from(ACTIONS)
    | st.frozensets(st.sampled_from((*REACH, "FN_APP_READ", "OBJECT_READ")), min_size=1, max_size=3),
    st.sampled_from((TENANCY, APPS, APPS_DEV, GATEWAYS)),
    st.booleans(),
    CONDITIONS,
)
SLOW = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@SLOW
@given(GRANTS)
def test_generated_statements_keep_the_promise(grant: Grant) -> None:
    """Whatever is generated: what is judged ok or unrelated lets no excluded call through."""
    verdict = oci_iam.judge(str(grant))

    if not verdict.refused:
        assert broken_promises(grant) == []


@SLOW
@given(GRANTS)
def test_yields_no_more_than_judged(grant: Grant) -> None:
    """Every permission a statement lets through in some call is among those its verdict names."""
    verdict = oci_iam.judge(str(grant))

    assert {call.permission for call in EVERY_CALL if allows(grant, call)} <= verdict.permissions | (
        set(REACH) if verdict.verdict == "unjudgeable" else set()
    )


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(GRANTS, st.sampled_from(EVERY_CALL), st.integers(0, 6))
def test_decide_agrees_with_the_oracle(grant: Grant, call: Call, offset: int) -> None:
    """`decide` and the oracle let the same calls through."""
    asked = (call, *EVERY_CALL[offset::23])

    assert [allowed(grant, one) for one in asked] == [allows(grant, one) for one in asked]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(GRANTS, max_size=3), st.lists(GRANTS, max_size=3))
def test_comparison_leaves_no_new_access_out(before: list[Grant], after: list[Grant]) -> None:
    """What some call may do after and not before is listed, with its permission."""
    old, new = [str(grant) for grant in before], [str(grant) for grant in after]
    gained = {
        call.permission
        for call in EVERY_CALL[::3]
        if any(allows(grant, call) for grant in after) and not any(allows(grant, call) for grant in before)
    }
    listed = oci_iam.compare(old, new)
    powers = {access.permission for access in listed}

    assert not gained or listed
    assert all(
        permission in powers or powers & {"use all-resources", "manage all-resources"}
        for permission in gained
    )


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(CONDITIONS, st.lists(CONDITIONS, max_size=3))
def test_what_is_shown_of_a_gain_holds_for_every_new_call(
    after: Condition | None, before: list[Condition | None]
) -> None:
    """Each call that is new meets the condition of one of the gains that are shown."""
    old, new = [Grant(condition=one) for one in before], Grant(condition=after)
    shown = [
        parse_condition(access.condition) if access.condition else None
        for access in oci_iam.compare(list(map(str, old)), [str(new)])
    ]

    for call in EVERY_CALL:
        if allows(new, call) and not any(allows(grant, call) for grant in old):
            variables = {name: _one(values) for name, values in call.variables().items()}
            assert any(not isinstance(one, oci_iam.Unparsable) and holds(one, variables) for one in shown)


def _one(values: frozenset[str]) -> str | frozenset[str]:
    return next(iter(values)) if len(values) == 1 else values


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(GRANTS, max_size=4), st.randoms(use_true_random=False))
def test_comparison_of_the_same_in_other_words(grants: list[Grant], random: object) -> None:
    """Reordering, case and spacing bring no new access."""
    before = [str(grant) for grant in grants]
    after = [
        text.replace(" to ", "\n TO  ").replace(" where ", " WHERE\t") + " // same" for text in before[::-1]
    ]

    assert oci_iam.compare(before, after) == ()


def test_world_is_what_the_directory_says() -> None:
    """The directory given to `decide` describes the oracle's world."""
    assert {WORKERS} == {group for group, _ in DYNAMIC_GROUPS.values()}
    assert DIRECTORY.ancestry(APPS_DEV) == (APPS_DEV, APPS, TENANCY)
