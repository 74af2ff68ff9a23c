"""What Object Storage refuses and fills in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sandbox.services.objectstorage import BUCKET
from sandbox.services.objectstorage.objects import Objects, bucket_id
from tests.sandbox.conftest import COMPARTMENT, TENANCY, Client, Failed, refused


def bucket(**more: Any) -> dict[str, Any]:
    return {"compartmentId": COMPARTMENT, "namespace": "sandboxns", "name": "data", **more}


class TestObjectStorage:
    @pytest.mark.parametrize(
        ("more", "text"),
        [
            ({"name": "with space"}, "400-InvalidParameter, name 'with space' must have"),
            ({"name": "x" * 257}, "400-InvalidParameter, name"),
            ({"name": ".."}, "400-InvalidParameter, name '..' must have"),
            ({"namespace": "../.."}, "404-NotAuthorizedOrNotFound, namespace '../..' not found"),
            ({"accessType": "Public"}, "accessType must be one of NoPublicAccess"),
            ({"storageTier": "Cold"}, "storageTier must be one of"),
            ({"versioning": "Suspended"}, "versioning must be one of Enabled, Disabled"),
        ],
    )
    def test_what_is_refused(self, oci: Client, more: dict[str, Any], text: str) -> None:
        """At create."""
        refused(oci, BUCKET, bucket(**more), text)

    def test_names_are_unique_in_a_namespace(self, oci: Client) -> None:
        """Another namespace is another place."""
        oci.create(BUCKET, "b", bucket())
        oci.create(BUCKET, "c", bucket(namespace="other", compartmentId=TENANCY))

        refused(oci, BUCKET, bucket(), "409-Conflict, 'data' already exists")

    def test_a_compartment_is_in_one_tenancy_which_has_one_namespace(self, oci: Client) -> None:
        """As far as one program says: another one may be written for another tenancy."""
        namespace = bucket()["namespace"]
        oci.create(BUCKET, "b", bucket())

        refused(
            oci,
            BUCKET,
            bucket(name="more", namespace="other"),
            f"404-NotAuthorizedOrNotFound, namespace 'other' not found: buckets of this compartment are in"
            f" {namespace!r}, and a tenancy has one",
        )
        oci.stack = "prod"
        assert oci.create(BUCKET, "c", bucket(name="more", namespace="other")).id

    def test_a_bucket_with_objects_is_not_deleted(self, oci: Client, folder: Path) -> None:
        """Not even a single one, in a folder of its name."""
        made = oci.create(BUCKET, "b", bucket())
        objects = Objects(oci.provider.store)
        objects.put_bytes(made.id, "results/a.json", b"{}")
        with pytest.raises(Failed) as failed:
            oci.delete(made)
        objects.delete(made.id, "results/a.json")
        oci.delete(made)

        assert str(failed.value).startswith("409-BucketNotEmpty, Bucket named 'data' is not empty.")
        assert "OCI_SANDBOX_EMPTY_BUCKETS=1" in str(failed.value)

    def test_versioning_is_never_disabled_again(self, oci: Client) -> None:
        """Suspended at most; nor is it enabled beside retention rules."""
        made = oci.create(BUCKET, "b", bucket(versioning="Enabled"))
        oci.update(made, bucket(versioning="Suspended"))
        with pytest.raises(Failed) as failed:
            oci.update(made, bucket(versioning="Disabled"))
        rules = [{"displayName": "r", "duration": {"timeAmount": "1", "timeUnit": "DAYS"}}]
        both = bucket(name="other", versioning="Enabled", retentionRules=rules)

        assert "versioning cannot be Disabled once it was Enabled" in str(failed.value)
        refused(oci, BUCKET, both, "400-InvalidParameter, a bucket with versioning Enabled has no retention")

    def test_a_bucket_with_versions_is_not_deleted(
        self, oci: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Though no object is left; where that is asked for, they go with it, and their files."""
        made = oci.create(BUCKET, "b", bucket(versioning="Enabled"))
        objects = Objects(oci.provider.store)
        objects.put_bytes(made.id, "a", b"1")
        objects.delete(made.id, "a")
        with pytest.raises(Failed) as failed:
            oci.delete(made)
        monkeypatch.setenv("OCI_SANDBOX_EMPTY_BUCKETS", "1")
        oci.delete(made)

        assert "Delete all object versions first." in str(failed.value)
        assert not objects.versions.are_there(made.id)
        assert not objects.folder_of(made.id).exists()

    def test_objects_are_deleted_with_their_bucket_where_that_is_asked_for(
        self, oci: Client, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """`make down` asks for it; those of another bucket stay."""
        monkeypatch.setenv("OCI_SANDBOX_EMPTY_BUCKETS", "1")
        made = oci.create(BUCKET, "b", bucket())
        objects = Objects(oci.provider.store)
        for name in ("data", "other"):
            objects.put_bytes(bucket_id("sandboxns", name), "a.json", b"{}")

        oci.delete(made)

        assert [path.name for path in (folder / "objects" / "sandboxns").iterdir()] == ["other"]
        assert [objects.count(bucket_id("sandboxns", name)) for name in ("data", "other")] == [0, 1]
