"""Which compartment a word means."""

from __future__ import annotations

import pytest

from oci_iam import Compartment, Directory
from oci_iam.asked.place import Known, compartment, there_are
from oci_iam.assumed_directory import UNKNOWN_TENANCY
from oci_iam.inputs import Unusable

TENANCY = "ocid1.tenancy.oc1..t"
APPS, DEV, GATEWAYS, OTHER_DEV = (f"ocid1.compartment.oc1..{name}" for name in ("apps", "dev", "gw", "dev2"))
DIRECTORY = Directory(
    TENANCY,
    {
        APPS: Compartment("Apps"),
        DEV: Compartment("Dev", APPS),
        GATEWAYS: Compartment("Gateways", APPS),
        OTHER_DEV: Compartment("Dev", GATEWAYS),
    },
)
COMPLETE, PARTIAL = Known(DIRECTORY, True), Known(DIRECTORY, False)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("tenancy", TENANCY),
        ("Tenancy", TENANCY),
        (TENANCY, TENANCY),
        ("apps", APPS),
        ("Apps:Dev", DEV),
        ("gateways", GATEWAYS),
        (APPS.upper().replace("OCID1", "ocid1"), APPS),
        ("ocid1.compartment.oc1..stranger", "ocid1.compartment.oc1..stranger"),
    ],
)
def test_a_compartment(word: str, expected: str) -> None:
    """By a path from the tenancy, by a name that only one has, or by OCID."""
    assert compartment(word, COMPLETE, "x") == (DIRECTORY, expected)


def test_a_name_is_taken_as_it_is_where_the_directory_is_not_complete() -> None:
    """The directory that is returned has it, and what lies above it."""
    directory, ocid = compartment("Apps:New:Deep", PARTIAL, "x")

    assert directory.name_of(ocid) == "Deep"
    assert directory.covers(APPS, ocid)


def test_any_tenancy_is_the_own_one_where_none_is_known() -> None:
    """Else another one's OCID is a mistake."""
    unknown = Known(Directory(UNKNOWN_TENANCY), False)

    assert compartment(TENANCY, unknown, "x")[1] == UNKNOWN_TENANCY
    with pytest.raises(Unusable, match="expected the own tenancy"):
        compartment("ocid1.tenancy.oc1..other", COMPLETE, "x")


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("Nowhere", "the directory has no compartment 'Nowhere'; there are: Apps, Dev, Gateways"),
        ("Dev", "several compartments are named 'Dev'"),
        ("Apps:", "expected a name, a path of names"),
        ("", "expected a name, a path of names"),
        ("ocid1.fnfunc.oc1.iad.a", "expected the OCID of a compartment"),
    ],
)
def test_what_is_wrong_is_said(word: str, said: str) -> None:
    """With the word that the caller gives to begin with."""
    with pytest.raises(Unusable, match="--option: ") as problem:
        compartment(word, COMPLETE, "--option")

    assert said in str(problem.value)


def test_names_to_choose_from_are_few() -> None:
    """Each once, in order, and how many more there are."""
    assert there_are(["b", "a", "b"]) == "there are: a, b"
    assert there_are([]) == "there are: none"
    assert there_are(map(str, range(12))).endswith("and 2 more")
