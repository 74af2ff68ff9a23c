from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings

from oci_iam import explain
from tests.oci_iam.oracle import Condition, Grant
from tests.oci_iam.test_soundness import CONDITIONS, EVERY_CALL

FUNCTION = "ocid1.fnfunc.oc1.iad.aaaa"


def test_drawing_of_a_narrow_statement() -> None:
    """Subject, permissions, scope, what the condition confines, verdict."""
    text = (
        f"allow group 'My devs' to use fn-invocation in compartment X:Y where target.function.id='{FUNCTION}'"
    )

    assert explain(text).splitlines() == [
        "allow",
        "|- who       group 'My devs'",
        "|- may       use fn-invocation",
        "|  * FN_INVOCATION",
        "|    (* reaches functions)",
        "|- where     compartment X:Y and every compartment below it",
        f"|- if        target.function.id = '{FUNCTION}'   [confines target.function.id]",
        f"|- ways      target.function.id = {FUNCTION}",
        "`- verdict   ok",
    ]


def test_nested_condition_is_drawn_as_a_tree() -> None:
    """Each leaf says what it confines."""
    drawing = explain(
        "allow group A to manage functions-family in tenancy"
        " where all {request.permission = 'FN_INVOCATION', any {request.region != 'iad', not a}}"
    )

    assert "|- if        all of" in drawing
    assert "|            |- request.permission = 'FN_INVOCATION'   [takes permissions away]" in drawing
    assert "|            |- any of" in drawing
    assert "|            |  |- request.region != 'iad'   [confines nothing]" in drawing
    assert "FN_APP_DELETE   (taken away by the condition)" in drawing
    assert "! tenancy-wide:" in drawing


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "allow group A to read buckets in tenancy # x",
            [
                "allow group A to read buckets in tenancy # x",
                "                                         ^",
                "unjudgeable: `#` does not begin a comment in the policy language; `//` does.",
            ],
        ),
        (
            "allow group A\n\tto read buckets on\r\n tenancy x",
            [
                " tenancy x",
                "         ^",
                "unjudgeable: Expected `where` or the end of the statement, found `x`.",
            ],
        ),
        (
            "allow gro\u00fcp A",
            ["allow gro?p A", "         ^", "unjudgeable: The character U+00FC is not ASCII."],
        ),
        (
            "",
            [
                "",
                "^",
                "unjudgeable: Expected allow, deny, define, endorse or admit, found end of statement.",
            ],
        ),
    ],
)
def test_caret(text: str, expected: list[str]) -> None:
    """The line at fault, a caret under the place, the reason."""
    assert expected == explain(text).splitlines()


def test_caret_in_a_long_line() -> None:
    """A long line is cut so that the place can be seen."""
    line, caret, _ = explain(
        "allow group A to read buckets in tenancy where a = '" + "b" * 500 + "' #"
    ).splitlines()

    assert line[len(caret) - 1] == "#"
    assert len(line) <= 110


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("define tenancy T as ocid1.tenancy.oc1..a", "define    tenancy T"),
        ("deny group A to use fn-app in tenancy", "|- may not   use fn-app"),
        ("deny endorse group A to read buckets in any-tenancy", "deny endorse"),
        ("allow group A to manage all-resources in tenancy", " more"),
        ("allow group A to use some-type in tenancy", "(no known permission)"),
        ("allow group A to use fn-apps in tenancy", "(a name similar to fn-app)"),
        ("allow group A to use buckets in compartment id ocid1.tenancy.oc1..a", "which is the tenancy"),
        ("allow group A to {KEY_READ} in tenancy", "|- may       {KEY_READ}"),
        ("endorse group A to associate x in tenancy with y in tenancy T", "|- with      y in tenancy T"),
        ("allow group A read buckets in tenancy", "- OCI's grammar requires `to`"),
        ("allow group A to read buckets in tenancy where a = 'b\u00e4'", "?"),
    ],
)
def test_kinds(text: str, shown: str) -> None:
    """Every kind of statement is drawn, in ASCII."""
    drawing = explain(text)

    assert shown in drawing
    assert drawing.isascii()


def test_drawing_of_a_refusal() -> None:
    """Findings, an example that the statement would let happen, and what is missing; 80 columns wide."""
    condition = f"any {{target.function.id = '{FUNCTION}', request.region = 'iad'}}"
    drawing = explain(f"allow any-group to use fn-invocation in tenancy where {condition}").splitlines()

    assert "|            every user in a group, every resource in a dynamic group" in drawing
    assert "|- ways      nothing named" in drawing
    assert any(line.startswith("   example: user ocid1.user.") for line in drawing)
    assert "   missing: the OCID of the principal" in drawing
    assert max(len(line) for line in drawing if not line.startswith("|")) <= 80


def test_advice_comes_before_the_sentence() -> None:
    """Where there are statements to write, they stand there, one a line, and no placeholder beside them."""
    drawing = explain("allow group A to manage functions-family in compartment X").splitlines()

    assert drawing[-5:] == [
        "   instead:",
        "     Allow group A to use fn-invocation in compartment X",
        "   or:",
        "     Allow group A to manage fn-function in compartment X",
        "     Allow group A to manage fn-app in compartment X",
    ]
    assert "<" not in "".join(drawing)


def test_several_ways_are_numbered() -> None:
    """Each way says what is certain in it, and what it leaves where that is not all."""
    drawing = explain(
        "allow any-user to manage fn-app in compartment X where any {request.user.id = 'ocid1.user.oc1..a',"
        " all {request.permission = 'FN_APP_UPDATE', request.groups.id in ('ocid1.group.oc1..a',"
        " 'ocid1.group.oc1..b')}}"
    ).splitlines()

    assert "|            only principals that the condition names" in drawing
    assert drawing[16:20] == [
        "|- ways      1. request.user.id = ocid1.user.oc1..a",
        "|            2. request.groups.id in (ocid1.group.oc1..a, ocid1.group.oc1..b)",
        "|               for FN_APP_UPDATE",
        "`- verdict   ok",
    ]


def test_what_was_corrected_is_shown() -> None:
    """A text that OCI refuses for its form is shown as it should be."""
    assert explain("Allow group A to use fn-invocation in Apps").splitlines()[-2:] == [
        "   instead:",
        "     Allow group A to use fn-invocation in compartment Apps",
    ]


MARKED = re.compile(r"\[confines ((?:request|target)\.[a-z_.]+)\]").findall


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(CONDITIONS)
def test_nothing_loose_is_marked_as_confining(condition: Condition | None) -> None:
    """A variable marked as confined has one of the condition's literals in every call that meets it."""
    grant = Grant(condition=condition)
    confined = set(MARKED(explain(str(grant))))

    for call in EVERY_CALL:
        values = call.variables()
        if condition is not None and condition.true(values):
            assert all(values.get(name, frozenset()) & grant.literals(name) for name in confined), str(grant)


def test_what_a_workload_may_do_is_explained() -> None:
    """A dynamic group's right over data has a verdict, an example and advice of its own."""
    drawing = explain(
        "allow dynamic-group D to manage object-family in compartment X where target.bucket.name='b'"
    )

    assert "`- verdict   unrelated\n   workload  over-broad\n   ! workload-whole-family: " in drawing
    assert "   example: fnfunc ocid1.fnfunc.oc1.iad.another in" in drawing
    assert drawing.splitlines()[-3:] == [
        "   instead:",
        "     Allow dynamic-group D to manage buckets in compartment X where target.bucket.name = 'b'",
        "     Allow dynamic-group D to manage objects in compartment X where target.bucket.name = 'b'",
    ]
