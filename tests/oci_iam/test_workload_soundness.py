"""What docs/soundness.md promises of workloads, checked against a second opinion (`workload_oracle.py`)."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oci_iam.workload import judge_workload
from tests.oci_iam.generated_conditions import conditions
from tests.oci_iam.oracle import (
    ACCOUNT,
    APPS,
    APPS_DEV,
    CALLERS,
    CLUSTER,
    GATEWAYS,
    MARTA,
    RESOURCES,
    SPEECH,
    TENANCY,
    WORKERS,
    Absent,
    Block,
    Condition,
    Leaf,
    allows,
)
from tests.oci_iam.workload_oracle import (
    AUDIT,
    FAMILIES,
    KEYS,
    LOGS,
    SIGNING,
    TYPE_OF,
    TYPES,
    VAULT,
    UseCall,
    UseGrant,
    held,
    kept,
    types_of,
    use_calls,
)

EVERY_CALL = tuple(use_calls())
NARROW_ENOUGH = ("ok", "unscoped", "none")


def broken_promises(grant: UseGrant, verdict: str) -> list[UseCall]:
    """The calls a grant lets through though the promise of its verdict excludes them."""
    return [
        call
        for call in EVERY_CALL
        if allows(grant, call) and (verdict == "none" or not kept(grant, call, scoped=verdict == "ok"))
    ]


# --- the table -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shape:
    """One shape of condition: the target variables of which a literal certainly names one thing (``caller``
    for the caller itself), whether it pins who asks, and the permissions it leaves (None: all)."""

    condition: Condition | None
    names: frozenset[str] = frozenset()
    pins: bool = False
    leaves: frozenset[str] | None = None


def _all(*parts: Condition) -> Block:
    return Block("all", parts)


def _any(*parts: Condition) -> Block:
    return Block("any", parts)


def _is(variable: str, *values: str) -> Leaf:
    return Leaf(variable, "=" if len(values) == 1 else "in", values)


def _not(variable: str, *values: str) -> Leaf:
    return Leaf(variable, "!=" if len(values) == 1 else "not in", values)


def _names(*variables: str) -> frozenset[str]:
    return frozenset(variables)


B, S, N, G, U = (
    "target.bucket.name",
    "target.secret.id",
    "target.secret.name",
    "target.loggroup.id",
    "target.user.id",
)
P, TYPE, ID = "request.permission", "request.principal.type", "request.principal.id"
HOME = "request.principal.compartment.id"
UPLOADS, RESULTS, KEY = _is(B, "uploads"), _is(B, "results"), _is(S, KEYS)
REGION = _is("request.region", "iad")
FUNCTION = _all(_is(TYPE, "fnfunc"), _is(HOME, APPS_DEV))
RULE_ID = str(RESOURCES[0].id)
WORKLOAD = _all(_is(TYPE, "workload"), *map(_is, ACCOUNT, (CLUSTER, "jobs", "runner")))
NOTHING: frozenset[str] = frozenset()

SHAPES = (
    Shape(None),
    Shape(REGION),
    # what names a target
    Shape(UPLOADS, _names(B)),
    Shape(_is(B, "uploads", "results"), _names(B)),
    Shape(_any(UPLOADS, RESULTS), _names(B)),
    Shape(_all(REGION, UPLOADS), _names(B)),
    Shape(_all(_any(UPLOADS, RESULTS), _not(B, "results")), _names(B)),
    Shape(KEY, _names(S)),
    Shape(_is(N, "keys"), _names(N)),
    Shape(_any(KEY, _is(N, "signing")), _names(S, N)),
    Shape(_is("target.vault.id", VAULT), _names("target.vault.id")),
    Shape(_is(G, LOGS), _names(G)),
    Shape(_is(U, MARTA), _names(U)),
    Shape(_any(_all(UPLOADS, REGION), _all(RESULTS, _is("request.region", "fra"))), _names(B)),
    # what seems to
    Shape(_not(B, "uploads")),
    Shape(_not(B, "uploads", "results")),
    Shape(_is(B, "*")),
    Shape(_is(B, "up*")),
    Shape(Leaf(B, "=", ("/up*/",))),
    Shape(_is(B, "uploads", "*")),
    Shape(_is(B, "[bucket]")),
    Shape(_is(B, "")),
    Shape(Leaf(B, "=", (f"<{B}>",))),
    Shape(Absent(B)),
    Shape(_any(UPLOADS, REGION)),
    Shape(_any(UPLOADS, _not(B, "uploads"))),
    Shape(_any(UPLOADS, Absent(B))),
    Shape(_any(UPLOADS, KEY)),
    Shape(_is(S, "keys")),
    Shape(_is(S, TENANCY)),
    Shape(_is("target.vault.id", KEYS, TENANCY)),
    Shape(_is("target.bucket.id", "uploads")),
    Shape(_is("target.object.name", "x")),
    Shape(_is("target.bucket.tag.ops.team", "a")),
    Shape(_is("target.compartment.id", APPS)),
    # what pins the principal
    Shape(FUNCTION, pins=True),
    Shape(_all(FUNCTION, UPLOADS), _names(B), pins=True),
    Shape(_is(ID, SPEECH), pins=True),
    Shape(_is(ID, SPEECH, RULE_ID), pins=True),
    Shape(_all(_is(TYPE, "fnfunc"), _is(ID, SPEECH)), pins=True),
    Shape(_is("request.user.id", MARTA), pins=True),
    Shape(_is("request.groups.id", CALLERS), pins=True),
    Shape(WORKLOAD, pins=True),
    Shape(_any(FUNCTION, _is(ID, RULE_ID)), pins=True),
    # what seems to
    Shape(_is(TYPE, "fnfunc")),
    Shape(_is(HOME, APPS_DEV)),
    Shape(_all(_is(TYPE, "fnfunc"), _is(HOME, TENANCY))),
    Shape(_all(_is(TYPE, "fnfunc"), Leaf(HOME, "=", ("<target.compartment.id>",)))),
    Shape(_all(_is(TYPE, "fnfunc"), UPLOADS), _names(B)),
    Shape(_any(FUNCTION, REGION)),
    Shape(Leaf(ID, "=", (f"<{B}>",))),
    Shape(_all(_is(TYPE, "workload"), *map(_is, ACCOUNT[1:], ("jobs", "runner")))),
    # the caller itself
    Shape(Leaf(ID, "=", (f"<{U}>",)), _names("caller")),
    Shape(Leaf(U, "=", (f"<{ID}>",)), _names("caller")),
    Shape(Leaf(U, "!=", (f"<{ID}>",))),
    Shape(_any(Leaf(U, "=", (f"<{ID}>",)), REGION)),
    # what can never hold, alone and beside another way
    Shape(_all(UPLOADS, RESULTS), leaves=NOTHING),
    Shape(_all(UPLOADS, _not(B, "uploads")), leaves=NOTHING),
    Shape(_all(_is(TYPE, "fnfunc"), _is(ID, RULE_ID)), leaves=NOTHING),
    Shape(_is(P, ""), leaves=NOTHING),
    Shape(_any(_all(UPLOADS, RESULTS), KEY), _names(S)),
    Shape(_any(_all(UPLOADS, RESULTS), REGION)),
    # what takes permissions away, and what does not
    Shape(_is(P, "OBJECT_READ"), leaves=frozenset({"OBJECT_READ"})),
    Shape(_is(P, "object_read", "BUCKET_READ"), leaves=frozenset({"OBJECT_READ"})),
    Shape(_is(P, "LOG_CONTENT_PUSH"), leaves=NOTHING),
    Shape(_all(_is(P, "OBJECT_READ"), UPLOADS), _names(B), leaves=frozenset({"OBJECT_READ"})),
    Shape(
        _all(_is(P, "OBJECT_READ", "SECRET_BUNDLE_READ"), UPLOADS),
        _names(B),
        leaves=frozenset({"OBJECT_READ", "SECRET_BUNDLE_READ"}),
    ),
    Shape(
        _any(_all(_is(P, "OBJECT_READ"), UPLOADS), _all(_is(P, "SECRET_BUNDLE_READ"), KEY)),
        _names(B, S),
        leaves=frozenset({"OBJECT_READ", "SECRET_BUNDLE_READ"}),
    ),
    Shape(_all(_is(P, "PAR_MANAGE"), FUNCTION), pins=True, leaves=frozenset({"PAR_MANAGE"})),
    Shape(_not(P, "OBJECT_DELETE")),
    Shape(_any(_is(P, "OBJECT_INSPECT"), REGION)),
    Shape(_any(_is(P, "OBJECT_INSPECT"), UPLOADS), _names(B)),
)
SUBJECTS = (
    ("dynamic-group", "Workers"),
    ("dynamic-group", WORKERS),
    ("any-user", ""),
    ("any-group", ""),
    ("group", "Callers"),
)
Action = tuple[str, str] | frozenset[str]
VERBS = ("inspect", "read", "use", "manage")
ACTIONS: tuple[Action, ...] = (
    *itertools.product(VERBS, TYPES),
    *itertools.product(VERBS, FAMILIES),
    frozenset({"OBJECT_READ"}),
    frozenset({"OBJECT_READ", "SECRET_BUNDLE_READ"}),
    frozenset({"LOG_CONTENT_PUSH"}),
    frozenset({"BUCKET_READ", "ONS_TOPIC_PUBLISH"}),
    frozenset({"USER_UPDATE"}),
)
PLACES = ((TENANCY, True), (TENANCY, False), (APPS, True), (APPS, False))


def by_the_design(subject: tuple[str, str], action: Action, place: str, shape: Shape) -> str:
    """The verdict, from section 2 of the design."""
    left = held(action) if shape.leaves is None else held(action) & shape.leaves
    if subject[0] == "group" or not left:
        return "none"
    rows = [TYPES[TYPE_OF[permission]] for permission in left]
    named = all(row.naming & shape.names for row in rows)
    everybody = subject[0] in ("any-user", "any-group")
    is_family = isinstance(action, tuple) and action[1] in FAMILIES
    if (
        (place == TENANCY and not named and not all(row.tenancy_only for row in rows))
        or (everybody and not shape.pins)
        or (is_family and not (named and shape.leaves is not None))
    ):
        return "over-broad"
    names = shape.names | ({U} if "caller" in shape.names else NOTHING)
    return "ok" if all(not row.naming or row.naming & names for row in rows) else "unscoped"


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: str(shape.condition)[:60])
def test_verdict_of_every_combination(shape: Shape) -> None:
    """Subject, action, place and shape of condition together get the verdict the design gives them."""
    wrong = []
    for subject, action, (place, by_path) in itertools.product(SUBJECTS, ACTIONS, PLACES):
        grant = UseGrant(subject, action, place, by_path, shape.condition)
        expected, actual = by_the_design(subject, action, place, shape), judge_workload(str(grant)).verdict
        if expected != actual:
            wrong.append((expected, actual, str(grant)))

    assert wrong == []


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: str(shape.condition)[:60])
def test_no_combination_breaks_the_promise(shape: Shape) -> None:
    """No call gets through a statement that is not refused, unless its verdict's promise says so."""
    broken = []
    for subject, action, (place, by_path) in itertools.product(SUBJECTS[1:4], ACTIONS, PLACES[1:3]):
        grant = UseGrant(subject, action, place, by_path, shape.condition)
        verdict = judge_workload(str(grant)).verdict
        if grant.yields() and verdict in NARROW_ENOUGH:
            broken += [(str(grant), call) for call in broken_promises(grant, verdict)]

    assert broken == []


def test_the_promise_can_be_broken() -> None:
    """The check sees a broken promise: without a confining condition every refused statement breaks it."""
    grants = [
        UseGrant(subject, action, place, by_path, condition)
        for condition, subject, action, (place, by_path) in itertools.product(
            (None, REGION), SUBJECTS, ACTIONS, PLACES
        )
    ]
    refused = [grant for grant in grants if judge_workload(str(grant)).verdict == "over-broad"]
    unscoped = [grant for grant in grants if judge_workload(str(grant)).verdict == "unscoped"]

    assert len(refused) > 300
    assert len(unscoped) > 30
    in_use = [grant for grant in (*refused, *unscoped) if any(allows(grant, call) for call in EVERY_CALL)]
    assert len(in_use) > 300
    assert [str(grant) for grant in in_use if not broken_promises(grant, "ok")] == []


# --- generated statements --------------------------------------------------------------------------------

VALUES = {
    B: ("uploads", "results", "ledger", "UPLOADS", "*", "/up*/", "", f"<{B}>", "[bucket]"),
    S: (KEYS, SIGNING, "keys", TENANCY, "/*keys/", KEYS.upper()),
    N: ("keys", "signing", "*"),
    G: (LOGS, AUDIT, "/*/"),
    U: (MARTA, f"<{ID}>", "*"),
    "target.vault.id": (VAULT,),
    TYPE: ("fnfunc", "eventrule", "user", "instance", "workload", "/fn*/", "*"),
    ID: (SPEECH, RULE_ID, MARTA, CALLERS, f"<{U}>", "/ocid1*/"),
    HOME: (APPS, APPS_DEV, TENANCY, "<target.compartment.id>"),
    "request.region": ("iad", "fra"),
    P: ("OBJECT_READ", "object_delete", "SECRET_BUNDLE_READ", "/OBJECT_*/", "USER_UPDATE", "*", "NO_SUCH"),
    "request.operation": ("SomeOperation", "GetNothing", "InvokeFunction"),
    "request.user.id": (MARTA, CALLERS),
    "request.groups.id": (CALLERS, "/*callers/"),
    ACCOUNT[0]: (CLUSTER,),
    ACCOUNT[1]: ("jobs", "/j*/"),
    ACCOUNT[2]: ("runner", "*"),
    "target.compartment.id": (APPS, TENANCY),
}


CONDITIONS = conditions(
    VALUES, [shape.condition for shape in SHAPES if shape.condition and (shape.names or shape.pins)]
)
GRANTS = st.builds(
    UseGrant,
    st.sampled_from(SUBJECTS[1:]),
    st.sampled_from(ACTIONS) | st.frozensets(st.sampled_from(sorted(TYPE_OF)), min_size=1, max_size=3),
    st.sampled_from((TENANCY, APPS, APPS_DEV, GATEWAYS)),
    st.booleans(),
    CONDITIONS,
)
SLOW = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@SLOW
@given(GRANTS)
def test_generated_statements_keep_the_promise(grant: UseGrant) -> None:
    """Whatever is generated: what is not refused lets no call of a workload through that is excluded."""
    verdict = judge_workload(str(grant)).verdict

    if verdict in NARROW_ENOUGH and grant.subject[0] != "group":
        assert broken_promises(grant, verdict) == []


@SLOW
@given(GRANTS)
def test_yields_no_more_than_judged(grant: UseGrant) -> None:
    """Every permission of D that a workload's statement lets through is among those its verdict names."""
    judged = judge_workload(str(grant))
    through = {call.permission for call in EVERY_CALL if allows(grant, call)}

    if judged.verdict != "unjudgeable" and grant.subject[0] != "group":
        assert through <= judged.permissions


def in_other_words(condition: Condition, order: st.DataObject) -> Condition:
    """The condition in other words: parts shuffled and repeated, blocks nested, lists split and folded."""
    if isinstance(condition, Block):
        parts = [in_other_words(part, order) for part in condition.parts]
        parts = list(order.draw(st.permutations(parts)))
        if order.draw(st.booleans()):
            parts.append(parts[0])
        if len(parts) > 1 and order.draw(st.booleans()):
            parts = [parts[0], Block(condition.word, tuple(parts[1:]))]
        return Block(condition.word, tuple(parts))
    if isinstance(condition, Leaf) and condition.op == "in" and order.draw(st.booleans()):
        return Block("any", tuple(Leaf(condition.variable, "=", (value,)) for value in condition.values))
    if isinstance(condition, Leaf) and condition.op == "=" and order.draw(st.booleans()):
        return Leaf(condition.variable, "in", condition.values)
    return Block("all", (Block("any", (condition,)),)) if order.draw(st.booleans()) else condition


@SLOW
@given(GRANTS, st.data())
def test_the_same_in_other_words(grant: UseGrant, order: st.DataObject) -> None:
    """Two conditions of one meaning get one verdict, the same permissions and the same codes."""
    if grant.condition is None:
        return
    other = UseGrant(
        grant.subject, grant.action, grant.place, grant.by_path, in_other_words(grant.condition, order)
    )
    one, two = judge_workload(str(grant)), judge_workload(str(other))

    assert (one.verdict, one.permissions) == (two.verdict, two.permissions)
    assert [finding.code for finding in one.findings] == [finding.code for finding in two.findings]


def test_every_type_of_an_action_is_in_the_world() -> None:
    """The second opinion knows each action's types, and some call of D asks for each permission."""
    asked = {call.permission for call in EVERY_CALL}

    assert all(name in TYPES for action in ACTIONS for name in types_of(action))
    assert asked == {name for row in TYPES.values() for name in row.in_d}
