"""Each component by itself, as another program would use it: what it registers, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pytest

from components import (
    AiFunction,
    AiFunctionArgs,
    EdgeProtection,
    EdgeProtectionArgs,
    EventTrigger,
    EventTriggerArgs,
    FunctionAccess,
    FunctionAccessArgs,
    FunctionImage,
    FunctionImageArgs,
    FunctionsApplication,
    FunctionsApplicationArgs,
    GrantedPolicyArgs,
)
from components.errors import BadArguments
from components.event_filter import EventFilter
from components.event_trigger import WatchedBucket
from components.event_types import EventType
from components.function_image import PLATFORMS, BuiltImage, GivenImage, Registry
from components.people import GroupArgs
from components.sec_rule import SecRule

COMPARTMENT = "ocid1.compartment.oc1..aaaaaaaafunctions"
TENANCY = "ocid1.tenancy.oc1..aaaaaaaatenancy"
SUBNET = "ocid1.subnet.oc1.eu-frankfurt-1.aaaaaaaasubnet"
GROUP = "ocid1.group.oc1..aaaaaaaapeople"
USER = "ocid1.user.oc1..aaaaaaaaperson"
DIGEST = "sha256:" + "c" * 64
REFERENCE = "ocir.eu-frankfurt-1.oci.oraclecloud.com/axsample/team/responder:7"
RULE = SecRule(variables=["ARGS"], operator="@detectSQLi", msg="SQL injection")

FIELDS: dict[str, dict[str, Any]] = {
    "application": {"compartment_id": COMPARTMENT, "display_name": "apps", "subnet_ids": [SUBNET]},
    "image": {"source": GivenImage(reference=REFERENCE, digest=DIGEST), "shape": "GENERIC_X86"},
    "function": {
        "compartment_id": COMPARTMENT,
        "application_id": "ocid1.fnapp.oc1.eu-frankfurt-1.a",
        "display_name": "responder",
        "image": REFERENCE,
        "image_digest": DIGEST,
    },
    "edge": {
        "compartment_id": COMPARTMENT,
        "prefix": "apps-edge",
        "domain": "ai.example.com",
        "origin": "gateway.example.com",
        "rules": {"sqli": [RULE]},
    },
    "trigger": {
        "target": None,
        "compartment_id": COMPARTMENT,
        "prefix": "apps-results",
        "filter": EventFilter(event_types=[EventType.CLOUDGUARD_PROBLEMDETECTED]),
    },
    "access": {"function": None, "application": None, "tenancy_id": TENANCY, "prefix": "apps-responder"},
    "policy": {"compartment_id": COMPARTMENT, "policy_name": "p", "description": "d", "grants": []},
}
CLASSES: dict[str, Callable[..., Any]] = {
    "application": FunctionsApplicationArgs,
    "image": FunctionImageArgs,
    "function": AiFunctionArgs,
    "edge": EdgeProtectionArgs,
    "trigger": EventTriggerArgs,
    "access": FunctionAccessArgs,
    "policy": GrantedPolicyArgs,
}


def arguments(kind: str, **changes: Any) -> Any:
    """Good arguments of a component, with changes."""
    return CLASSES[kind](**{**FIELDS[kind], **changes})


OBJECT = EventFilter(event_types=[EventType.OBJECTSTORAGE_CREATEOBJECT])
ENDPOINT = "abc.eu-frankfurt-1.functions.oci.oraclecloud.com"

REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("application", {"compartment_id": TENANCY}, "compartment_id: is the OCID of the tenancy"),
    ("application", {"subnet_ids": []}, "subnet_ids: needs one to three different subnets"),
    ("application", {"subnet_ids": [SUBNET] * 2}, "subnet_ids: needs one to three different subnets"),
    ("application", {"subnet_ids": [GROUP]}, "subnet_ids: is the OCID of a group, not of a subnet"),
    ("application", {"shape": "X86"}, "shape: X86 is not one of GENERIC_X86, GENERIC_ARM, GENERIC_X86_ARM"),
    (
        "application",
        {"network_security_group_ids": [f"ocid1.networksecuritygroup.oc1.phx.{n}" for n in range(6)]},
        "network_security_group_ids: 6 network security groups, at most 5",
    ),
    ("application", {"config": {"FN_X": "1"}}, "config: key FN_X has a prefix"),
    ("application", {"log_retention_in_days": 31}, "log_retention_in_days: 31 is not one of 30, 60"),
    ("application", {"image_signing_key_ids": [GROUP]}, "image_signing_key_ids: is the OCID of a group"),
    ("application", {"trace_domain_id": GROUP}, "trace_domain_id: is the OCID of a group"),
    ("image", {"shape": "ARM"}, "shape: ARM is not one of"),
    ("image", {"source": GivenImage(reference="busybox", digest=DIGEST)}, "reference: 'busybox' is not"),
    ("image", {"source": GivenImage(reference=REFERENCE, digest="latest")}, "digest: 'latest' is not"),
    ("function", {"memory_in_mbs": 200}, "memory_in_mbs: 200 is not one of 128, 256, 512, 1024, 2048, 3072"),
    ("function", {"timeout_in_seconds": 301}, "timeout_in_seconds: 301 is not between 1 and 300 seconds"),
    ("function", {"detached_mode_timeout_in_seconds": 4}, "detached_mode_timeout_in_seconds: 4 is not"),
    ("function", {"provisioned_concurrency": 15}, "provisioned_concurrency: 15 is not a multiple of 20"),
    ("function", {"provisioned_concurrency": -20}, "provisioned_concurrency: -20 is not a multiple"),
    ("function", {"config": {"A": "x" * 4096}}, "config: 4097 bytes of keys and values, at most 4096"),
    ("function", {"image_digest": "sha256:1"}, "image_digest: 'sha256:1' is not a digest"),
    ("function", {"compartment_id": "x"}, "compartment_id: 'x' is not an OCID"),
    (
        "edge",
        {"origin": ENDPOINT},
        "origin: is a function's own invoke endpoint, which answers only",
    ),
    ("edge", {"origin": ENDPOINT.upper() + "."}, "origin: is a function's own invoke endpoint"),
    ("edge", {"origin": "https://gateway.example.com/x"}, "origin: 'https://gateway.example.com/x' is not a"),
    ("edge", {"origin": "10.0.0.7"}, "origin: 10.0.0.7 is not a public IPv4 address"),
    ("edge", {"origin": "::1"}, "origin: ::1 is not a public IPv4 address"),
    ("edge", {"origin": "localhost"}, "origin: 'localhost' is not a public host name"),
    ("edge", {"origin": "ai.example.com"}, "origin: is the protected domain itself"),
    ("edge", {"domain": "example"}, "domain: 'example' is not a public host name"),
    ("edge", {"mode": "OFF"}, "mode: OFF is not one of DETECT, BLOCK"),
    ("edge", {"rules": {}}, "rules: needs at least one rule"),
    ("edge", {"rules": {"A b": [RULE]}}, "rules: 'A b' is not a name"),
    ("edge", {"rules": {"x": "SecRule"}}, "rules.x: holds something that is not a SecRule"),
    ("edge", {"rules": {"x": []}}, "rules.x: needs at least one rule"),
    ("edge", {"certificate_id": GROUP}, "certificate_id: is the OCID of a group, not of a waascertificate"),
    ("trigger", {"compartment_id": TENANCY}, "compartment_id: is the OCID of the tenancy"),
    ("trigger", {"event_principal": "rule"}, "event_principal: rule is not one of eventrule, service, both"),
    ("trigger", {"filter": EventFilter(event_types=[])}, "filter: event_types: needs at least one"),
    ("trigger", {"filter": OBJECT}, "filter: com.oraclecloud.objectstorage.createobject needs a bucket"),
    (
        "trigger",
        {"bucket": WatchedBucket(name="b", namespace="n")},
        "filter: com.oraclecloud.cloudguard.problemdetected names no bucket",
    ),
    (
        "trigger",
        {"filter": OBJECT, "bucket": WatchedBucket(name="a b", namespace="n")},
        "bucket: 'a b' is not a bucket name",
    ),
    ("access", {"tenancy_id": COMPARTMENT}, "tenancy_id: is the OCID of a compartment, not of a tenancy"),
    ("access", {"invokers": GroupArgs(existing_id=USER)}, "invokers: is the OCID of a user, not of a group"),
    ("access", {"auditors": GroupArgs(existing_name="a'b")}, "auditors: \"a'b\" is not a group's name"),
    ("access", {"auditors": GroupArgs(members=[GROUP])}, "auditors: is the OCID of a group, not of a user"),
    (
        "access",
        {"invokers": GroupArgs(existing_id=GROUP), "developers": GroupArgs(existing_id=GROUP)},
        "developers and invokers: are one group; who changes a function must not be who invokes it",
    ),
    ("policy", {}, "grants: a policy needs at least one statement"),
]


@pytest.mark.parametrize(("kind", "changes", "reason"), REFUSED)
def test_bad_arguments_are_refused_before_anything_is_registered(
    kind: str, changes: dict[str, Any], reason: str
) -> None:
    """Arguments OCI would refuse cannot be constructed; the message begins with the place in the config."""
    with pytest.raises(BadArguments) as refused:
        arguments(kind, **changes, config_path="Pulumi.dev.yaml: here")

    (line,) = refused.value.lines
    assert line.startswith(f"Pulumi.dev.yaml: here.{reason}")


def test_all_bad_arguments_are_told() -> None:
    """Two wrong values give two lines, and without a config path the field alone is named."""
    with pytest.raises(BadArguments) as refused:
        arguments("function", memory_in_mbs=1, timeout_in_seconds=0)

    assert [line.partition(":")[0] for line in refused.value.lines] == ["memory_in_mbs", "timeout_in_seconds"]


def test_a_folder_without_dockerfile_is_refused(tmp_path: Path) -> None:
    """A build context without a Dockerfile is refused by its name."""
    registry = Registry(region="eu-frankfurt-1", namespace="n", username="n/u", auth_token="t")
    source = BuiltImage(
        context=tmp_path, registry=registry, compartment_id=COMPARTMENT, repository="r", tag="t"
    )

    with pytest.raises(BadArguments, match=rf"^context: {tmp_path.name} holds no Dockerfile$"):
        arguments("image", source=source)


@pytest.mark.parametrize("shape", PLATFORMS)
def test_the_platforms_fit_the_shape(world: Any, tmp_path: Path, shape: str) -> None:
    """x86, Arm or both, whatever machine builds; the push goes to the region's registry."""
    (tmp_path / "Dockerfile").touch()
    registry = Registry(region="eu-frankfurt-1", namespace="ax", username="ax/u", auth_token="t")
    source = BuiltImage(
        context=tmp_path, registry=registry, compartment_id=COMPARTMENT, repository="apps/r", tag="dev"
    )

    world.run(lambda: FunctionImage("i", arguments("image", source=source, shape=shape)))

    inputs = world.one("docker-build:index:Image").inputs
    expected = {
        "GENERIC_X86": ["linux/amd64"],
        "GENERIC_ARM": ["linux/arm64"],
        "GENERIC_X86_ARM": ["linux/amd64", "linux/arm64"],
    }
    assert inputs["platforms"] == expected[shape]
    assert inputs["tags"] == ["ocir.eu-frankfurt-1.oci.oraclecloud.com/ax/apps/r:dev"]
    assert inputs["context"] == {"location": str(tmp_path)}
    assert list(inputs["registries"]) == ["<secret>"]
    assert world.one("oci:Artifacts/containerRepository:ContainerRepository").inputs["isPublic"] is False


def test_a_given_image_registers_nothing_below(world: Any) -> None:
    """An image by reference and digest is passed on as it is."""
    seen: list[list[str]] = []

    def program() -> None:
        image = FunctionImage("i", arguments("image"))
        pulumi.Output.all(image.reference, image.digest).apply(seen.append)

    world.run(program)

    assert seen == [[REFERENCE, DIGEST]]
    assert [each.type for each in world.recorder.registered.values()] == ["aifunctions:index:FunctionImage"]


def test_the_application_has_its_invoke_log(world: Any, minted: Any) -> None:
    """The log is the service log of functions, category invoke, of the application itself."""
    world.run(lambda: FunctionsApplication("a", arguments("application", log_retention_in_days=90)))

    log = world.one("oci:Logging/log:Log").inputs
    assert log["configuration"]["source"] == {
        "sourceType": "OCISERVICE",
        "service": "functions",
        "category": "invoke",
        "resource": minted("oci:Functions/application:Application", "a-application"),
    }
    assert (log["logType"], log["isEnabled"], log["retentionDuration"]) == ("SERVICE", True, 90)


def test_the_application_can_check_signatures_and_trace(world: Any) -> None:
    """Keys switch the image policy on, a domain switches tracing on; both are absent otherwise."""
    key, domain = "ocid1.key.oc1.eu-frankfurt-1.k", "ocid1.apmdomain.oc1.eu-frankfurt-1.d"

    def program() -> None:
        FunctionsApplication("plain", arguments("application"))
        changes = {"image_signing_key_ids": [key], "trace_domain_id": domain}
        FunctionsApplication("strict", arguments("application", **changes))

    world.run(program)

    plain, strict = (world.named(f"{name}-application").inputs for name in ("plain", "strict"))
    assert strict["imagePolicyConfig"] == {"isPolicyEnabled": True, "keyDetails": [{"kmsKeyId": key}]}
    assert strict["traceConfig"] == {"isEnabled": True, "domainId": domain}
    assert not {"imagePolicyConfig", "traceConfig"} & set(plain)


def test_the_function_is_pinned_by_digest(world: Any) -> None:
    """The source is a container image with tag and digest; deprecated fields stay unset."""
    world.run(lambda: AiFunction("f", arguments("function", memory_in_mbs=512, provisioned_concurrency=10)))

    inputs = world.one("oci:Functions/function:Function").inputs
    assert inputs["sourceDetails"] == {
        "sourceType": "CONTAINER_IMAGE",
        "image": REFERENCE,
        "imageDigest": DIGEST,
    }
    assert not {"image", "imageDigest"} & set(inputs)
    assert inputs["memoryInMbs"] == "512"
    assert inputs["provisionedConcurrencyConfig"] == {"strategy": "CONSTANT", "count": 10}


def access(**changes: Any) -> FunctionAccess:
    """A function with its access, inside a running program."""
    application = FunctionsApplication("a", arguments("application"))
    function = AiFunction("f", arguments("function", application_id=application.application_id))
    return FunctionAccess(
        "f-access", arguments("access", function=function, application=application, **changes)
    )


def statements(world: Any) -> list[str]:
    """All statements of all policies."""
    return [text for each in world.all("oci:Identity/policy:Policy") for text in each.inputs["statements"]]


def test_the_dynamic_group_holds_exactly_the_function(world: Any, minted: Any) -> None:
    """Its rule names the function's type and OCID, never a compartment."""
    world.run(access)

    function = minted("oci:Functions/function:Function", "f-function")
    assert world.one("oci:Identity/dynamicGroup:DynamicGroup").inputs["matchingRule"] == (
        f"ALL {{resource.type = 'fnfunc', resource.id = '{function}'}}"
    )


def test_groups_are_created_with_their_members(world: Any, minted: Any) -> None:
    """A group that is not given is created, and each member joins it."""
    world.run(lambda: access(invokers=GroupArgs(members=[USER])))

    group = minted("oci:Identity/group:Group", "f-access-invokers")
    membership = world.one("oci:Identity/userGroupMembership:UserGroupMembership").inputs
    assert (membership["groupId"], membership["userId"]) == (group, USER)
    assert f"Allow group id {group} to use fn-invocation" in statements(world)[0]


def test_existing_groups_are_reused(world: Any) -> None:
    """A group by OCID or by name is named in the statements, and no group is created."""
    groups = {
        "invokers": GroupArgs(existing_id=GROUP, members=[USER]),
        "auditors": GroupArgs(existing_name="Default/Auditors"),
    }

    world.run(lambda: access(**groups))

    assert world.all("oci:Identity/group:Group") == []
    assert world.one("oci:Identity/userGroupMembership:UserGroupMembership").inputs["groupId"] == GROUP
    subjects = {text.split(" to ")[0] for text in statements(world)}
    assert subjects == {f"Allow group id {GROUP}", "Allow group 'Default'/'Auditors'"}


def test_no_group_gets_more_than_its_role(world: Any) -> None:
    """Only invokers invoke; developers and auditors never do."""
    world.run(lambda: access(invokers=GroupArgs(), developers=GroupArgs(), auditors=GroupArgs()))

    invoking = [text for text in statements(world) if "fn-invocation" in text]
    assert len(invoking) == 1
    assert not [text for text in statements(world) if "family" in text or "tenancy" in text or "any-" in text]


def trigger(**changes: Any) -> EventTrigger:
    """A rule before a function, inside a running program."""
    return EventTrigger("t", arguments("trigger", target=access().identity, **changes))


@pytest.mark.parametrize(
    ("event_principal", "subjects"),
    [
        ("eventrule", ["any-user"]),
        ("service", ["service cloudEvents"]),
        ("both", ["any-user", "service cloudEvents"]),
    ],
)
def test_events_invoke_as_the_principal_asked_for(
    world: Any, minted: Any, event_principal: str, subjects: list[str]
) -> None:
    """Each form is one statement, and each is confined to the one function."""
    world.run(lambda: trigger(event_principal=event_principal))

    function = minted("oci:Functions/function:Function", "f-function")
    assert [text.removeprefix("Allow ").split(" to ")[0] for text in statements(world)] == subjects
    assert all(f"target.function.id = '{function}'" in text for text in statements(world))


def test_a_watched_bucket_is_private_and_says_what_happens(world: Any, minted: Any) -> None:
    """The bucket is created with object events on, the rule filters on its name, the function may read it."""
    bucket = WatchedBucket(name="ai-results-dev", namespace="ax")

    world.run(lambda: trigger(filter=OBJECT, bucket=bucket))

    inputs = world.one("oci:ObjectStorage/bucket:Bucket").inputs
    assert (inputs["objectEventsEnabled"], inputs["accessType"]) == (True, "NoPublicAccess")
    condition = json.loads(world.one("oci:Events/rule:Rule").inputs["condition"])
    assert condition["data"] == {"additionalDetails": {"bucketName": ["ai-results-dev"]}}
    dynamic_group = minted("oci:Identity/dynamicGroup:DynamicGroup", "f-access-dynamic-group")
    assert statements(world)[-1] == (
        f"Allow dynamic-group id {dynamic_group} to read objects in compartment id {COMPARTMENT} "
        "where target.bucket.name = 'ai-results-dev'"
    )


def test_what_is_deleted_needs_no_reading(world: Any) -> None:
    """A trigger on deleted objects alone gives the function no right to read."""
    gone = EventFilter(event_types=[EventType.OBJECTSTORAGE_DELETEOBJECT])

    world.run(lambda: trigger(filter=gone, bucket=WatchedBucket(name="b", namespace="ax")))

    assert not [text for text in statements(world) if "objects" in text]


def test_an_existing_bucket_is_not_created(world: Any) -> None:
    """It is looked up, and only its name is used."""
    bucket = WatchedBucket(name="theirs", namespace="ax", existing=True)

    world.run(lambda: trigger(filter=OBJECT, bucket=bucket))

    assert world.all("oci:ObjectStorage/bucket:Bucket") == []
    assert '"bucketName": ["theirs"]' in world.one("oci:Events/rule:Rule").inputs["condition"]
    assert ("theirs", "ax") in [(args.get("name"), args.get("namespace")) for _, args in world.cloud.calls]


@pytest.mark.parametrize("preview", [True, False])
def test_an_existing_bucket_that_says_nothing_is_refused(world: Any, preview: bool) -> None:
    """With object events off the rule would never fire, so the program ends with that reason."""
    world.cloud.answers["oci:ObjectStorage/getBucket:getBucket"] = {"objectEventsEnabled": False}
    bucket = WatchedBucket(name="theirs", namespace="ax", existing=True)

    with pytest.raises(pulumi.RunError, match=r"^here\.bucket: object events of theirs are off"):
        world.run(lambda: trigger(filter=OBJECT, bucket=bucket, config_path="here"), preview=preview)


def test_an_existing_bucket_that_is_not_there_is_one_line(world: Any) -> None:
    """A bucket the provider does not find is told with its place and the provider's reason."""
    world.cloud.answers["oci:ObjectStorage/getBucket:getBucket"] = "404-NotAuthorizedOrNotFound, no bucket"
    bucket = WatchedBucket(name="theirs", namespace="ax", existing=True)

    with pytest.raises(pulumi.RunError) as refused:
        world.run(lambda: trigger(filter=OBJECT, bucket=bucket, config_path="here"))

    assert str(refused.value).startswith("cannot look up the bucket theirs (here.bucket): ")
    assert str(refused.value).endswith("404-NotAuthorizedOrNotFound, no bucket")


def test_the_condition_is_sorted_json() -> None:
    """Equal filters are equal text, whatever order they were written in."""
    types = [EventType.DATASCIENCE_FAILEDJOBRUN]
    one = EventFilter(event_types=types, resource_names=["a*"], attributes={"b": ["1"], "a": ["2", "3"]})
    other = EventFilter(event_types=types, resource_names=["a*"], attributes={"a": ["2", "3"], "b": ["1"]})

    assert one.condition(None) == other.condition(None)
    assert one.condition(None) == (
        '{"data": {"additionalDetails": {"a": ["2", "3"], "b": ["1"]}, "resourceName": ["a*"]}, '
        '"eventType": ["com.oraclecloud.datascience.failedjobrun"]}'
    )


def test_the_rule_calls_the_function_and_can_be_off(world: Any, minted: Any) -> None:
    """One action, of the function's kind; a disabled rule is declared and disabled."""
    world.run(lambda: trigger(is_enabled=False))

    inputs = world.one("oci:Events/rule:Rule").inputs
    function = minted("oci:Functions/function:Function", "f-function")
    assert inputs["actions"] == {
        "action": [{"actionType": "FAAS", "isEnabled": True, "functionId": function}]
    }
    assert inputs["isEnabled"] is False


def test_the_edge_forwards_to_the_origin_only(world: Any, minted: Any) -> None:
    """Every custom rule is attached with the mode; with a certificate nothing travels in clear."""
    certificate = "ocid1.waascertificate.oc1..c"
    changes = {"mode": "BLOCK", "certificate_id": certificate, "origin": "129.146.1.7"}

    world.run(lambda: EdgeProtection("e", arguments("edge", **changes)))

    inputs = world.one("oci:Waas/policy:Policy").inputs
    rule = minted("oci:Waas/customProtectionRule:CustomProtectionRule", "e-rule-sqli")
    assert inputs["wafConfig"] == {
        "origin": "origin",
        "customProtectionRules": [{"id": rule, "action": "BLOCK"}],
    }
    assert inputs["origins"] == [{"label": "origin", "uri": "129.146.1.7", "httpsPort": 443, "httpPort": 0}]
    assert inputs["policyConfig"] == {
        "isHttpsEnabled": True,
        "isHttpsForced": True,
        "certificateId": certificate,
    }


def test_children_get_no_options_of_their_component(world: Any) -> None:
    """What a component is given beyond its place (here: ignored changes) does not leak to its children."""
    options = pulumi.ResourceOptions(ignore_changes=["displayName"])

    world.run(lambda: FunctionsApplication("a", arguments("application"), options))

    ignored = {each.name: each.ignore_changes for each in world.recorder.registered.values()}
    assert ignored.pop("a") == ("displayName",)
    assert set(ignored.values()) == {()}


def test_the_evidence_component_needs_its_refs_first(world: Any) -> None:
    """A policy's parent is the component that carries the evidence, and no parent of what that names."""
    world.run(lambda: access(invokers=GroupArgs()))

    policy = world.one("oci:Identity/policy:Policy")
    carrier = world.recorder.registered[policy.parent]
    assert carrier.type == "aifunctions:index:GrantedPolicy"
    named = [urn for grant in carrier.inputs["grants"][policy.name] for urn in grant["refs"].values()]
    assert named
    assert not [urn for urn in named if world.recorder.registered[urn].parent == carrier.urn]
