"""Data sources of Object Storage."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.services.objectstorage import BUCKET
from sandbox.services.objectstorage.objects import Objects
from tests.sandbox.conftest import COMPARTMENT, Client, Failed


def bucket(**more: Any) -> dict[str, Any]:
    return {"compartmentId": COMPARTMENT, "namespace": "sandboxns", "name": "data", **more}


class TestObjectStorage:
    def test_data_sources_answer_from_the_store(self, oci: Client) -> None:
        """The namespace is the sandbox's; a bucket that isn't there is not found."""
        made = oci.create(BUCKET, "b", bucket(objectEventsEnabled=True))
        token = "oci:ObjectStorage/getBucket:getBucket"

        assert oci.invoke("oci:ObjectStorage/getNamespace:getNamespace")["namespace"] == "sandboxns"
        assert oci.invoke(token, name="data", namespace="sandboxns")["bucketId"] == made.outputs["bucketId"]
        with pytest.raises(Failed, match="404-NotAuthorizedOrNotFound"):
            oci.invoke(token, name="none", namespace="sandboxns")

    def test_objects_that_go_with_their_bucket_do_not_count(
        self, oci: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A program that asks whether a bucket is empty, before it lets go of it, is not in the way then."""
        made = oci.create(BUCKET, "b", bucket())
        Objects(oci.provider.store).put_bytes(made.id, "a.json", b"{}")

        def count() -> object:
            found = oci.invoke("oci:ObjectStorage/getBucket:getBucket", name="data", namespace="sandboxns")
            return found["approximateCount"]

        before = count()
        monkeypatch.setenv("OCI_SANDBOX_EMPTY_BUCKETS", "1")

        assert (before, count()) == ("1", "0")
