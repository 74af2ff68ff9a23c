"""Somebody in a group, to ask questions for."""

from __future__ import annotations

import pytest

from oci_iam import Directory, DynamicGroup, Group, Principal
from oci_iam.answering.stand_ins import dynamic_group_member, group_member, traits_of_members
from oci_iam.matching_rule import MatchingRule, parse_matching_rule

APPS = "ocid1.compartment.oc1..apps"
ONE = "ocid1.fnfunc.oc1.iad.one"


def directory(rule: str) -> Directory:
    """A tenancy with one group and one dynamic group of this rule."""
    return Directory(
        "ocid1.tenancy.oc1..t", {}, {"g": Group("G"), "h": Group("H")}, {"d": DynamicGroup("D", rule)}
    )


def test_a_user_is_in_the_one_group() -> None:
    """And in no other; the directory given stays as it is."""
    before = directory("resource.type = 'fnfunc'")
    principal, after = group_member("g", before)

    assert list(after.groups_of(principal)) == ["g"]
    assert before.groups["g"].members == frozenset()


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (f"ALL {{resource.type = 'fnfunc', resource.compartment.id = '{APPS}'}}", ("fnfunc", None, APPS)),
        (f"ALL {{resource.type = 'fnfunc', resource.id = '{ONE}'}}", ("fnfunc", ONE, None)),
        (f"instance.compartment.id = '{APPS}'", ("instance", None, APPS)),
        ("tag.team.batch.value = 'yes'", ("resource", None, None)),
        (f"ANY {{resource.id = '{ONE}', resource.type = 'fnfunc'}}", ("resource", None, None)),
        (f"resource.compartment.id != '{APPS}'", ("resource", None, None)),
    ],
)
def test_a_resource_has_what_the_rule_says_of_every_member(
    rule: str, expected: tuple[str, str | None, str | None]
) -> None:
    """Nothing that only some members have; and it is in the group, whatever else the rule asks for."""
    found = dynamic_group_member("d", directory(rule))
    assert found is not None
    principal, after = found
    kind, ocid, compartment = expected

    assert (kind, compartment) == (principal.type, principal.compartment_id)
    assert ocid in (None, principal.id)
    assert list(after.dynamic_groups_of(principal)) == ["d"]


def test_a_rule_that_cannot_be_read_has_no_member() -> None:
    """Nobody stands for it."""
    assert dynamic_group_member("d", directory("ALL {resource.type = 'fnfunc'")) is None


def test_traits_of_an_instance() -> None:
    """What a rule says by `instance.` variables is said of an instance."""
    rule = parse_matching_rule("instance.id = 'ocid1.instance.oc1.iad.a'")
    assert isinstance(rule, MatchingRule)

    assert traits_of_members(rule) == {"id": "ocid1.instance.oc1.iad.a", "type": "instance"}
    assert Principal("instance", "ocid1.instance.oc1.iad.a").type == traits_of_members(rule)["type"]
