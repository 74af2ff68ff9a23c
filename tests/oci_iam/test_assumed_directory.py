"""What statements alone say of the compartments of a tenancy."""

from __future__ import annotations

import pytest

from oci_iam import Compartment, Directory, Policy
from oci_iam.assumed_directory import UNKNOWN_TENANCY, assumed_directory, tenancy_of, with_path
from oci_iam.inputs import Unusable

TENANCY, APPS = "ocid1.tenancy.oc1..t", "ocid1.compartment.oc1..apps"


def test_every_path_is_taken_as_written() -> None:
    """From where its policy is attached; the root and other tenancies have none."""
    directory = assumed_directory(
        [
            Policy(
                TENANCY,
                (
                    "Define compartment Old as ocid1.compartment.oc1..old",
                    "Allow group A to use fn-invocation in compartment Apps:Dev",
                    "Allow group A to use fn-invocation in compartment apps",
                    "Allow group A to use fn-invocation in compartment Old:Inner",
                    "Allow group A to use fn-invocation in compartment root",
                    "Endorse group A to use fn-invocation in compartment Theirs of tenancy Friend",
                    "not a statement",
                ),
            ),
            Policy(APPS, ("Allow group A to use fn-invocation in compartment Own",)),
        ]
    )
    apps = directory.at_path(TENANCY, ("Apps",))

    assert apps is not None
    assert directory.covers(apps, directory.at_path(TENANCY, ("Apps", "Dev")) or "")
    assert directory.at_path("ocid1.compartment.oc1..old", ("Inner",)) is not None
    assert directory.at_path(APPS, ("Own",)) is not None
    assert sorted(one.name for one in directory.compartments.values()) == ["Apps", "Dev", "Inner", "Own"]


def test_what_is_known_is_kept() -> None:
    """A compartment that a directory has is no second one."""
    known = Directory(TENANCY, {APPS: Compartment("Apps")})
    statement = "Allow group A to use fn-invocation in compartment Apps:Dev"
    directory = assumed_directory([Policy(TENANCY, (statement,))], known)

    assert with_path(directory, TENANCY, ("apps",)) == (directory, APPS)
    assert directory.covers(APPS, directory.at_path(TENANCY, ("Apps", "Dev")) or "")


def test_the_tenancy() -> None:
    """That of a statement or of a policy's place; two are one too many, none stays unknown."""
    here = "Allow group A to use fn-invocation in compartment id ocid1.tenancy.oc1..here"

    assert tenancy_of([Policy("", (here,))]) == "ocid1.tenancy.oc1..here"
    assert tenancy_of([Policy("", ())]) == UNKNOWN_TENANCY
    with pytest.raises(Unusable, match=r"several tenancies .*: give --directory"):
        tenancy_of([Policy(TENANCY, (here,))])
