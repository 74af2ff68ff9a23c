"""Literals that stand without quotes are found wherever they stand."""

from __future__ import annotations

import pytest

from oci_iam.language.literals import unquoted_literal
from oci_iam.language.parser import parse_condition
from oci_iam.statement import Unparsable


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a = 'images'", ""),
        ("a = images", "images"),
        ("target.function.id = ocid1.fnfunc.oc1.iad.a", "ocid1.fnfunc.oc1.iad.a"),
        ("all {a = 'b', any {c = 'd', e in ('f', g)}}", "g"),
        ("request.principal.group.tag.a.b = target.resource.tag.a.b", ""),
        ("request.principal.subnet = 2.subnet.id", ""),
        ("!a", ""),
    ],
)
def test_unquoted(text: str, expected: str) -> None:
    """A word on a right-hand side that is no variable is a literal without quotes."""
    condition = parse_condition(text)

    assert not isinstance(condition, Unparsable)
    assert expected == unquoted_literal(condition)
    assert unquoted_literal(None) == ""
