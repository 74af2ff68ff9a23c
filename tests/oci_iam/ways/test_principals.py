"""Which OCIDs a principal of a type has."""

from __future__ import annotations

import pytest

from oci_iam.resource_tokens import OCID_TYPES
from oci_iam.ways.principals import bare, fitting, is_principal

RULE, USER, UNHEARD = "ocid1.eventrule.oc1.iad.a", "ocid1.user.oc1..a", "ocid1.unheardof.oc1.iad.a"


@pytest.mark.parametrize(
    ("ocid", "expected"),
    [
        (RULE, True),
        (USER, True),
        (UNHEARD, True),
        ("ocid1.tenancy.oc1..a", False),
        ("ocid1.compartment.oc1..a", False),
        ("ocid1.group.oc1..a", False),
        ("ocid1.dynamicgroup.oc1..a", False),
        ("<rule>", False),
        ("", False),
    ],
)
def test_what_can_make_a_request(ocid: str, expected: bool) -> None:
    """Users and resources of any type do, also of types nobody listed; groups and places do not."""
    assert expected is is_principal(ocid)


@pytest.mark.parametrize(
    ("types", "left"),
    [
        ({"eventrule"}, {RULE, UNHEARD, "<rule>"}),
        ({"user", "event-rule"}, {RULE, USER, UNHEARD, "<rule>"}),
        ({"fnfunc"}, {UNHEARD, "<rule>"}),
        ({"schedule"}, {RULE, USER, UNHEARD, "<rule>"}),
        ({"fnfunc", "schedule"}, {RULE, USER, UNHEARD, "<rule>"}),
    ],
)
def test_only_what_is_certain_is_ruled_out(types: set[str], left: set[str]) -> None:
    """An OCID of a known type does not fit another known type; of unknown types nothing is claimed."""
    assert left == fitting(frozenset({RULE, USER, UNHEARD, "<rule>"}), frozenset(types))


def test_spellings_of_a_type_are_one() -> None:
    """Hyphens and underscores do not tell types apart; of the table only types of DNS have one."""
    assert bare("api-gateway") == bare("api_gateway") == "apigateway"
    assert {"dns-tsig-key", "dns-zone"} == {kind for kind in OCID_TYPES.values() if bare(kind) != kind}
