"""Statements of which parts are known only when they are deployed."""

from __future__ import annotations

import pytest

from oci_iam.assessment import assess
from oci_iam.items import Item, Place
from oci_iam.unknowns import Parts, Unknown, read_parts, written

X = Unknown("var.x")
Y = Unknown("var.y")
PINNED = "where target.function.id = 'ocid1.fnfunc.oc1.iad.a'"


def verdict(*parts: str | Unknown) -> str:
    """The verdict on a statement of these pieces."""
    (one,) = assess([Item.of_parts(tuple(parts), Place("a.tf", 1), "p")])
    return one.verdict.verdict


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("Allow group ", X, " to manage fn-function in compartment Apps"), "ok"),
        (("Allow group '", X, "' to manage fn-function in compartment Apps"), "ok"),
        (("Allow group Default/", X, " to manage fn-function in compartment Apps"), "ok"),
        (("Allow group id ", X, " to manage fn-function in compartment Apps"), "ok"),
        (("Allow group A, ", X, " to manage fn-function in compartment Apps"), "ok"),
        (("Allow dynamic-group id ", X, " to manage fn-function in compartment Apps"), "ok"),
        (("Allow ", X, " to manage fn-function in compartment Apps"), "ok"),
        (("Allow group A to manage fn-function in ", X), "ok"),
        (("Allow group A to manage fn-function in ", X, f" {PINNED}"), "ok"),
        (("Allow group A to manage fn-function in compartment ", X), "ok"),
        (("Allow group A to manage fn-function in compartment id ", X), "ok"),
        (("Allow group A to manage fn-function in compartment Top:", X), "ok"),
        (("Allow group A to use fn-invocation in tenancy where target.function.id = '", X, "'"), "ok"),
        (("Allow group A to use fn-invocation in tenancy where target.function.id in ('", X, "', '", Y, "')"), "ok"),  # noqa: E501
        (("define tenancy T as ", X), "unrelated"),
        (("Allow group ", X, " to manage functions-family in compartment ", Y), "over-broad"),
        (("Allow group ", X, " to manage fn-function in tenancy"), "over-broad"),
        (("Allow any-user to use fn-invocation in compartment ", X), "over-broad"),
        (("Allow group A to ", X, " fn-function in compartment Apps"), "unjudgeable"),
        (("Allow group A to use ", X, " in compartment Apps"), "unjudgeable"),
        (("Allow group A to ", X), "unjudgeable"),
        ((X,), "unjudgeable"),
        (("Allow group ", X, "-admins to manage fn-function in compartment Apps"), "unjudgeable"),
        (("Allow group A to manage fn-function in compartment ", X, "-apps"), "unjudgeable"),
        (("Allow group A to manage fn-function in compartment Apps where ", X), "unjudgeable"),
        (("Allow group A to manage fn-function in compartment Apps where ", X, " = 'a'"), "unjudgeable"),
        (("Allow group A to manage fn-function in compartment Apps where a = ", X), "unjudgeable"),
        (("Allow group A to manage fn-function in compartment Apps where a = /", X, "/"), "unjudgeable"),
        (("Allow group A to manage fn-function in compartment Apps // ", X), "unjudgeable"),
        (("Allow group ", X, "-admins to read buckets in compartment ", Y), "unrelated"),
    ],
)  # fmt: skip
def test_verdict(parts: Parts, expected: str) -> None:
    """An unknown is one of the kind of thing it fills; where it could make anything, nothing is certain."""
    assert verdict(*parts) == expected


@pytest.mark.parametrize(
    "condition",
    [
        ("request.permission = '", X, "'"),
        ("request.permission != '", X, "'"),
        ("all {request.permission = '", X, "', request.permission = '", Y, "'}"),
        ("all {request.principal.id = '", X, "', request.principal.id = 'ocid1.fnfunc.oc1.iad.a'}"),
        ("all {request.principal.id = '", X, "', request.principal.id = '", Y, "'}"),
        ("all {request.principal.type = 'fnfunc', request.principal.type = '", X, "'}"),
    ],
)
def test_no_value_of_an_unknown_literal_is_left_out(condition: Parts) -> None:
    """A condition that no stand-in meets may hold for the value that comes: it does not make harmless."""
    assert verdict("Allow any-user to manage functions-family in tenancy where ", *condition) == "over-broad"


def test_too_many_values_are_no_reading() -> None:
    """Where more texts than are looked at would have to be, there is no verdict by some of them."""
    literals = ", ".join(f"request.principal.id = 'ocid1.fnfunc.oc1.iad.{n}'" for n in range(99))

    assert verdict("Allow any-user to manage functions-family in tenancy where all {", literals,
                   ", request.principal.id = '", X, "'}") == "unjudgeable"  # fmt: skip


def test_notes_say_what_was_assumed() -> None:
    """What would make the verdict another one is named, by the expression of the author."""
    parts: Parts = ("Allow ", X, " to manage fn-function in compartment id ", Y)
    (one,) = assess([Item.of_parts(parts, Place("a.tf", 1), "p")])

    assert one.verdict.notes == (
        "This holds unless `${var.x}` is any-user, any-group or a service.",
        "This holds unless `${var.y}` is the tenancy.",
    )


def test_findings_show_the_author_s_expression() -> None:
    """No stand-in is shown: neither in a finding nor in what to write instead."""
    parts: Parts = ("Allow group ", X, " to use fn-invocation in tenancy")
    (one,) = assess([Item.of_parts(parts, Place("a.tf", 1), "p")])

    assert "group ${var.x}" in one.verdict.findings[0].message
    assert "u0" not in str(one.verdict.findings)
    assert one.reading is not None
    assert one.reading.text not in str(one.verdict.findings)


def test_a_default_that_is_too_broad_is_refused() -> None:
    """What stands where nobody sets another value is judged too; one that cannot be read says nothing."""
    scope = "Allow group A to manage fn-function in "

    assert verdict(scope, Unknown("var.x", default="tenancy")) == "over-broad"
    assert verdict(scope, Unknown("var.x", default="compartment Apps")) == "ok"
    assert verdict(scope, Unknown("var.x", default="<fill in>")) == "ok"


def test_the_worst_of_several_texts_counts() -> None:
    """Of texts of which one will stand, each is judged."""
    narrow: Parts = ("Allow group A to manage fn-function in compartment Apps",)
    broad: Parts = ("Allow group A to manage fn-function in tenancy",)
    verdicts = {
        assess([Item.of_parts(first, Place("a.tf"), "p", (second,))])[0].verdict.verdict
        for first, second in ((narrow, broad), (broad, narrow))
    }

    assert verdicts == {"over-broad"}


def test_an_alias_of_a_neighbour_counts() -> None:
    """A `define` of the same policy holds for a statement with unknowns."""
    items = [
        Item("define compartment Top as ocid1.tenancy.oc1..a", Place("a.tf", 1), "p"),
        Item.of_parts(
            ("Allow group ", X, " to manage fn-function in compartment Top"), Place("a.tf", 2), "p"
        ),
    ]

    assert [one.verdict.verdict for one in assess(items)] == ["unrelated", "over-broad"]


def test_stand_ins_follow_the_expression_and_what_it_rests_on() -> None:
    """The same unknown is the same name in two statements; of another definition it is another one."""
    texts = [
        read_parts(("Allow group ", Unknown("local.g", identity), " to read buckets in tenancy"))
        for identity in ("a", "a", "b")
    ]
    first, second, third = (one.text for one in texts if one is not None)

    assert first == second != third
    assert written(("Allow group ", X, " to …")) == "Allow group ${var.x} to …"
