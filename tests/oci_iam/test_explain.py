from __future__ import annotations

import pytest

from oci_iam import explain

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
