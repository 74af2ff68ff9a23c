"""What the registry does with a pushed image, whoever pushes it."""

from __future__ import annotations

from typing import Any

from sandbox.cloud import identities, image_reference, regions
from sandbox.cloud.errors import Conflict
from sandbox.cloud.image_reference import Reference
from sandbox.cloud.store import Record, Store
from sandbox.services.artifacts import REPOSITORY


def receive(store: Store, tag: str, digest: str) -> str | None:
    """Take a push of a tag; a warning where it did something nobody asked for.

    As in OCI, a push to a repository that doesn't exist creates it in the tenancy's root compartment.
    Conflict if the repository is immutable and the tag stands for another image.
    """
    reference = image_reference.read(tag)
    if reference is None or not reference.is_ocir:
        return None
    found = repository(store, reference)
    if found is None:
        _create(store, reference)
        return (
            f"the repository {reference.repository!r} did not exist: the push created it in the root"
            " compartment. Create it first and let the image depend on it."
        )
    former = store.tagged(tag)
    if found.outputs.get("isImmutable") and former is not None and former.digest != digest:
        raise Conflict(f"tag {tag} cannot be overwritten: the repository is immutable")
    if former is None or former.digest != digest:
        outputs: dict[str, Any] = {
            **found.outputs,
            "imageCount": int(found.outputs.get("imageCount") or 0) + 1,
        }
        store.update(found.id, found.inputs, outputs)
    return None


def repository(store: Store, reference: Reference) -> Record | None:
    """The repository of an image in the registry of its region, or None."""
    for found in store.list(REPOSITORY):
        if found.outputs.get("displayName") == reference.repository and found.region in (
            "",
            reference.region,
        ):
            return found
    return None


def _create(store: Store, reference: Reference) -> None:
    tenancy = store.setting("tenancy") or f"ocid1.tenancy.oc1..aaaaaaaa{store.mark}{'a' * 44}"
    inputs = {"compartmentId": tenancy, "displayName": reference.repository}
    outputs = {**inputs, "namespace": reference.namespace, "imageCount": 1, "state": "AVAILABLE"}
    region = reference.region or regions.DEFAULT
    id = identities.mint("containerrepo", region, store.mark)
    store.create(REPOSITORY, "", inputs, outputs, id, region=reference.region)
