"""A tenancy file: who and what exists, and which policies, as one JSON object."""

from __future__ import annotations

import json
from typing import Any

import pytest

from oci_iam import Compartment, DynamicGroup, Group, Policy
from oci_iam.inputs import Unusable
from oci_iam.readers.tenancy_file import as_document, of_tenancy_file, tenancy_file

TENANCY, APPS, DEV = "ocid1.tenancy.oc1..t", "ocid1.compartment.oc1..apps", "ocid1.compartment.oc1..dev"
ADA, BOB = "ocid1.user.oc1..ada", "ocid1.user.oc1..bob"
DOCUMENT: dict[str, Any] = {
    "tenancy": TENANCY,
    "deny_enabled": True,
    "compartments": [{"id": APPS, "name": "Apps"}, {"id": DEV, "name": "Dev", "parent": APPS}],
    "users": [{"id": ADA, "name": "Ada"}],
    "groups": [{"id": "ocid1.group.oc1..c", "name": "Callers", "domain": "Staff", "members": ["ada", BOB]}],
    "dynamic_groups": [
        {"id": "ocid1.dynamicgroup.oc1..w", "name": "Workers", "rule": "resource.type = 'fnfunc'"}
    ],
    "policies": [{"name": "p", "compartment": APPS, "statements": ["Allow …"]}, {"statements": []}],
}


def test_everything_is_read() -> None:
    """Parents and places are the tenancy where they are left out; members go by OCID or name."""
    directory, policies = tenancy_file(DOCUMENT, "t.json")

    assert {APPS: Compartment("Apps"), DEV: Compartment("Dev", APPS)} == directory.compartments
    assert {"ocid1.group.oc1..c": Group("Callers", frozenset({ADA, BOB}), "Staff")} == directory.groups
    workers = DynamicGroup("Workers", "resource.type = 'fnfunc'")
    assert {"ocid1.dynamicgroup.oc1..w": workers} == directory.dynamic_groups
    assert (directory.tenancy_id, directory.deny_enabled, directory.users) == (TENANCY, True, {ADA: "Ada"})
    assert (Policy(APPS, ("Allow …",), "p"), Policy(TENANCY, (), "policies[1]")) == policies


def test_what_is_written_is_read_again() -> None:
    """The same, whatever was left out before."""
    read = tenancy_file(DOCUMENT, "t.json")

    assert as_document(*read) == as_document(*tenancy_file(as_document(*read), "again"))


def test_the_least_is_a_tenancy() -> None:
    """And nothing else makes a document one."""
    assert tenancy_file({"tenancy": TENANCY}, "t").policies == ()
    nothing: tuple[Any, ...] = ([], {}, {"statement": "x"}, None, "tenancy")
    assert [of_tenancy_file(one, "", "t") for one in nothing] == [None] * 5


def test_its_statements_have_places() -> None:
    """So that they are judged and compared like those of any other input."""
    text = json.dumps(DOCUMENT, indent=1)
    source = of_tenancy_file(DOCUMENT, text, "t.json")
    assert source is not None
    (item,) = source.items

    assert (item.text, item.policy) == ("Allow …", "p")
    assert '"Allow' in text.splitlines()[(item.place.line or 0) - 1]
    assert [group.name for group in source.dynamic_groups] == ["Workers"]
    assert (source.is_export, source.is_tenancy) == (True, True)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"tenancy": "acme"}, "tenancy: expected the OCID of a tenancy, found 'acme'"),
        ({"deny_enabled": "yes"}, "deny_enabled: expected true or false, found 'yes'"),
        ({"group": []}, '"group" is not a key; there are: tenancy, deny_enabled'),
        ({"groups": {}}, "groups: expected a list, found a dict"),
        ({"groups": ["x"]}, "groups[0]: expected an object, found 'x'"),
        ({"groups": [{"id": "ocid1.group.oc1..c"}]}, 'groups[0]: "name" is missing'),
        ({"groups": [{"id": "c", "name": "C"}]}, "groups[0].id: expected the OCID of a"),
        (
            {"groups": [{"id": "ocid1.group.oc1..c", "name": "C", "members": ["eve"]}]},
            "groups[0].members[0]: expected the OCID of a user, or the name of one of `users`, found 'eve'",
        ),
        (
            {"groups": [{"id": "ocid1.group.oc1..c", "name": "C", "members": "ada"}]},
            "groups[0].members: expected a list",
        ),
        ({"users": [{"id": ADA, "name": " "}]}, "users[0].name: expected a string that is not blank"),
        (
            {"users": [{"id": ADA, "name": "a"}, {"id": ADA, "name": "b"}]},
            f"users[1].id: {ADA} is given twice",
        ),
        (
            {"compartments": [{"id": APPS, "name": "A", "parent": "x"}]},
            "compartments[0].parent: expected the OCID",
        ),
        ({"dynamic_groups": [{"id": "ocid1.x.oc1..a", "name": "W"}]}, 'dynamic_groups[0]: "rule" is missing'),
        ({"policies": [{"statements": "Allow"}]}, "policies[0].statements: expected a list of strings"),
        ({"policies": [{"statements": [1]}]}, "policies[0].statements: expected a list of strings"),
        (
            {"policies": [{"statements": [], "compartment": "Apps"}]},
            "policies[0].compartment: expected the OCID",
        ),
    ],
)
def test_what_is_wrong_is_said(change: dict[str, Any], said: str) -> None:
    """With the file and the place; nothing is guessed, and no key is passed over."""
    with pytest.raises(Unusable, match=r"^t\.json: ") as problem:
        tenancy_file(DOCUMENT | change, "t.json")

    assert said in str(problem.value)
