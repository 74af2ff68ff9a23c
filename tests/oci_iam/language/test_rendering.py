from __future__ import annotations

import pytest

from oci_iam import Statement, parse, render
from oci_iam.statement import Comparison, Location, Member, Pattern, Subject, Text


@pytest.mark.parametrize(
    "text",
    [
        "Allow group A to use fn-invocation in compartment X",
        "Allow group 'A b', C, id ocid1.group.oc1..a to use fn-invocation in compartment 'X y':Z",
        "Allow group D/A, 'D d'/'B b' to {FN_INVOCATION, FN_APP_READ} in compartment id ocid1.x.oc1..a",
        "Allow dynamic-group A, B, any-user to read buckets in tenancy",
        "Allow group 'to', 'id', 'any' to read buckets in compartment 'id'",
        "Allow resource a b to read buckets in tenancy",
        "Deny any-user to manage policies in tenancy where !a",
        "Deny endorse group A to read buckets in any-tenancy",
        "Deny admit any-group of any-tenancy to read buckets in tenancy",
        "Endorse group A to associate lpgs in tenancy with lpgs in compartment X of tenancy 'T t'",
        "Admit service faas of tenancy T to {KEY_READ} in compartment X",
        "Define compartment 'X y' as ocid1.compartment.oc1..a",
        "Define group D/G as ocid1.group.oc1..a",
        "Allow group A to read buckets in tenancy where all {a = 'b', any {c != /x*/, not d, e}, f in (g)}",
        "Allow group A to read buckets in tenancy where sets-intersect(a, ('b', 'c'))",
        "Allow group A to read buckets in tenancy where a between '10:00:00Z' and '11:00:00Z'",
        "Allow group A to read buckets in tenancy where a not in ('b', /c*/)",
        "Allow group A to read buckets in tenancy where a before '2026-01-01T00:00Z'",
    ],
)
def test_round_trip(text: str) -> None:
    """Reading what was written gives the same statement, and writing it again the same text."""
    statement = parse(text)

    assert isinstance(statement, Statement)
    assert statement == parse(render(statement))
    assert render(statement) == render(parse(render(statement)))  # type: ignore[arg-type]


def test_canonical_text_is_kept() -> None:
    """A statement in the canonical spelling comes out as it went in."""
    text = "Allow group A to use fn-invocation in compartment id ocid1.compartment.oc1..a where a = 'b'"

    assert text == render(parse(text))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "name", ["it's", "a\nb", "b\\", "\u00e4", "x' to manage all-resources in tenancy // "]
)
def test_a_name_no_text_can_hold_is_not_written(name: str) -> None:
    """A name can't break out of its quotes: there is no escaping, so it is refused."""
    statement = Statement(
        "allow", Subject((Member("group", name),)), "read", "buckets", (), Location("tenancy")
    )

    with pytest.raises(ValueError, match="in quotes"):
        render(statement)


def test_a_value_no_text_can_hold_is_not_written() -> None:
    """The same for literals and patterns."""
    for value in (Text("it's"), Pattern("a b/c"), Pattern("a'b")):
        condition = Comparison("a", "=", (value,))
        statement = Statement(
            "allow", Subject((Member("any-user"),)), "read", "buckets", (), Location("tenancy"), condition
        )
        with pytest.raises(ValueError, match="no policy statement can contain"):
            render(statement)
