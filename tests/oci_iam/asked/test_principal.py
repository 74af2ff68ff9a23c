"""Which principal a word means."""

from __future__ import annotations

import pytest

from oci_iam import Directory, DynamicGroup, Group
from oci_iam.asked.place import Known
from oci_iam.asked.principal import asker
from oci_iam.inputs import Unusable
from oci_iam.statement import Member

ADA = "ocid1.user.oc1..ada"
CALLERS, STAFF, WORKERS = "ocid1.group.oc1..c", "ocid1.group.oc1..s", "ocid1.dynamicgroup.oc1..w"
APPS = "ocid1.compartment.oc1..apps"
FUNCTION = "ocid1.fnfunc.oc1.iad.resize"
DIRECTORY = Directory(
    "ocid1.tenancy.oc1..t",
    groups={CALLERS: Group("Callers"), STAFF: Group("Callers", domain="Staff")},
    dynamic_groups={
        WORKERS: DynamicGroup("Workers", "resource.type = 'fnfunc'"),
        "ocid1.dynamicgroup.oc1..b": DynamicGroup("Broken", "ALL {resource.type = 'fnfunc'"),
    },
    users={ADA: "ada", "ocid1.user.oc1..b": "bob", "ocid1.user.oc1..c": "bob"},
)
COMPLETE, PARTIAL = Known(DIRECTORY, True), Known(DIRECTORY, False)


@pytest.mark.parametrize(
    ("word", "kind", "ocid"),
    [
        ("user:ada", "user", ADA),
        (f"user:{ADA}", "user", ADA),
        (ADA, "user", ADA),
        ("user:ocid1.user.oc1..stranger", "user", "ocid1.user.oc1..stranger"),
        (f"fnfunc:{FUNCTION}", "fnfunc", FUNCTION),
        (FUNCTION, "fnfunc", FUNCTION),
        ("ApiGateway:ocid1.apigateway.oc1.iad.a", "ApiGateway", "ocid1.apigateway.oc1.iad.a"),
        (
            "datasciencejob:ocid1.datasciencejobrun.oc1.iad.a",
            "datasciencejob",
            "ocid1.datasciencejobrun.oc1.iad.a",
        ),
    ],
)
def test_a_user_or_a_resource(word: str, kind: str, ocid: str) -> None:
    """By name, by OCID, or by type and OCID; the type of an OCID alone is its own."""
    found = asker(word, COMPLETE)

    assert (kind, ocid, None) == (found.principal.type, found.principal.id, found.member)


def test_a_service() -> None:
    """By the name it has in statements."""
    assert asker("service:cloudEvents", COMPLETE).principal.service == "cloudEvents"


@pytest.mark.parametrize(
    ("word", "key"),
    [
        ("group:callers", CALLERS),
        ("group:Default/Callers", CALLERS),
        ("group:staff/Callers", STAFF),
        (STAFF, STAFF),
    ],
)
def test_a_member_of_a_group(word: str, key: str) -> None:
    """A user who is in that one group, by name in its domain or by OCID."""
    found = asker(word, COMPLETE)

    assert list(found.directory.groups_of(found.principal)) == [key]
    assert found.member == Member("group", id=key)


@pytest.mark.parametrize("word", ["dynamic-group:workers", WORKERS, f"dynamic-group:{WORKERS}"])
def test_a_member_of_a_dynamic_group(word: str) -> None:
    """A resource that its rule matches."""
    found = asker(word, COMPLETE)

    assert list(found.directory.dynamic_groups_of(found.principal)) == [WORKERS]
    assert (found.principal.type, found.member) == ("fnfunc", Member("dynamic-group", id=WORKERS))


def test_groups_are_taken_as_named_where_the_directory_is_not_complete() -> None:
    """Somebody is in them all the same, and a statement names them by name."""
    group, dynamic_group = asker("group:Staff/Ops", PARTIAL), asker("dynamic-group:Jobs", PARTIAL)

    assert group.member == Member("group", "Ops", domain="Staff")
    assert len(group.directory.groups_of(group.principal)) == 1
    assert dynamic_group.member == Member("dynamic-group", "Jobs")
    assert len(dynamic_group.directory.dynamic_groups_of(dynamic_group.principal)) == 1


def test_where_a_resource_lies() -> None:
    """It is said of a resource only."""
    assert asker(FUNCTION, COMPLETE, APPS).principal.compartment_id == APPS
    with pytest.raises(Unusable, match="--principal-compartment is where a resource lies"):
        asker("user:ada", COMPLETE, APPS)


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("any-user", "expected user:NAME, group:NAME"),
        ("group:", "expected user:NAME, group:NAME"),
        (":x", "expected user:NAME, group:NAME"),
        ("ocid1.nonsense", "expected user:NAME, group:NAME"),
        ("user:eve", "no such user is known; there are: ada, bob"),
        ("user:bob", "several users have this name"),
        ("group:nobody", "the directory has no such group; there are: Callers"),
        ("dynamic-group:nobody", "the directory has no such dynamic group; there are: Broken, Workers"),
        ("dynamic-group:broken", "its matching rule cannot be read"),
        (f"group:{WORKERS}", "expected the OCID of a group"),
        (f"fnfunc:{ADA}", "expected the OCID of a fnfunc, found one of a user"),
        ("fnfunc:resize", "expected the OCID of something that makes requests"),
        (APPS, "expected the OCID of something that makes requests"),
    ],
)
def test_what_is_wrong_is_said(word: str, said: str) -> None:
    """In one sentence, with what there is."""
    with pytest.raises(Unusable, match="PRINCIPAL: ") as problem:
        asker(word, COMPLETE)

    assert said in str(problem.value)
    assert "\n" not in str(problem.value)
