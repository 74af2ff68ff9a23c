"""Every combination of action, scope, subject and condition shape against a table written down independently.

The table knows nothing of the judge's code: each shape carries, by hand, what it means. Then the rules are
three lines.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from oci_iam import judge

INVOKE = frozenset({"INVOCATION"})
CHANGE = frozenset(
    {"FUNCTION_CREATE", "FUNCTION_UPDATE", "FUNCTION_DELETE", "APP_CREATE", "APP_UPDATE", "APP_DELETE"}
)
APP = frozenset(name for name in CHANGE if name.startswith("APP"))
NONE: frozenset[str] = frozenset()

# text -> (what of the reach it yields, which of the forms with rules of their own it is, concerns functions)
ACTIONS = {
    "inspect fn-app": (NONE, "", True),
    "read fn-app": (NONE, "", True),
    "use fn-app": (NONE, "", True),
    "manage fn-app": (APP, "", True),
    "inspect fn-function": (NONE, "", True),
    "read fn-function": (NONE, "", True),
    "use fn-function": (NONE, "", True),
    "manage fn-function": (CHANGE - APP, "", True),
    "inspect fn-invocation": (NONE, "", True),
    "read fn-invocation": (NONE, "", True),
    "use fn-invocation": (INVOKE, "invoke", True),
    "manage fn-invocation": (INVOKE, "", True),
    "inspect functions-family": (NONE, "", True),
    "read functions-family": (NONE, "", True),
    "use functions-family": (INVOKE, "use-family", True),
    "manage functions-family": (INVOKE | CHANGE, "family", True),
    "inspect all-resources": (NONE, "", True),
    "read all-resources": (NONE, "", True),
    "use all-resources": (INVOKE, "family", True),
    "manage all-resources": (INVOKE | CHANGE, "family", True),
    "manage buckets": (NONE, "", False),
    "{FN_INVOCATION}": (INVOKE, "invoke", True),
    "{BUCKET_READ, FN_APP_UPDATE}": (frozenset({"APP_UPDATE"}), "", True),
    "{FN_FUNCTION_READ}": (NONE, "", True),
}

# text -> whether it is the whole tenancy
SCOPES = {
    "tenancy": True,
    "compartment id ocid1.tenancy.oc1..aaaa": True,
    "compartment Apps": False,
    "compartment 'Top level':Apps": False,
    "compartment id ocid1.compartment.oc1..aaaa": False,
}

# text -> whether anybody may be behind it
SUBJECTS = {
    "group A": False,
    "group 'D'/'A', id ocid1.group.oc1..aaaa": False,
    "dynamic-group A": False,
    "service FaaS": False,
    "any-user": True,
    "any-group": True,
    "group A, any-user": True,
    "resource abc": True,
}


@dataclass(frozen=True)
class Shape:
    """What a condition means: the target is named, the principal pinned (and how), and what is left."""

    text: str
    target: bool = False
    pinned: bool = False
    is_user: bool = False
    leaves: frozenset[str] | None = None


F = "target.function.id = 'ocid1.fnfunc.oc1.iad.aaaa'"
A = "target.app.id in ('ocid1.fnapp.oc1.iad.aaaa', 'ocid1.fnapp.oc1.iad.bbbb')"
TYPE = "request.principal.type = 'ApiGateway'"
HOME = "request.principal.compartment.id = 'ocid1.compartment.oc1..aaaa'"
RESOURCE_HOME = "request.resource.compartment.id = 'ocid1.compartment.oc1..aaaa'"
GATEWAY = "request.principal.id = 'ocid1.apigateway.oc1.iad.aaaa'"
USER = "request.principal.id = 'ocid1.user.oc1..aaaa'"

SHAPES = [
    Shape(""),
    Shape("request.region = 'iad'"),
    Shape(F, target=True),
    Shape(A, target=True),
    Shape(f"any {{{F}, {A}}}", target=True),
    Shape(f"all {{request.region = 'iad', any {{{A}, {F}}}}}", target=True),
    Shape(f"any {{{F}, request.region = 'iad'}}"),
    Shape("target.function.id != 'ocid1.fnfunc.oc1.iad.aaaa'"),
    Shape("target.function.id not in ('ocid1.fnfunc.oc1.iad.aaaa')"),
    Shape("target.function.id = /ocid1.fnfunc*/"),
    Shape("target.function.id = '*'"),
    Shape("target.function.id = '<OCID of the function>'"),
    Shape("target.function.id = 'ocid1.fnapp.oc1.iad.aaaa'"),
    Shape("!target.function.id"),
    Shape(TYPE),
    Shape(HOME),
    Shape(f"any {{{TYPE}, {HOME}}}"),
    Shape(f"all {{{TYPE}, {HOME}}}", pinned=True),
    Shape(f"all {{{TYPE}, {RESOURCE_HOME}}}", pinned=True),
    Shape(f"all {{{TYPE}, {GATEWAY}}}", pinned=True),
    Shape(f"all {{{TYPE}, {USER}}}", leaves=NONE),
    Shape(GATEWAY, pinned=True),
    Shape(USER, pinned=True, is_user=True),
    Shape("request.user.id = 'ocid1.user.oc1..aaaa'", pinned=True, is_user=True),
    Shape(
        "request.groups.id in ('ocid1.group.oc1..aaaa', 'ocid1.group.oc1..bbbb')", pinned=True, is_user=True
    ),
    Shape("request.groups.id in ('ocid1.group.oc1..aaaa', 'ocid1.user.oc1..bbbb')"),
    Shape("request.principal.id = 'ocid1.group.oc1..aaaa'"),
    Shape(f"all {{{F}, target.function.id = 'ocid1.fnfunc.oc1.iad.bbbb'}}", leaves=NONE),
    Shape("request.permission = ''", leaves=NONE),
    Shape(f"all {{request.principal.type = 'user', {USER}}}", pinned=True, is_user=True),
    Shape(f"all {{request.principal.type = 'user', {HOME}}}", is_user=True),
    Shape(f"all {{{TYPE}, request.principal.compartment.id = 'ocid1.tenancy.oc1..aaaa'}}"),
    Shape(f"all {{{TYPE}, {HOME}, {F}}}", target=True, pinned=True),
    Shape(f"all {{{TYPE}, {RESOURCE_HOME}, {F}}}", target=True, pinned=True),
    Shape("request.permission = 'FN_FUNCTION_READ'", leaves=NONE),
    Shape("request.permission = 'FN_INVOCATION'", leaves=INVOKE),
    Shape("request.permission != 'FN_INVOCATION'"),
    Shape("request.operation = 'UpdateApp'", leaves=frozenset({"APP_UPDATE"})),
    Shape(f"any {{request.permission = 'FN_APP_READ', {F}}}", target=True),
]


def expected_codes(action: str, scope: str, subject: str, shape: Shape) -> tuple[str, list[str]]:
    reach, kind, concerns = ACTIONS[action]
    left = reach if shape.leaves is None else reach & shape.leaves
    if not left:
        return ("ok" if concerns else "unrelated"), []
    codes = []
    if SCOPES[scope] and not shape.target:
        codes.append("tenancy-wide")
    if SUBJECTS[subject] and not shape.pinned:
        codes.append("any-principal")
    service_form = kind == "use-family" and shape.pinned and not shape.is_user
    if kind.endswith("family") and not shape.target and not service_form:
        codes.append("whole-family")
    return ("over-broad" if codes else "ok"), codes


def test_every_combination() -> None:
    """The judge agrees with the table on all of them."""
    wrong = []
    total = 0
    for action, scope, subject, shape in itertools.product(ACTIONS, SCOPES, SUBJECTS, SHAPES):
        text = f"Allow {subject} to {action} in {scope}" + (f" where {shape.text}" if shape.text else "")
        found = judge(text)
        total += 1
        if expected_codes(action, scope, subject, shape) != (found.verdict, [f.code for f in found.findings]):
            wrong.append(text)

    assert not wrong[:5]
    assert total == len(ACTIONS) * len(SCOPES) * len(SUBJECTS) * len(SHAPES)


def test_deny_of_every_combination() -> None:
    """The same statements with deny are never findings."""
    combinations = itertools.product(ACTIONS, SCOPES, SUBJECTS)

    assert not [c for c in combinations if judge(f"Deny {c[2]} to {c[0]} in {c[1]}").refused]
