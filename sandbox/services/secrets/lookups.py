"""Data sources of Secret Retrieval: what a secret holds, by version, name or stage."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sandbox.cloud.call import Cloud
from sandbox.cloud.errors import NotFound
from sandbox.cloud.listing import Lookup, filtered
from sandbox.cloud.store import Record
from sandbox.services.vault import SECRET, versions


def bundle(cloud: Cloud, args: dict[str, Any]) -> dict[str, Any]:
    """The content of a secret of the store; of one outside of it nobody knows the content."""
    secret = _secret(cloud, args)
    number = int(args["versionNumber"]) if args.get("versionNumber") else None
    stage = str(args.get("stage") or "CURRENT")
    found = versions.chosen(
        versions.versions(cloud.store, secret), number, args.get("secretVersionName"), stage
    )
    if found is None:
        raise NotFound(f"secret {secret.id} has no such version")
    return {
        **args,
        **_shown(secret, found),
        "id": secret.id,
        "metadata": secret.outputs.get("metadata") or {},
        "secretBundleContents": [{"contentType": "BASE64", "content": found.content}],
    }


def bundle_versions(cloud: Cloud, args: dict[str, Any]) -> dict[str, Any]:
    """The versions of a secret, newest first, without their contents."""
    secret = _secret(cloud, args)
    found = [_shown(secret, each) for each in reversed(versions.versions(cloud.store, secret))]
    return {**args, "id": secret.id, "secretBundleVersions": filtered(found, args)}


def _secret(cloud: Cloud, args: dict[str, Any]) -> Record:
    id = str(args.get("secretId"))
    secret = cloud.existing(id, SECRET, "secret")
    if secret is None:
        raise NotFound(f"secret {id} not found in the sandbox")
    return secret


def _shown(secret: Record, version: versions.Version) -> dict[str, Any]:
    created = datetime.fromtimestamp(version.created, UTC)
    return {
        "secretId": secret.id,
        "stages": list(version.stages),
        "timeCreated": f"{created:%Y-%m-%d %H:%M:%S.%f}"[:-3] + " +0000 UTC",
        "versionName": version.name or "",
        "versionNumber": str(version.number),
    }


LOOKUPS: dict[str, Lookup] = {
    "oci:Secrets/getSecretbundle:getSecretbundle": bundle,
    "oci:Secrets/getSecretbundleVersions:getSecretbundleVersions": bundle_versions,
}
