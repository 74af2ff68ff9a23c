"""The rights of each step: of its operations, and of what OCI checks beside them."""

from __future__ import annotations

from typing import Any

import pytest

from oci_iam.catalogue.provider_types import Action
from oci_iam.deployer.calls import rights, rights_of_look_up
from oci_iam.deployer.resources import IMAGE, REPOSITORY, Graph, Resource
from oci_iam.deployer.right import Right, UnknownCall

T, C, D = "ocid1.tenancy.oc1..t", "ocid1.compartment.oc1..c", "ocid1.compartment.oc1..d"
APPLICATION = Resource("oci:Functions/application:Application", "ocid1.fnapp.oc1..a", {"compartmentId": C})
FUNCTION = Resource(
    "oci:Functions/function:Function", "ocid1.fnfunc.oc1..f", {"applicationId": APPLICATION.id}
)
IMAGES = Resource(REPOSITORY, "ocid1.containerrepo.oc1..r", {"compartmentId": C, "displayName": "team/app"})
GRAPH = Graph([APPLICATION, FUNCTION, IMAGES], T, C)
TAG = "fra.ocir.io/ns/team/app:1"
OF_F = (("target.function.id", FUNCTION.id),)


def _asked(action: Action, resource: Resource, graph: Graph = GRAPH) -> dict[str, Right]:
    return {right.permission: right for right in rights(action, resource, graph)}


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("create", {"FN_FUNCTION_CREATE", "FN_FUNCTION_READ"}),
        ("read", {"FN_FUNCTION_READ"}),
        ("update", {"FN_FUNCTION_UPDATE", "FN_FUNCTION_READ"}),
        ("delete", {"FN_FUNCTION_DELETE", "FN_FUNCTION_READ"}),
    ],
)
def test_what_is_changed_is_read_too(action: Action, expected: set[str]) -> None:
    """The provider waits for what it has begun; a call about a function carries it and its application."""
    found = _asked(action, FUNCTION)

    assert set(found) == expected
    assert found["FN_FUNCTION_READ"].target == (("target.app.id", APPLICATION.id), *OF_F)
    assert {each.compartment_id for each in found.values()} == {C}


def test_a_create_carries_only_what_its_operation_does() -> None:
    """`CreateFunction` carries no target, a bucket's create its name."""
    bucket = Resource("oci:ObjectStorage/bucket:Bucket", "", {"compartmentId": D, "name": "b"})

    assert _asked("create", FUNCTION)["FN_FUNCTION_CREATE"].target == ()
    assert _asked("create", bucket)["BUCKET_CREATE"].target == (("target.bucket.name", "b"),)
    assert _asked("create", bucket)["BUCKET_CREATE"].compartment_id == D


def test_what_oci_takes_only_in_the_tenancy_is_asked_for_there() -> None:
    """Wherever the resource says it is."""
    group = Resource("oci:Identity/group:Group", "", {"compartmentId": C, "name": "g"})

    assert _asked("create", group)["GROUP_CREATE"].compartment_id == T


def test_a_member_is_added_to_a_group_by_its_name() -> None:
    """One of the stack has its name before it has an OCID; of one that is there only the OCID is known."""
    group = Resource(
        "oci:Identity/group:Group", "ocid1.group.oc1..g", {"compartmentId": T, "name": "callers"}
    )
    member = Resource(
        "oci:Identity/userGroupMembership:UserGroupMembership",
        "",
        {"groupId": group.id, "userId": "ocid1.user.oc1..u"},
    )
    by_id = ("target.group.id", group.id), ("target.user.id", "ocid1.user.oc1..u")

    own = _asked("create", member, Graph([group], T, C))["GROUP_UPDATE"]
    foreign = _asked("create", member)["GROUP_UPDATE"]

    assert set(own.target) == {*by_id, ("target.group.name", "callers")}
    assert set(foreign.target) == set(by_id)


def _of(token: str, **properties: Any) -> Resource:
    return Resource(token, "ocid1.x.oc1..x", {"compartmentId": C, **properties})


SUBNET = {
    "SUBNET_ATTACH",
    "SUBNET_DETACH",
    "SUBNET_READ",
    "VNIC_ATTACH",
    "VNIC_CREATE",
    "VNIC_DELETE",
    "VNIC_DETACH",
}
IN_GROUPS = {
    "NETWORK_SECURITY_GROUP_READ",
    "NETWORK_SECURITY_GROUP_UPDATE_MEMBERS",
    "VNIC_ASSOCIATE_NETWORK_SECURITY_GROUP",
    "VNIC_DISASSOCIATE_NETWORK_SECURITY_GROUP",
}
RULE, TOPIC = "oci:Events/rule:Rule", "ocid1.onstopic.oc1..t"


@pytest.mark.parametrize(
    ("resource", "beside"),
    [
        (_of(APPLICATION.token, subnetIds=["ocid1.subnet.oc1..s"]), SUBNET),
        (
            _of(
                APPLICATION.token,
                subnetIds=["ocid1.subnet.oc1..s"],
                networkSecurityGroupIds=["ocid1.n.oc1..n"],
            ),
            SUBNET | IN_GROUPS,
        ),
        (_of("oci:ApiGateway/gateway:Gateway", subnetId="ocid1.subnet.oc1..s"), SUBNET),
        (_of(FUNCTION.token, image=TAG), {"REPOSITORY_READ"}),
        (_of(FUNCTION.token, sourceDetails={"image": TAG}), {"REPOSITORY_READ"}),
        (
            _of(RULE, actions={"actions": [{"actionType": "FAAS", "functionId": FUNCTION.id}]}),
            {"FN_INVOCATION"},
        ),
        (_of(RULE, actions={"actions": [{"actionType": "ONS", "topicId": TOPIC}]}), {"ONS_TOPIC_PUBLISH"}),
        (
            _of(RULE, actions={"actions": [{"actionType": "OSS", "streamId": "ocid1.stream.oc1..s"}]}),
            {"STREAM_PRODUCE"},
        ),
        (
            _of("oci:Ons/subscription:Subscription", protocol="ORACLE_FUNCTIONS", endpoint=FUNCTION.id),
            {"FN_INVOCATION"},
        ),
        (_of("oci:Ons/subscription:Subscription", protocol="EMAIL", endpoint="a@example.com"), set()),
        (
            _of(
                "oci:ApiGateway/deployment:Deployment",
                specification={"routes": [{"backends": [{"functionId": FUNCTION.id}]}]},
            ),
            {"FN_FUNCTION_READ", "FN_INVOCATION"},
        ),
        (
            _of(
                "oci:Waas/policy:Policy",
                wafConfig={"customProtectionRules": [{"action": "BLOCK", "id": "x"}]},
            ),
            {"WAAS_CUSTOM_PROTECTION_RULE_USE", "WAAS_POLICY_UPDATE"},
        ),
        (_of(RULE, definedTags={"Ops.team": "a", "Oracle-Tags.CreatedBy": "b"}), {"TAG_NAMESPACE_USE"}),
    ],
)
def test_what_is_checked_beside_the_operation(resource: Resource, beside: set[str]) -> None:
    """Of what it names: subnets, images, functions, topics, rules, tags; and nothing where it names none."""
    plain = _of(resource.token)

    assert set(_asked("create", resource)) - set(_asked("create", plain)) == beside
    assert set(_asked("delete", resource)) == set(_asked("delete", plain))


def test_what_is_named_is_named_by_its_variable() -> None:
    """So that a statement can be confined to it."""
    rule = _of(RULE, actions={"actions": [{"functionId": FUNCTION.id}]}, definedTags={"Ops.team": "a"})
    found = _asked("update", rule)

    assert found["FN_INVOCATION"].target == OF_F
    assert found["TAG_NAMESPACE_USE"].target == (("target.tag-namespace.name", "Ops"),)
    assert found["TAG_NAMESPACE_USE"].compartment_id == T


def test_an_image_is_read_where_its_repository_is() -> None:
    """In its compartment, or anywhere by its name where the stack does not say."""
    own, other = _of(FUNCTION.token, image=TAG), _of(FUNCTION.token, image="fra.ocir.io/ns/elsewhere:1")

    found = [_asked("create", each)["REPOSITORY_READ"] for each in (own, other)]

    assert [(each.compartment_id, each.target) for each in found] == [
        (C, (("target.repo.name", "team/app"),)),
        (T, (("target.repo.name", "elsewhere"),)),
    ]


def test_a_build_pushes_to_its_repository_and_leaves_the_image() -> None:
    """Creating and changing push; nothing is read from OCI, and nothing is deleted."""
    image = Resource(IMAGE, "sha256:a", {"tags": [TAG]})
    found = _asked("update", image)

    assert set(found) == {"REPOSITORY_READ", "REPOSITORY_UPDATE"}
    assert found["REPOSITORY_UPDATE"].target == (("target.repo.name", "team/app"),)
    assert rights("read", image, GRAPH) == rights("delete", image, GRAPH) == ()


def test_a_route_table_attaches_what_its_rules_lead_to() -> None:
    """By the OCID of the gateway."""
    table = _of("oci:Core/routeTable:RouteTable", routeRules=[{"networkEntityId": "ocid1.natgateway.oc1..n"}])

    assert "NAT_GATEWAY_ATTACH" in _asked("create", table)


def test_a_type_nobody_knows() -> None:
    """The type and the operation are named."""
    with pytest.raises(UnknownCall, match=r"^oci:Bastion/bastion:Bastion: .* no operation CreateBastion$"):
        rights("create", _of("oci:Bastion/bastion:Bastion"), GRAPH)


@pytest.mark.parametrize(
    ("token", "asked", "expected"),
    [
        (
            "oci:ObjectStorage/getNamespace:getNamespace",
            {"compartmentId": T},
            [("OBJECTSTORAGE_NAMESPACE_READ", T, ())],
        ),
        ("oci:ObjectStorage/getNamespace:getNamespace", {}, []),
        (
            "oci:Identity/getRegionSubscriptions:getRegionSubscriptions",
            {"tenancyId": T},
            [("TENANCY_INSPECT", T, ())],
        ),
        (
            "oci:ObjectStorage/getBucket:getBucket",
            {"name": "b", "namespace": "n"},
            [("BUCKET_READ", C, (("target.bucket.name", "b"),))],
        ),
        (
            "oci:Functions/getApplication:getApplication",
            {"applicationId": APPLICATION.id},
            [("FN_APP_READ", C, ())],
        ),
    ],
)
def test_what_a_look_up_needs(token: str, asked: dict[str, str], expected: list[Any]) -> None:
    """By what it is asked with."""
    found = rights_of_look_up(token, asked, GRAPH)

    assert [(each.permission, each.compartment_id, each.target) for each in found] == expected
