"""Every cell of access_matrix.txt, twice: by `oci_iam.decide`, and by the real SDK over TLS.

The server knows a request's permissions and target variables from its own tables; here both are written by
hand, so what is asked of `decide` does not come from what is tested.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import oci
import pytest

from oci_iam import Principal, Request, decide
from sandbox.services import rest_services
from sandbox.services.functions import APPLICATION, FUNCTION
from sandbox.services.identity import DYNAMIC_GROUP, GROUP, MEMBERSHIP, POLICY, USER
from sandbox.services.identity.directory import directory_of, policies_of
from sandbox.services.objectstorage import BUCKET
from sandbox.services.objectstorage.objects import Objects, bucket_id
from sandbox.services.ons import TOPIC
from sandbox.services.queue import QUEUE
from sandbox.services.streaming import STREAM
from tests.sandbox.rest import access_matrix
from tests.sandbox.rest.access_matrix import WHO, Row
from tests.sandbox.rest.conftest import REGION, Door

STATEMENTS, ROWS = access_matrix.read()
NAMESPACE = "sandboxns"
INPUTS, RESULTS, MADE = "matrix-inputs", "matrix-results", "matrix-made-"
SUBNET = "ocid1.subnet.oc1.iad.aaaaaaaasubnet"
FUNCTIONS_HOST = f"https://x.{REGION}.functions.oci.oraclecloud.com"
QUEUE_HOST = f"https://cell-1.queue.messaging.{REGION}.oci.oraclecloud.com"
STREAM_HOST = f"https://cell-1.streaming.{REGION}.oci.oraclecloud.com"
PEOPLE = {"invoker": "invokers", "developer": "developers", "auditor": "auditors", "stranger": ""}
LEFT_OUT = {
    "Functions": set(),
    "Object Storage": {"CopyObject", "GetPreauthenticatedRequest", "GetWorkRequest"},
    "Notifications": {
        "GetSubscription",
        "UpdateSubscription",
        "DeleteSubscription",
        "ResendSubscriptionConfirmation",
    },
    "Queue": {
        "CreateQueue",
        "GetWorkRequest",
        "UpdateMessage",
        "DeleteMessage",
        "UpdateMessages",
        "DeleteMessages",
        "ListChannels",
    },
    "Streaming": {
        *("CreateStream", "CreateStreamPool", "ListStreamPools", "GetStreamPool", "UpdateStreamPool"),
        *("DeleteStreamPool", "GetWorkRequest", "GetMessages", "CreateGroupCursor", "ConsumerCommit"),
        *("ConsumerHeartbeat", "GetGroup", "UpdateGroup"),
    },
    "IAM": {"ListFaultDomains", "GetUserGroupMembership"},
}
"""Operations that need the same rights about the same thing as one in the table, or two principals at once
(CopyObject, which its own test has)."""


@dataclass(frozen=True)
class World:
    """What the table speaks of, and clients of everybody in it."""

    door: Door
    ids: Mapping[str, str]
    principals: Mapping[str, Principal]
    labels: Mapping[str, str]
    _clients: dict[tuple[Any, str], Any] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def client(self, kind: Any, who: str, **more: Any) -> Any:
        """One client of the SDK for a principal, kept."""
        if (kind, who) not in self._clients:
            self._clients[kind, who] = self.door.connected(kind, self.labels[who], **more)
        return self._clients[kind, who]

    def close(self) -> None:
        """Hang up."""
        for client in self._clients.values():
            client.base_client.session.close()

    def made(self) -> str:
        """A new bucket."""
        name = f"{MADE}{next(self._numbers)}"
        self.door.add(BUCKET, compartmentId=self.ids["here"], name=name, namespace=NAMESPACE)
        return name

    def object(self, bucket: str) -> str:
        """A new object."""
        name = f"old-{next(self._numbers)}"
        Objects(self.door.store).put_bytes(bucket_id(NAMESPACE, bucket), name, b"old")
        return name

    def new(self) -> str:
        """A name nothing has."""
        return f"new-{next(self._numbers)}"


@pytest.fixture(scope="module")
def world(door: Door) -> Iterator[World]:
    """Everything in a compartment of its own, with the policies of the table."""
    here = door.compartment()
    application = door.add(APPLICATION, compartmentId=here, displayName="matrix", subnetIds=[SUBNET])

    def function(name: str) -> str:
        return door.add(
            FUNCTION,
            applicationId=application,
            displayName=name,
            memoryInMbs="128",
            sourceDetails={"sourceType": "CONTAINER_IMAGE", "image": "iad.ocir.io/ns/fn:1"},
        )

    action = {"actionType": "FAAS", "isEnabled": True}
    ids = {
        "here": here,
        "application": application,
        "function": function("worker"),
        "other": function("bystander"),
        "gateway": door.add(
            "oci:ApiGateway/gateway:Gateway", compartmentId=here, displayName="g", endpointType="PUBLIC"
        ),
        "queue": door.add(QUEUE, compartmentId=here, displayName="matrix", timeoutInSeconds=0),
        "stream": door.add(STREAM, compartmentId=here, name="matrix", partitions=1),
        "topic": door.add(TOPIC, compartmentId=here, name="matrix-topic"),
    }
    ids["rule"] = door.add(
        "oci:Events/rule:Rule",
        compartmentId=here,
        displayName="matrix",
        isEnabled=True,
        condition="{}",
        actions={"actions": [{**action, "functionId": ids["function"]}]},
    )
    for bucket in (INPUTS, RESULTS):
        door.add(BUCKET, compartmentId=here, name=bucket, namespace=NAMESPACE)
    people = {who: _person(door, who, group) for who, group in PEOPLE.items()}
    (auditors,) = [one for one in door.store.list(GROUP) if one.outputs["name"] == "auditors"]
    ids |= {"tenancy": door.tenancy, "group": auditors.id}
    ids["someone"] = door.add(USER, compartmentId=door.tenancy, name="someone", description="d")
    ids["workers"] = door.add(
        DYNAMIC_GROUP,
        compartmentId=door.tenancy,
        name="workers",
        description="d",
        matchingRule=f"All {{resource.type = 'fnfunc', resource.id = '{ids['function']}'}}",
    )
    ids["policy"] = door.add(
        POLICY,
        compartmentId=door.tenancy,
        name="matrix",
        description="d",
        statements=[_filled(statement, ids) for statement in STATEMENTS],
    )
    kinds = {"function": "fnfunc", "other": "fnfunc", "rule": "eventrule", "gateway": "ApiGateway"}
    resources = {who: Principal(type=kind, id=ids[who], compartment_id=here) for who, kind in kinds.items()}
    labels = {who: f"{'function' if who == 'other' else who}:{ids[who]}" for who in kinds}
    labels |= {"administrator": "administrator", **{who: f"user:{who}" for who in PEOPLE}}
    with door.way_there():
        world = World(door, ids, {**people, **resources}, labels)
        yield world
        world.close()


def _person(door: Door, name: str, group: str) -> Principal:
    user = door.add(USER, compartmentId=door.tenancy, name=name, description="d")
    if group:
        made = door.add(GROUP, compartmentId=door.tenancy, name=group, description="d")
        door.add(MEMBERSHIP, compartmentId=door.tenancy, userId=user, groupId=made)
    return Principal(type="user", id=user, name=name)


def _filled(statement: str, ids: Mapping[str, str]) -> str:
    for name, id in ids.items():
        statement = statement.replace(f"{{{name}}}", id)
    return statement


# What rows speak of


def _target(about: str, ids: Mapping[str, str]) -> dict[str, str]:
    """The target variables that Oracle documents for a request about something."""
    bucket, _, object = about.partition("/")
    found = {
        "application": {"target.app.id": ids["application"]},
        "function": {"target.app.id": ids["application"], "target.function.id": ids["function"]},
        "other": {"target.app.id": ids["application"], "target.function.id": ids["other"]},
        "queue": {"target.queue.id": ids["queue"]},
        "stream": {"target.stream.id": ids["stream"]},
        "inputs": {"target.bucket.name": INPUTS},
        "results": {"target.bucket.name": RESULTS},
        "made": {"target.bucket.name": f"{MADE}x"},
    }.get(bucket, {})
    return {**found, "target.object.name": object} if object else found


# How each row is asked for

Ask = Callable[[World, str], object]


def _functions(name: str, *arguments: str, **more: Any) -> Ask:
    """A call of one of the two clients of Functions; arguments name things."""
    kind, given = oci.functions.FunctionsManagementClient, {}
    if name == "invoke_function":
        kind, given = oci.functions.FunctionsInvokeClient, {"service_endpoint": FUNCTIONS_HOST}
    return _call(kind, name, *arguments, given=given, **more)


def _call(kind: Any, name: str, *arguments: Any, given: Mapping[str, Any] | None = None, **more: Any) -> Ask:
    def ask(world: World, who: str) -> object:
        values = [world.ids.get(one, one) if isinstance(one, str) else one for one in arguments]
        filled = {key: world.ids.get(one, one) if isinstance(one, str) else one for key, one in more.items()}
        return getattr(world.client(kind, who, **(given or {})), name)(*values, **filled)

    return ask


_iam = partial(_call, oci.identity.IdentityClient)
_topics = partial(_call, oci.ons.NotificationControlPlaneClient)
_messages = partial(_call, oci.ons.NotificationDataPlaneClient)
_queues = partial(_call, oci.queue.QueueAdminClient)
_queued = partial(_call, oci.queue.QueueClient, given={"service_endpoint": QUEUE_HOST})
_streams = partial(_call, oci.streaming.StreamAdminClient)
_streamed = partial(_call, oci.streaming.StreamClient, given={"service_endpoint": STREAM_HOST})
_storage = partial(_call, oci.object_storage.ObjectStorageClient)


def _on_object(name: str, bucket: str, *, exists: bool, body: bool = False) -> Ask:
    """A call about one object, which is there or not."""

    def ask(world: World, who: str) -> object:
        object = world.object(bucket) if exists else world.new()
        client = world.client(oci.object_storage.ObjectStorageClient, who)
        return getattr(client, name)(NAMESPACE, bucket, object, *([b"new"] if body else []))

    return ask


def _on_upload(call: Callable[[Any, str, str], object]) -> Ask:
    """A call about a multipart upload of the administrator's, with one part."""

    def ask(world: World, who: str) -> object:
        kind, name = oci.object_storage.ObjectStorageClient, world.new()
        theirs = world.client(kind, "administrator")
        details = oci.object_storage.models.CreateMultipartUploadDetails(object=name)
        upload = theirs.create_multipart_upload(NAMESPACE, INPUTS, details).data.upload_id
        theirs.upload_part(NAMESPACE, INPUTS, name, upload, 1, b"part")
        return call(world.client(kind, who), name, upload)

    return ask


def _on_made(call: Callable[[Any, str], object]) -> Ask:
    """A call about a bucket of its own."""

    def ask(world: World, who: str) -> object:
        return call(world.client(oci.object_storage.ObjectStorageClient, who), world.made())

    return ask


def _create_bucket(world: World, who: str) -> object:
    details = oci.object_storage.models.CreateBucketDetails(
        name=f"{MADE}{world.new()}", compartment_id=world.ids["here"]
    )
    return world.client(oci.object_storage.ObjectStorageClient, who).create_bucket(NAMESPACE, details)


def _rename(world: World, who: str) -> object:
    details = oci.object_storage.models.RenameObjectDetails(
        source_name=world.object(INPUTS), new_name=world.new()
    )
    client = world.client(oci.object_storage.ObjectStorageClient, who)
    return client.rename_object(NAMESPACE, INPUTS, details)


def _delete_version(world: World, who: str) -> object:
    kind = oci.object_storage.ObjectStorageClient
    theirs = world.client(kind, "administrator")
    versioned = oci.object_storage.models.UpdateBucketDetails(versioning="Enabled")
    theirs.update_bucket(NAMESPACE, INPUTS, versioned)
    name = world.object(INPUTS)
    shown = theirs.head_object(NAMESPACE, INPUTS, name)
    return world.client(kind, who).delete_object(
        NAMESPACE, INPUTS, name, version_id=shown.headers["version-id"]
    )


def _start_upload(bucket: str) -> Ask:
    def ask(world: World, who: str) -> object:
        details = oci.object_storage.models.CreateMultipartUploadDetails(object=world.new())
        client = world.client(oci.object_storage.ObjectStorageClient, who)
        return client.create_multipart_upload(NAMESPACE, bucket, details)

    return ask


def _commit(client: Any, name: str, upload: str) -> object:
    part = oci.object_storage.models.CommitMultipartUploadPartDetails(part_num=1, etag="x")
    details = oci.object_storage.models.CommitMultipartUploadDetails(parts_to_commit=[part])
    return client.commit_multipart_upload(NAMESPACE, INPUTS, name, upload, details)


def _address(client: Any, bucket: str) -> object:
    details = oci.object_storage.models.CreatePreauthenticatedRequestDetails(
        name="p", access_type="AnyObjectWrite", time_expires="2099-01-01T00:00:00Z"
    )
    return client.create_preauthenticated_request(NAMESPACE, bucket, details)


def _topic(world: World, who: str) -> object:
    details = oci.ons.models.CreateTopicDetails(name=world.new(), compartment_id=world.ids["here"])
    return world.client(oci.ons.NotificationControlPlaneClient, who).create_topic(details)


def _subscribe(world: World, who: str) -> object:
    details = oci.ons.models.CreateSubscriptionDetails(
        topic_id=world.ids["topic"],
        compartment_id=world.ids["here"],
        protocol="EMAIL",
        endpoint=f"{world.new()}@example.com",
    )
    return world.client(oci.ons.NotificationDataPlaneClient, who).create_subscription(details)


_PUT = oci.queue.models.PutMessagesDetails(messages=[oci.queue.models.PutMessagesDetailsEntry(content="a")])
_STREAMED = oci.streaming.models.PutMessagesDetails(
    messages=[oci.streaming.models.PutMessagesDetailsEntry(value="YQ==")]
)
_CURSOR = oci.streaming.models.CreateCursorDetails(partition="0", type="TRIM_HORIZON")

ASKS: dict[str, Ask] = {
    "Functions ListApplications": _functions("list_applications", "here"),
    "Functions GetApplication": _functions("get_application", "application"),
    "Functions ListFunctions": _functions("list_functions", "application"),
    "Functions GetFunction": _functions("get_function", "function"),
    "Functions GetFunction-other": _functions("get_function", "other"),
    # What runs once the right is there is another test's; here it would cost a process a cell.
    "Functions InvokeFunction": _functions("invoke_function", "function", is_dry_run=True),
    "Functions InvokeFunction-detached": _functions(
        "invoke_function", "function", is_dry_run=True, fn_invoke_type="detached"
    ),
    "Functions InvokeFunction-other": _functions("invoke_function", "other", is_dry_run=True),
    "Object Storage GetNamespace": _storage("get_namespace"),
    "Object Storage GetNamespace-here": _storage("get_namespace", compartment_id="here"),
    "Object Storage GetNamespaceMetadata": _storage("get_namespace_metadata", NAMESPACE),
    "Object Storage ListBuckets": _storage("list_buckets", NAMESPACE, "here"),
    "Object Storage CreateBucket": _create_bucket,
    "Object Storage HeadBucket": _storage("head_bucket", NAMESPACE, INPUTS),
    "Object Storage GetBucket": _storage("get_bucket", NAMESPACE, INPUTS),
    "Object Storage UpdateBucket": _on_made(
        lambda client, name: client.update_bucket(
            NAMESPACE, name, oci.object_storage.models.UpdateBucketDetails(metadata={"a": "b"})
        )
    ),
    "Object Storage DeleteBucket": _on_made(lambda client, name: client.delete_bucket(NAMESPACE, name)),
    "Object Storage ListObjects": _storage("list_objects", NAMESPACE, INPUTS),
    "Object Storage ListObjects-results": _storage("list_objects", NAMESPACE, RESULTS),
    "Object Storage ListObjectVersions": _storage("list_object_versions", NAMESPACE, INPUTS),
    "Object Storage PutObject": _on_object("put_object", RESULTS, exists=False, body=True),
    "Object Storage PutObject-again": _on_object("put_object", RESULTS, exists=True, body=True),
    "Object Storage PutObject-inputs": _on_object("put_object", INPUTS, exists=False, body=True),
    "Object Storage GetObject": _on_object("get_object", INPUTS, exists=True),
    "Object Storage GetObject-results": _on_object("get_object", RESULTS, exists=True),
    "Object Storage HeadObject": _on_object("head_object", INPUTS, exists=True),
    "Object Storage DeleteObject": _on_object("delete_object", INPUTS, exists=True),
    "Object Storage DeleteObject-results": _on_object("delete_object", RESULTS, exists=True),
    "Object Storage DeleteObjectVersion": _delete_version,
    "Object Storage RenameObject": _rename,
    "Object Storage CreateMultipartUpload": _start_upload(INPUTS),
    "Object Storage CreateMultipartUpload-results": _start_upload(RESULTS),
    "Object Storage UploadPart": _on_upload(
        lambda client, name, upload: client.upload_part(NAMESPACE, INPUTS, name, upload, 1, b"p")
    ),
    "Object Storage ListMultipartUploads": _storage("list_multipart_uploads", NAMESPACE, INPUTS),
    "Object Storage ListMultipartUploadParts": _on_upload(
        lambda client, name, upload: client.list_multipart_upload_parts(NAMESPACE, INPUTS, name, upload)
    ),
    "Object Storage CommitMultipartUpload": _on_upload(_commit),
    "Object Storage AbortMultipartUpload": _on_upload(
        lambda client, name, upload: client.abort_multipart_upload(NAMESPACE, INPUTS, name, upload)
    ),
    "Object Storage CreatePreauthenticatedRequest": lambda world, who: _address(
        world.client(oci.object_storage.ObjectStorageClient, who), INPUTS
    ),
    "Object Storage CreatePreauthenticatedRequest-made": _on_made(_address),
    "Object Storage ListPreauthenticatedRequests": _storage(
        "list_preauthenticated_requests", NAMESPACE, INPUTS
    ),
    "Object Storage DeletePreauthenticatedRequest": _storage(
        "delete_preauthenticated_request", NAMESPACE, INPUTS, "nothing"
    ),
    "Notifications CreateTopic": _topic,
    "Notifications ListTopics": _topics("list_topics", "here"),
    "Notifications GetTopic": _topics("get_topic", "topic"),
    "Notifications UpdateTopic": _topics(
        "update_topic", "topic", oci.ons.models.TopicAttributesDetails(description="d")
    ),
    "Notifications DeleteTopic": _topics("delete_topic", "topic"),
    "Notifications PublishMessage": _messages(
        "publish_message", "topic", oci.ons.models.MessageDetails(body="b")
    ),
    "Notifications CreateSubscription": _subscribe,
    "Notifications ListSubscriptions": _messages("list_subscriptions", "here"),
    "Queue ListQueues": _queues("list_queues", compartment_id="here"),
    "Queue GetQueue": _queues("get_queue", "queue"),
    "Queue UpdateQueue": _queues(
        "update_queue", "queue", oci.queue.models.UpdateQueueDetails(display_name="n")
    ),
    "Queue DeleteQueue": _queues("delete_queue", "queue"),
    "Queue PutMessages": _queued("put_messages", "queue", _PUT),
    "Queue GetMessages": _queued("get_messages", "queue", timeout_in_seconds=0),
    "Queue GetStats": _queued("get_stats", "queue"),
    "Queue PurgeQueue": _queues(
        "purge_queue", "queue", oci.queue.models.PurgeQueueDetails(purge_type="NORMAL")
    ),
    "Streaming ListStreams": _streams("list_streams", compartment_id="here"),
    "Streaming GetStream": _streams("get_stream", "stream"),
    "Streaming UpdateStream": _streams(
        "update_stream", "stream", oci.streaming.models.UpdateStreamDetails(freeform_tags={})
    ),
    "Streaming DeleteStream": _streams("delete_stream", "stream"),
    "Streaming PutMessages": _streamed("put_messages", "stream", _STREAMED),
    "Streaming CreateCursor": _streamed("create_cursor", "stream", _CURSOR),
    "IAM ListRegions": _iam("list_regions"),
    "IAM GetTenancy": _iam("get_tenancy", "tenancy"),
    "IAM ListRegionSubscriptions": _iam("list_region_subscriptions", "tenancy"),
    "IAM ListCompartments": _iam("list_compartments", "here"),
    "IAM GetCompartment": _iam("get_compartment", "here"),
    "IAM ListAvailabilityDomains": _iam("list_availability_domains", "tenancy"),
    "IAM ListUsers": _iam("list_users", "tenancy"),
    "IAM GetUser": _iam("get_user", "someone"),
    "IAM ListApiKeys": _iam("list_api_keys", "someone"),
    "IAM ListGroups": _iam("list_groups", "tenancy"),
    "IAM GetGroup": _iam("get_group", "group"),
    "IAM ListUserGroupMemberships": _iam("list_user_group_memberships", "tenancy", user_id="someone"),
    "IAM ListPolicies": _iam("list_policies", "here"),
    "IAM GetPolicy": _iam("get_policy", "policy"),
    "IAM ListDynamicGroups": _iam("list_dynamic_groups", "tenancy"),
    "IAM GetDynamicGroup": _iam("get_dynamic_group", "workers"),
}


def _over_http(ask: Ask, world: World, who: str) -> tuple[bool, str]:
    """Whether a call went through, and else the code of its refusal. Any other error is an error."""
    try:
        ask(world, who)
    except oci.exceptions.ServiceError as error:
        if error.status not in (404, 409):
            raise
        return False, error.code or ""
    return True, ""


def _decided(row: Row, world: World, who: str) -> bool:
    records = world.door.store.list()
    directory = directory_of(records)
    compartment = world.door.tenancy if row.about == "tenancy" else world.ids["here"]
    return all(
        decide(
            Request(
                world.principals[who],
                permission,
                compartment,
                operation=row.operation,
                target=_target(row.about, world.ids),
            ),
            policies_of(records),
            directory,
        ).allowed
        for permission in row.permissions
    )


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_decide_equals_the_table(world: World, row: Row) -> None:
    """By the permissions and variables written down for the operation."""
    assert {who: _decided(row, world, who) for who in WHO} == row.allowed


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_the_sdk_equals_the_table(world: World, row: Row) -> None:
    """Who may gets an answer; who may not gets OCI's refusal and nothing else."""
    expected = {who: (yes, "" if yes else row.refused) for who, yes in row.allowed.items()}

    assert {who: _over_http(ASKS[row.id], world, who) for who in WHO} == expected


def test_the_table_is_complete() -> None:
    """Every operation that a service of the table answers is in it, or left out by name."""
    services = {row.service for row in ROWS}
    served = {
        service.name: {one.name for one in service.operations if not one.anonymous}
        for service in rest_services()
        if service.name in services
    }
    listed = {name: {row.operation for row in ROWS if row.service == name} for name in services}

    assert {name: served[name] - listed[name] for name in services} == LEFT_OUT
    assert set(ASKS) == {row.id for row in ROWS}


def test_the_table_tells_principals_apart() -> None:
    """All but those who may invoke the function and nothing else, and those without any right."""
    columns: dict[tuple[bool, ...], set[str]] = {}
    for who in WHO:
        columns.setdefault(tuple(row.allowed[who] for row in ROWS), set()).add(who)
    alike = [same for same in columns.values() if len(same) > 1]

    assert alike == [{"invoker", "rule", "gateway"}, {"stranger", "other"}]
