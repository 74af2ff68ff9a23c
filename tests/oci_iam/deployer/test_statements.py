"""Statements composed of rights: as narrow as can be written down, and no right in two of them."""

from __future__ import annotations

from typing import Any

import pytest

from oci_iam.deployer.right import Right
from oci_iam.deployer.statements import Subject, granted, subject_of

T, C, D = "ocid1.tenancy.oc1..t", "ocid1.compartment.oc1..c", "ocid1.compartment.oc1..d"
WHO = Subject("group d")
F, G = "ocid1.fnfunc.oc1..f", "ocid1.fnfunc.oc1..g"


def right(permission: str, kind: str, place: str = C, documented: str = "", **target: str) -> Right:
    """A right of some step; `function_id=F` stands for `target.function.id`."""
    carried = tuple((f"target.{name.replace('_', '.')}", value) for name, value in target.items())
    return Right(f"do {permission}", "Do", permission, kind, place, carried, documented)


def of_function(permission: str, ocid: str) -> Right:
    """A right on a function."""
    return right(permission, "fn-function", function_id=ocid)


def texts(*rights: Right, subject: Subject = WHO, known: Any = bool) -> list[str]:
    """The statements for these rights, without what they all begin with."""
    return [
        each.text.removeprefix(f"Allow {subject.text} to ") for each in granted(subject, rights, T, known)
    ]


@pytest.mark.parametrize(
    ("rights", "expected"),
    [
        ([right("QUEUE_CREATE", "queues")], [f"{{QUEUE_CREATE}} in compartment id {C}"]),
        ([right("GROUP_CREATE", "groups", T)], ["{GROUP_CREATE} in tenancy"]),
        (
            [
                right("QUEUE_CREATE", "queues"),
                right("QUEUE_READ", "queues"),
                right("QUEUE_READ", "queues", D),
            ],
            [f"{{QUEUE_READ, QUEUE_CREATE}} in compartment id {C}", f"{{QUEUE_READ}} in compartment id {D}"],
        ),
        (
            [of_function("FN_FUNCTION_UPDATE", F)],
            [f"{{FN_FUNCTION_UPDATE}} in compartment id {C} where target.function.id = '{F}'"],
        ),
        (
            [of_function("FN_FUNCTION_READ", G), of_function("FN_FUNCTION_READ", F)],
            [
                f"{{FN_FUNCTION_READ}} in compartment id {C} where "
                f"any {{target.function.id = '{F}', target.function.id = '{G}'}}"
            ],
        ),
        (
            [
                of_function("FN_FUNCTION_READ", F),
                of_function("FN_FUNCTION_READ", G),
                of_function("FN_FUNCTION_UPDATE", F),
            ],
            [
                f"{{FN_FUNCTION_READ}} in compartment id {C} where "
                f"any {{target.function.id = '{F}', target.function.id = '{G}'}}",
                f"{{FN_FUNCTION_UPDATE}} in compartment id {C} where target.function.id = '{F}'",
            ],
        ),
        (
            [of_function("FN_FUNCTION_READ", F), right("FN_FUNCTION_READ", "fn-function")],
            [f"{{FN_FUNCTION_READ}} in compartment id {C}"],
        ),
        (
            [right("EVENTRULE_CREATE", "cloudevents-rules", function_id=F)],
            [f"{{EVENTRULE_CREATE}} in compartment id {C}"],
        ),
        (
            [
                right("RESOURCE_SCHEDULE_CREATE", "resource-schedule"),
                right("RESOURCE_SCHEDULE_READ", "resource-schedule"),
            ],
            [f"manage resource-schedule in compartment id {C}"],
        ),
    ],
)
def test_what_is_written(rights: list[Right], expected: list[str]) -> None:
    """One statement for each place, type and set of targets; a verb where permissions are only inferred."""
    assert texts(*rights) == expected


def test_a_value_that_is_not_known_yet_names_nothing() -> None:
    """An OCID that only the deploy makes."""
    assert texts(of_function("FN_FUNCTION_READ", F), known=lambda value: value != F) == [
        f"{{FN_FUNCTION_READ}} in compartment id {C}"
    ]


def test_a_documented_family_takes_what_it_yields() -> None:
    """Other rights in the place that it gives too are in no second statement; those elsewhere are."""
    network = "use virtual-network-family"
    rights = (
        right("SUBNET_ATTACH", "subnets", documented=network),
        right("SUBNET_READ", "subnets"),
        right("SUBNET_READ", "subnets", D),
        right("VCN_CREATE", "vcns"),
    )

    assert texts(*rights) == [
        f"{network} in compartment id {C}",
        f"{{VCN_CREATE}} in compartment id {C}",
        f"{{SUBNET_READ}} in compartment id {D}",
    ]
    assert texts(*rights[:1], subject=Subject("dynamic-group d", is_workload=True)) == [
        f"{{SUBNET_ATTACH}} in compartment id {C}"
    ]


def test_each_right_is_in_one_statement() -> None:
    """And none is lost, however often it is given."""
    rights = (
        of_function("FN_FUNCTION_READ", F),
        of_function("FN_FUNCTION_READ", G),
        right("QUEUE_READ", "queues"),
    )

    found = [each for one in granted(WHO, rights * 2, T, bool) for each in one.rights]

    assert sorted(found) == sorted(rights)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("deployers", "group deployers"),
        ("Corp/deployers", "group Corp/deployers"),
        ("the deployers", "group 'the deployers'"),
        ("ocid1.group.oc1..a", "group id ocid1.group.oc1..a"),
        ("dynamic-group:ci", "dynamic-group ci"),
    ],
)
def test_who(given: str, expected: str) -> None:
    """A group by name, domain and name, or OCID; a dynamic group is a workload."""
    assert subject_of(given) == Subject(expected, given.startswith("dynamic"))


@pytest.mark.parametrize("given", ["", "/d", "d/", "user:me", "it's", "a\nb"])
def test_what_no_statement_can_name(given: str) -> None:
    """Is refused, and not written between quotes that it would end."""
    with pytest.raises(ValueError, match=r"."):
        subject_of(given)
