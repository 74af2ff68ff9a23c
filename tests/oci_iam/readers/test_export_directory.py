"""Who and what exists by a stack export."""

from __future__ import annotations

from typing import Any

from oci_iam import Compartment, DynamicGroup, Group
from oci_iam.assumed_directory import UNKNOWN_TENANCY
from oci_iam.readers.export_directory import export_directory

TENANCY, APPS, DEV = "ocid1.tenancy.oc1..t", "ocid1.compartment.oc1..apps", "ocid1.compartment.oc1..dev"
ADA, CALLERS = "ocid1.user.oc1..ada", "ocid1.group.oc1..callers"


def resource(kind: str, ocid: str, **outputs: Any) -> dict[str, Any]:
    """One resource of the Identity module, as a state holds it."""
    return {
        "type": f"oci:Identity/{kind}:{kind[0].upper()}{kind[1:]}",
        "id": ocid,
        "inputs": {"name": "(the input)"},
        "outputs": outputs,
    }


RESOURCES = [
    resource("compartment", APPS, name="Apps", compartmentId=TENANCY),
    resource("compartment", DEV, name="Dev", compartmentId=APPS),
    resource("user", ADA, name="ada", compartmentId=TENANCY),
    resource("group", CALLERS, name="callers"),
    resource("group", "ocid1.group.oc1..secret", name={"ciphertext": "x"}),
    resource("userGroupMembership", "m", groupId=CALLERS, userId=ADA),
    resource(
        "dynamicGroup", "ocid1.dynamicgroup.oc1..w", name="workers", matchingRule="resource.type = 'fnfunc'"
    ),
    resource("group", "", name="not created yet"),
    {"type": "oci:Functions/function:Function", "id": "ocid1.fnfunc.oc1..a"},
]


def test_everything_is_found() -> None:
    """By what the cloud holds (outputs); a name that is secret leaves the OCID."""
    directory = export_directory(RESOURCES)

    assert directory.tenancy_id == TENANCY
    assert directory.compartments == {APPS: Compartment("Apps"), DEV: Compartment("Dev", APPS)}
    assert directory.users == {ADA: "ada"}
    assert directory.groups == {
        CALLERS: Group("callers", frozenset({ADA})),
        "ocid1.group.oc1..secret": Group("ocid1.group.oc1..secret"),
    }
    workers = DynamicGroup("workers", "resource.type = 'fnfunc'")
    assert directory.dynamic_groups == {"ocid1.dynamicgroup.oc1..w": workers}


def test_an_export_without_the_root_does_not_tell_the_tenancy() -> None:
    """What stands for it is no OCID that anything has."""
    assert export_directory([]).tenancy_id == UNKNOWN_TENANCY
