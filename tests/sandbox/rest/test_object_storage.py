"""Object Storage by the real SDK, over TLS and with real signatures."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import oci
import pytest

from sandbox.services.objectstorage import BUCKET
from sandbox.services.objectstorage.objects import Objects, bucket_id
from tests.sandbox.rest.conftest import Door

Client = oci.object_storage.ObjectStorageClient
models = oci.object_storage.models
NAMESPACE = "sandboxns"
Clients = Callable[..., Any]
Refused = Callable[..., tuple[int, str]]


@pytest.fixture
def bucket(door: Door) -> str:
    """A bucket that no other test uses."""
    compartment = door.compartment()
    name = f"b-{compartment[-12:]}"
    door.add(BUCKET, compartmentId=compartment, name=name, namespace=NAMESPACE)
    return name


class TestBuckets:
    def test_what_rest_creates_the_store_holds(self, door: Door, clients: Clients) -> None:
        """By the provider's names, so that the Pulumi door shows it as well."""
        client, compartment = clients(Client), door.compartment()
        details = models.CreateBucketDetails(
            name="made",
            compartment_id=compartment,
            public_access_type="ObjectRead",
            object_events_enabled=True,
            defined_tags={"Ops": {"Team": "a"}},
        )
        made = client.create_bucket(NAMESPACE, details).data
        record = door.store.get(bucket_id(NAMESPACE, "made"))

        assert record is not None
        assert record.outputs["accessType"] == "ObjectRead"
        assert record.outputs["objectEventsEnabled"] is True
        assert record.outputs["definedTags"] == {"Ops.Team": "a"}
        assert made.defined_tags == {"Ops": {"Team": "a"}}
        assert [one.name for one in client.list_buckets(NAMESPACE, compartment).data] == ["made"]
        assert client.delete_bucket(NAMESPACE, "made").status == 204
        assert door.store.get(bucket_id(NAMESPACE, "made")) is None

    def test_a_name_is_taken_once(self, door: Door, clients: Clients, refused: Refused, bucket: str) -> None:
        """409 with Object Storage's own code."""
        details = models.CreateBucketDetails(name=bucket, compartment_id=door.compartment())

        assert refused(clients(Client).create_bucket, NAMESPACE, details) == (409, "BucketAlreadyExists")

    def test_a_retry_token_creates_once(self, door: Door, clients: Clients, refused: Refused) -> None:
        """The same token again gets the first answer; with another body it is refused."""
        client, compartment = clients(Client), door.compartment()
        details = models.CreateBucketDetails(name="once", compartment_id=compartment)
        headers = {"opc-retry-token": "t1", "content-type": "application/json"}

        def create(body: Any) -> Any:
            return client.base_client.call_api(
                resource_path="/n/{namespaceName}/b/",
                method="POST",
                path_params={"namespaceName": NAMESPACE},
                header_params=headers,
                body=client.base_client.sanitize_for_serialization(body),
                response_type="Bucket",
            )

        first, second = create(details), create(details)
        other = models.CreateBucketDetails(name="twice", compartment_id=compartment)

        assert first.data.id == second.data.id
        assert refused(create, other) == (409, "InvalidatedRetryToken")

    def test_settings_are_changed_one_by_one(self, clients: Clients, refused: Refused, bucket: str) -> None:
        """What is not named stays; a state that has passed is refused."""
        client = clients(Client)
        before = client.get_bucket(NAMESPACE, bucket).data
        changes = models.UpdateBucketDetails(versioning="Enabled", metadata={"a": "1"})
        after = client.update_bucket(NAMESPACE, bucket, changes, if_match=before.etag).data

        assert (after.versioning, after.metadata, after.public_access_type) == (
            "Enabled",
            {"a": "1"},
            before.public_access_type,
        )
        assert refused(client.update_bucket, NAMESPACE, bucket, changes, if_match=before.etag) == (
            412,
            "NoEtagMatch",
        )

    def test_a_bucket_with_objects_stays(self, clients: Clients, refused: Refused, bucket: str) -> None:
        """409 BucketNotEmpty."""
        client = clients(Client)
        client.put_object(NAMESPACE, bucket, "a", b"1")

        assert refused(client.delete_bucket, NAMESPACE, bucket) == (409, "BucketNotEmpty")


class TestObjects:
    def test_an_object_comes_back_as_it_was_put(self, clients: Clients, bucket: str) -> None:
        """Body, content type, metadata, and the headers that describe it."""
        client = clients(Client)
        put = client.put_object(
            NAMESPACE,
            bucket,
            "a/b c.json",
            b'{"x": 1}',
            content_type="application/json",
            content_language="de",
            opc_meta={"origin": "test"},
        )
        got = client.get_object(NAMESPACE, bucket, "a/b c.json")

        assert got.data.content == b'{"x": 1}'
        assert got.headers["etag"] == put.headers["etag"]
        assert got.headers["content-type"] == "application/json"
        assert got.headers["content-language"] == "de"
        assert got.headers["opc-meta-origin"] == "test"
        assert got.headers["content-md5"] == put.headers["opc-content-md5"]

    @pytest.mark.parametrize("name", ["a/../b", "./x", "..", "a//b", "ä ?&#%2F+", "n" * 1024])
    def test_names_are_strings(self, clients: Clients, bucket: str, name: str) -> None:
        """Nothing normalises or parts them."""
        client = clients(Client)
        client.put_object(NAMESPACE, bucket, name, b"1")

        assert client.get_object(NAMESPACE, bucket, name).data.content == b"1"
        assert [one.name for one in client.list_objects(NAMESPACE, bucket).data.objects] == [name]

    def test_an_empty_object(self, clients: Clients, bucket: str) -> None:
        """No body is a body of no bytes."""
        client = clients(Client)
        client.put_object(NAMESPACE, bucket, "a", b"")

        assert client.get_object(NAMESPACE, bucket, "a").data.content == b""
        assert client.head_object(NAMESPACE, bucket, "a").headers["content-length"] == "0"

    @pytest.mark.parametrize(
        ("asked", "status", "part"),
        [
            ("bytes=2-4", 206, b"234"),
            ("bytes=7-", 206, b"789"),
            ("bytes=-2", 206, b"89"),
            ("lines=1", 200, None),
        ],
    )
    def test_ranges(self, clients: Clients, bucket: str, asked: str, status: int, part: bytes | None) -> None:
        """A range that cannot be read is no range."""
        client = clients(Client)
        client.put_object(NAMESPACE, bucket, "a", b"0123456789")
        got = client.get_object(NAMESPACE, bucket, "a", range=asked)

        assert (got.status, got.data.content) == (status, part or b"0123456789")

    def test_conditions(self, clients: Clients, refused: Refused, bucket: str) -> None:
        """By etag, and by whether there is one at all."""
        client = clients(Client)
        etag = client.put_object(NAMESPACE, bucket, "a", b"1").headers["etag"]

        assert refused(client.put_object, NAMESPACE, bucket, "a", b"2", if_none_match="*") == (
            412,
            "IfNoneMatchFailed",
        )
        assert refused(client.put_object, NAMESPACE, bucket, "a", b"2", if_match="x") == (
            412,
            "IfMatchFailed",
        )
        assert refused(client.get_object, NAMESPACE, bucket, "a", if_match="x") == (412, "IfMatchFailed")
        assert refused(client.get_object, NAMESPACE, bucket, "a", if_none_match=etag)[0] == 304
        assert refused(client.delete_object, NAMESPACE, bucket, "a", if_match="x") == (412, "IfMatchFailed")
        assert client.delete_object(NAMESPACE, bucket, "a", if_match=etag).status == 204

    def test_what_is_not_there(self, clients: Clients, refused: Refused, bucket: str) -> None:
        """The codes of Object Storage."""
        client = clients(Client)

        assert refused(client.get_object, NAMESPACE, bucket, "a") == (404, "ObjectNotFound")
        assert refused(client.delete_object, NAMESPACE, bucket, "a") == (404, "ObjectNotFound")
        assert refused(client.get_object, NAMESPACE, "nowhere", "a") == (404, "BucketNotFound")
        assert refused(client.head_object, NAMESPACE, bucket, "a")[0] == 404

    def test_a_damaged_body_is_refused(self, clients: Clients, refused: Refused, bucket: str) -> None:
        """By its Content-MD5; nothing is kept."""
        client = clients(Client)
        wrong = "AAAAAAAAAAAAAAAAAAAAAA=="

        assert refused(client.put_object, NAMESPACE, bucket, "a", b"1", content_md5=wrong) == (
            400,
            "UnmatchedContentMD5",
        )
        assert client.list_objects(NAMESPACE, bucket).data.objects == []

    def test_lists_have_pages_prefixes_and_fields(self, clients: Clients, bucket: str) -> None:
        """`nextStartWith` leads on; without fields there are names only."""
        client = clients(Client)
        for name in ("a", "b/1", "b/2", "c"):
            client.put_object(NAMESPACE, bucket, name, b"12")
        first = client.list_objects(NAMESPACE, bucket, limit=2).data
        second = client.list_objects(NAMESPACE, bucket, start=first.next_start_with).data
        top = client.list_objects(NAMESPACE, bucket, delimiter="/", fields="size").data

        assert [one.name for one in (*first.objects, *second.objects)] == ["a", "b/1", "b/2", "c"]
        assert first.objects[0].size is None
        assert ([one.size for one in top.objects], top.prefixes) == ([2, 2], ["b/"])

    def test_a_renamed_object(self, clients: Clients, bucket: str) -> None:
        """The old name is free."""
        client = clients(Client)
        client.put_object(NAMESPACE, bucket, "a", b"1")
        client.rename_object(NAMESPACE, bucket, models.RenameObjectDetails(source_name="a", new_name="b"))

        assert [one.name for one in client.list_objects(NAMESPACE, bucket).data.objects] == ["b"]
        assert client.get_object(NAMESPACE, bucket, "b").data.content == b"1"

    def test_the_service_needs_its_own_grant_to_copy(
        self, door: Door, clients: Clients, refused: Refused, bucket: str
    ) -> None:
        """A caller who may do everything is not enough: OCI copies under the region's service."""
        client = clients(Client)
        client.put_object(NAMESPACE, bucket, "a", b"1")
        details = models.CopyObjectDetails(
            source_object_name="a",
            destination_region="us-ashburn-1",
            destination_namespace=NAMESPACE,
            destination_bucket=bucket,
            destination_object_name="b",
        )
        before = refused(client.copy_object, NAMESPACE, bucket, details)
        door.allow("Allow service objectstorage-us-ashburn-1 to manage object-family in tenancy")
        work = client.copy_object(NAMESPACE, bucket, details).headers["opc-work-request-id"]

        assert before == (400, "InsufficientServicePermissions")
        assert client.get_work_request(work).data.status == "COMPLETED"
        assert client.get_object(NAMESPACE, bucket, "b").data.content == b"1"

    def test_a_large_object_goes_up_in_parts(
        self, door: Door, clients: Clients, bucket: str, tmp_path: Path
    ) -> None:
        """By the SDK's own manager; no part is left."""
        client, body = clients(Client), bytes(range(256)) * 12_000
        uploads = door.place.sandbox_dir / "objects" / ".uploads"
        before = set(uploads.iterdir()) if uploads.is_dir() else set()  # the server is every module's
        (tmp_path / "large").write_bytes(body)
        manager = oci.object_storage.UploadManager(client)
        done = manager.upload_file(NAMESPACE, bucket, "large", str(tmp_path / "large"), part_size=1024 * 1024)

        assert done.headers["opc-multipart-md5"].endswith("-3")
        assert client.get_object(NAMESPACE, bucket, "large").data.content == body
        assert set(uploads.iterdir()) <= before
        assert client.list_multipart_uploads(NAMESPACE, bucket).data == []

    def test_parts_are_committed_by_name(self, clients: Clients, refused: Refused, bucket: str) -> None:
        """One that was not uploaded, and one that is neither committed nor excluded, are refused."""
        client = clients(Client)
        details = models.CreateMultipartUploadDetails(object="p")
        upload = client.create_multipart_upload(NAMESPACE, bucket, details).data.upload_id
        etags = {
            number: client.upload_part(NAMESPACE, bucket, "p", upload, number, b"x" * number).headers["etag"]
            for number in (2, 1)
        }

        def commit(*parts: int, exclude: tuple[int, ...] = (), etag: str = "") -> Any:
            wanted = [
                models.CommitMultipartUploadPartDetails(part_num=part, etag=etag or etags[part])
                for part in parts
            ]
            chosen = models.CommitMultipartUploadDetails(
                parts_to_commit=wanted, parts_to_exclude=list(exclude)
            )
            return client.commit_multipart_upload(NAMESPACE, bucket, "p", upload, chosen)

        shown = client.list_multipart_upload_parts(NAMESPACE, bucket, "p", upload).data

        assert [(part.part_number, part.size) for part in shown] == [(1, 1), (2, 2)]
        assert refused(commit, 1, etag="wrong") == (400, "InvalidUploadPart")
        assert refused(commit, 1) == (400, "InvalidParameter")
        commit(1, exclude=(2,))
        assert client.get_object(NAMESPACE, bucket, "p").data.content == b"x"
        assert refused(client.abort_multipart_upload, NAMESPACE, bucket, "p", upload) == (404, "NoSuchUpload")

    def test_what_the_store_holds_rest_shows(self, door: Door, clients: Clients, bucket: str) -> None:
        """An object that came another way, such as by `emit`."""
        Objects(door.store).put_bytes(bucket_id(NAMESPACE, bucket), "other", b"way")

        assert clients(Client).get_object(NAMESPACE, bucket, "other").data.content == b"way"


class TestRights:
    def test_a_stranger_learns_nothing(self, clients: Clients, refused: Refused, bucket: str) -> None:
        """What is there and what is not get one answer."""
        stranger = clients(Client, "user:stranger")
        details = models.CreateBucketDetails(name="mine", compartment_id="ocid1.compartment.oc1..x")

        for call, arguments in (
            (stranger.get_bucket, (NAMESPACE, bucket)),
            (stranger.get_bucket, (NAMESPACE, "nowhere")),
            (stranger.put_object, (NAMESPACE, bucket, "a", b"1")),
            (stranger.list_objects, (NAMESPACE, bucket)),
            (stranger.create_bucket, (NAMESPACE, details)),
        ):
            assert refused(call, *arguments) == (404, "BucketNotFound")
        assert stranger.get_namespace().data == NAMESPACE

    def test_creating_is_not_replacing(
        self, door: Door, clients: Clients, refused: Refused, bucket: str
    ) -> None:
        """OBJECT_CREATE puts a new object; to replace one takes OBJECT_OVERWRITE."""
        group = door.group()
        door.allow(
            f"Allow group {group} to {{OBJECT_CREATE}} in tenancy where target.bucket.name = '{bucket}'"
        )
        writer = clients(Client, f"group:{group}")
        writer.put_object(NAMESPACE, bucket, "a", b"1")

        assert refused(writer.put_object, NAMESPACE, bucket, "a", b"2") == (404, "BucketNotFound")
        assert refused(writer.get_object, NAMESPACE, bucket, "a") == (404, "BucketNotFound")

    @pytest.mark.parametrize("permission", ["OBJECT_READ", "OBJECT_INSPECT"])
    def test_either_right_shows_that_an_object_is_there(
        self, door: Door, clients: Clients, refused: Refused, bucket: str, permission: str
    ) -> None:
        """Where an operation has two ways, any one is enough."""
        clients(Client).put_object(NAMESPACE, bucket, "a", b"1")
        group = door.group()
        before = refused(clients(Client, f"group:{group}").head_object, NAMESPACE, bucket, "a")
        door.allow(f"Allow group {group} to {{{permission}}} in tenancy")

        assert before[0] == 404
        assert clients(Client, f"group:{group}").head_object(NAMESPACE, bucket, "a").status == 200

    def test_every_permission_of_a_call_is_needed(
        self, door: Door, clients: Clients, refused: Refused, bucket: str
    ) -> None:
        """By several statements or one; the first that is missing is in the log."""
        group = door.group()
        door.allow(f"Allow group {group} to {{OBJECT_CREATE}} in tenancy")
        writer = clients(Client, f"group:{group}")
        details = models.CreateMultipartUploadDetails(object="p")
        before = refused(writer.create_multipart_upload, NAMESPACE, bucket, details)
        door.allow(f"Allow group {group} to {{OBJECT_OVERWRITE}} in tenancy")

        assert before == (404, "BucketNotFound")
        assert writer.create_multipart_upload(NAMESPACE, bucket, details).data.object == "p"

    def test_a_name_condition_holds_for_both_names_of_a_rename(
        self, door: Door, clients: Clients, refused: Refused, bucket: str
    ) -> None:
        """Whoever may write below `out/` cannot move there what lies elsewhere."""
        clients(Client).put_object(NAMESPACE, bucket, "secret", b"1")
        group = door.group()
        door.allow(f"Allow group {group} to manage objects in tenancy where target.object.name = /out*/")
        writer = clients(Client, f"group:{group}")
        writer.put_object(NAMESPACE, bucket, "out/old", b"1")
        writer.rename_object(
            NAMESPACE, bucket, models.RenameObjectDetails(source_name="out/old", new_name="out/new")
        )
        details = models.RenameObjectDetails(source_name="secret", new_name="out/mine")

        assert refused(writer.rename_object, NAMESPACE, bucket, details) == (404, "BucketNotFound")


@pytest.fixture
def versioned(door: Door) -> str:
    """A bucket with versioning enabled."""
    compartment = door.compartment()
    name = f"v-{compartment[-12:]}"
    door.add(BUCKET, compartmentId=compartment, name=name, namespace=NAMESPACE, versioning="Enabled")
    return name


def versions(client: Any, bucket: str, **more: Any) -> list[tuple[str, str, bool]]:
    """Name, version and whether it is a delete marker, of all versions of a bucket."""
    found, page = [], None
    while True:
        part = client.list_object_versions(NAMESPACE, bucket, page=page, **more)
        found += [(one.name, one.version_id, one.is_delete_marker) for one in part.data.items]
        page = part.headers.get("opc-next-page")
        if page is None:
            return found


class TestVersions:
    def test_what_is_replaced_is_kept(self, clients: Clients, versioned: str) -> None:
        """And read by its version; the newest is first in the list, and what the name stands for."""
        client = clients(Client)
        first, second = (
            client.put_object(NAMESPACE, versioned, "a", body).headers["version-id"] for body in (b"1", b"2")
        )
        old = client.get_object(NAMESPACE, versioned, "a", version_id=first)

        assert versions(client, versioned) == [("a", second, False), ("a", first, False)]
        assert (old.data.content, old.headers["version-id"]) == (b"1", first)
        assert client.get_object(NAMESPACE, versioned, "a").data.content == b"2"
        assert client.head_object(NAMESPACE, versioned, "a").headers["version-id"] == second
        assert client.head_object(NAMESPACE, versioned, "a", version_id=first).headers["version-id"] == first
        assert [one.name for one in client.list_objects(NAMESPACE, versioned).data.objects] == ["a"]

    def test_a_deletion_is_marked(self, clients: Clients, refused: Refused, versioned: str) -> None:
        """Nothing is lost: without the marker the object is back."""
        client = clients(Client)
        first = client.put_object(NAMESPACE, versioned, "a", b"1").headers["version-id"]
        gone = client.delete_object(NAMESPACE, versioned, "a").headers
        marker = gone["version-id"]
        listed = versions(client, versioned)
        missing = [refused(client.get_object, NAMESPACE, versioned, "a")] + [
            refused(client.get_object, NAMESPACE, versioned, "a", version_id=id) for id in (marker, "x")
        ]
        back = client.delete_object(NAMESPACE, versioned, "a", version_id=marker).headers

        assert gone["is-delete-marker"] == back["is-delete-marker"] == "true"
        assert listed == [("a", marker, True), ("a", first, False)]
        assert missing == [(404, "ObjectNotFound")] * 3
        assert client.get_object(NAMESPACE, versioned, "a").data.content == b"1"
        assert versions(client, versioned) == [("a", first, False)]

    def test_a_version_is_deleted_for_good(
        self, door: Door, clients: Clients, refused: Refused, versioned: str
    ) -> None:
        """With its body; of the newest the one before takes its place, unless that is a deletion."""
        client, folder = clients(Client), Objects(door.store).folder_of(bucket_id(NAMESPACE, versioned))

        def put(body: bytes) -> str:
            return str(client.put_object(NAMESPACE, versioned, "a", body).headers["version-id"])

        first, second = put(b"1"), put(b"2")
        client.delete_object(NAMESPACE, versioned, "a")
        third = put(b"3")
        client.delete_object(NAMESPACE, versioned, "a", version_id=first)
        client.delete_object(NAMESPACE, versioned, "a", version_id=third)
        after_a_marker = refused(client.get_object, NAMESPACE, versioned, "a")
        ((_, marker, is_marker), left) = versions(client, versioned)
        client.delete_object(NAMESPACE, versioned, "a", version_id=marker)

        assert (after_a_marker, is_marker) == ((404, "ObjectNotFound"), True)
        assert left == ("a", second, False)
        assert client.get_object(NAMESPACE, versioned, "a").data.content == b"2"
        assert [path.read_bytes() for path in folder.iterdir()] == [b"2"]
        assert refused(client.delete_object, NAMESPACE, versioned, "a", version_id=third)[0] == 404

    def test_suspended_is_as_if_there_were_none(
        self, clients: Clients, refused: Refused, versioned: str
    ) -> None:
        """What is there of former versions stays; what is put and deleted now is lost."""
        client = clients(Client)
        first = client.put_object(NAMESPACE, versioned, "a", b"1").headers["version-id"]
        second = client.put_object(NAMESPACE, versioned, "a", b"").headers["version-id"]
        client.put_object(NAMESPACE, versioned, "a", b"2")
        client.update_bucket(NAMESPACE, versioned, models.UpdateBucketDetails(versioning="Suspended"))
        third = client.put_object(NAMESPACE, versioned, "a", b"3").headers["version-id"]
        replaced = versions(client, versioned)
        gone = client.delete_object(NAMESPACE, versioned, "a").headers
        client.delete_object(NAMESPACE, versioned, "a", version_id=second)

        assert replaced == [("a", third, False), ("a", second, False), ("a", first, False)]
        assert "is-delete-marker" not in gone
        assert versions(client, versioned) == [("a", first, False)]
        assert refused(client.get_object, NAMESPACE, versioned, "a")[0] == 404
        assert client.get_object(NAMESPACE, versioned, "a", version_id=first).data.content == b"1"
        assert refused(client.delete_bucket, NAMESPACE, versioned) == (409, "BucketNotEmpty")

    def test_a_bucket_without_versions_names_none(self, clients: Clients, bucket: str) -> None:
        """Nor does it keep any."""
        client = clients(Client)
        put = [client.put_object(NAMESPACE, bucket, "a", body).headers for body in (b"1", b"2")]

        assert not any("version-id" in headers for headers in put)
        assert len(versions(client, bucket)) == 1
        assert "version-id" not in client.delete_object(NAMESPACE, bucket, "a").headers
        assert versions(client, bucket) == []

    def test_pages_of_versions(self, clients: Clients, versioned: str) -> None:
        """Of any size show the same: by prefix, from a name on, up to a delimiter."""
        client = clients(Client)
        for name in ("a", "a", "b/1", "b/1", "b/2", "c", "c", "c"):
            client.put_object(NAMESPACE, versioned, name, b"")
        client.delete_object(NAMESPACE, versioned, "c")
        everything = versions(client, versioned)

        def parted(**more: Any) -> tuple[list[str], list[str]]:
            names, prefixes, page = [], [], None
            while True:
                part = client.list_object_versions(NAMESPACE, versioned, page=page, delimiter="/", **more)
                names += [one.name for one in part.data.items]
                prefixes += part.data.prefixes
                page = part.headers.get("opc-next-page")
                if page is None:
                    return names, prefixes

        assert [name for name, _, _ in everything] == ["a", "a", "b/1", "b/1", "b/2", "c", "c", "c", "c"]
        assert all(versions(client, versioned, limit=limit) == everything for limit in (1, 2, 3))
        assert versions(client, versioned, prefix="b/", limit=1) == everything[2:5]
        assert versions(client, versioned, start="b/2", end="c") == everything[4:5]
        assert versions(client, versioned, start_after="b/1", limit=1) == everything[4:]
        assert parted() == parted(limit=1) == parted(limit=2) == (["a"] * 2 + ["c"] * 4, ["b/"])

    def test_what_is_renamed_and_copied(self, door: Door, clients: Clients, versioned: str) -> None:
        """A new object, and the old name keeps its versions; a former one is copied by its id."""
        client = clients(Client)
        first = client.put_object(NAMESPACE, versioned, "a", b"1").headers["version-id"]
        client.put_object(NAMESPACE, versioned, "a", b"2")
        client.rename_object(NAMESPACE, versioned, models.RenameObjectDetails(source_name="a", new_name="b"))
        renamed = [(name, marker) for name, _, marker in versions(client, versioned)]
        record = door.store.get(bucket_id(NAMESPACE, versioned))
        assert record is not None
        door.allow(
            "Allow service objectstorage-us-ashburn-1 to manage objects in compartment id"
            f" {record.outputs['compartmentId']}"
        )
        client.copy_object(
            NAMESPACE,
            versioned,
            models.CopyObjectDetails(
                source_object_name="a",
                source_version_id=first,
                destination_region="us-ashburn-1",
                destination_namespace=NAMESPACE,
                destination_bucket=versioned,
                destination_object_name="c",
            ),
        )

        assert renamed == [("a", True), ("a", False), ("a", False), ("b", False)]
        assert client.get_object(NAMESPACE, versioned, "b").data.content == b"2"
        assert client.get_object(NAMESPACE, versioned, "c").data.content == b"1"

    def test_deleting_a_version_is_a_right_of_its_own(
        self, door: Door, clients: Clients, refused: Refused, versioned: str
    ) -> None:
        """OBJECT_VERSION_DELETE, under an operation name that a policy can take out."""
        record = door.store.get(bucket_id(NAMESPACE, versioned))
        assert record is not None
        place = f"in compartment id {record.outputs['compartmentId']}"
        one, other = door.group(), door.group()
        door.allow(
            f"Allow group {one} to manage objects {place} where request.operation != 'DeleteObjectVersion'",
            f"Allow group {other} to manage objects {place}"
            " where request.permission = 'OBJECT_VERSION_DELETE'",
        )
        first = clients(Client).put_object(NAMESPACE, versioned, "a", b"1").headers["version-id"]
        keeper, cleaner = clients(Client, f"group:{one}"), clients(Client, f"group:{other}")

        assert refused(keeper.delete_object, NAMESPACE, versioned, "a", version_id=first)[0] == 404
        assert refused(cleaner.delete_object, NAMESPACE, versioned, "a")[0] == 404
        assert keeper.delete_object(NAMESPACE, versioned, "a").headers["is-delete-marker"] == "true"
        assert cleaner.delete_object(NAMESPACE, versioned, "a", version_id=first).status == 204


CHECKED = b"123456789"
CRC32C = "4waSgw=="
"""Of these nine bytes: E3069283, as every table of CRCs has it."""


class TestChecksums:
    def test_crc32c_is_verified_and_kept(self, clients: Clients, refused: Refused, bucket: str) -> None:
        """The object that does not match is rejected; of the other the checksum is shown later too."""
        client = clients(Client)
        wish = {"opc_checksum_algorithm": "CRC32C", "opc_content_crc32c": CRC32C}
        put = client.put_object(NAMESPACE, bucket, "a", CHECKED, **wish)
        with pytest.raises(oci.exceptions.ServiceError) as error:
            client.put_object(NAMESPACE, bucket, "b", CHECKED + b"0", **wish)

        assert put.headers["opc-content-crc32c"] == CRC32C
        assert client.head_object(NAMESPACE, bucket, "a").headers["opc-content-crc32c"] == CRC32C
        assert (error.value.status, error.value.code) == (400, "UnmatchedContentCRC32C")
        assert error.value.message.endswith(f"does not match the opc-content-crc32c header ({CRC32C})")
        assert refused(client.head_object, NAMESPACE, bucket, "b")[0] == 404

    def test_md5_is_verified(self, clients: Clients, refused: Refused, bucket: str) -> None:
        """Of objects and of parts."""
        client = clients(Client)
        upload = client.create_multipart_upload(
            NAMESPACE, bucket, models.CreateMultipartUploadDetails(object="m")
        ).data.upload_id
        wrong = {"content_md5": "1B2M2Y8AsgTpgAmY7PhCfg=="}
        put = refused(client.put_object, NAMESPACE, bucket, "a", CHECKED, **wrong)
        part = refused(client.upload_part, NAMESPACE, bucket, "m", upload, 1, CHECKED, **wrong)

        assert put == part == (400, "UnmatchedContentMD5")
        assert client.put_object(NAMESPACE, bucket, "a", b"", **wrong).status == 200

    @pytest.mark.parametrize(
        ("algorithm", "header"),
        [
            ("CRC32C", "opc-content-crc32c"),
            ("SHA256", "opc-multipart-sha256"),
            ("SHA384", "opc-multipart-sha384"),
        ],
    )
    def test_the_upload_managers_checksums(
        self, clients: Clients, bucket: str, tmp_path: Path, algorithm: str, header: str
    ) -> None:
        """Of each part, and of the whole: CRC32C as if it had been put in one piece."""
        client, body = clients(Client), bytes(range(256)) * 4096
        (tmp_path / "file").write_bytes(body)
        manager = oci.object_storage.UploadManager(client, allow_parallel_uploads=False)
        more = {"part_size": 400_000, "opc_checksum_algorithm": algorithm}
        manager.upload_file(NAMESPACE, bucket, "m", str(tmp_path / "file"), **more)
        whole = client.put_object(NAMESPACE, bucket, "w", body, opc_checksum_algorithm=algorithm).headers
        shown = client.get_object(NAMESPACE, bucket, "m")
        parts = [body[at : at + 400_000] for at in range(0, len(body), 400_000)]
        if algorithm == "CRC32C":
            expected = whole[header]
        else:
            digests = b"".join(hashlib.new(algorithm, part).digest() for part in parts)
            expected = base64.b64encode(hashlib.new(algorithm, digests).digest()).decode() + "-3"

        assert shown.data.content == body
        assert shown.headers[header] == expected
