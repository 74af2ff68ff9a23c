"""REST operations of Key Management: vaults and keys as they are, a key's rotation, and cryptography."""

from __future__ import annotations

from typing import Any

from sandbox.api.asked import compartment_asked, in_path
from sandbox.api.etags import etag_of, expect
from sandbox.api.operation import Operation, RestService, Target
from sandbox.api.paging import page
from sandbox.api.representation import chosen, of_seconds, shown
from sandbox.api.request import ApiRequest
from sandbox.api.response import ApiResponse, as_json
from sandbox.cloud import clock
from sandbox.cloud.store import Record
from sandbox.services.kms import KEY, VAULT, crypto, material

_key = in_path("keyId", KEY)
_vault = in_path("vaultId", VAULT)


def _key_target(request: ApiRequest) -> Target:
    return crypto.target_of(_key(request))


def _vault_target(request: ApiRequest) -> Target:
    outputs = _vault(request).outputs
    variables = {"target.vault.id": request.path["vaultId"]}
    return Target(str(outputs["compartmentId"]), variables, outputs.get("definedTags") or {})


def _show_vault(record: Record) -> dict[str, Any]:
    found = shown(record, "cryptoEndpoint", "displayName", "managementEndpoint", "vaultType", "wrappingkeyId")
    return {**found, "isPrimary": True}


def _show_key(record: Record) -> dict[str, Any]:
    fields = ("currentKeyVersion", "displayName", "keyShape", "protectionMode", "vaultId")
    found = shown(record, *fields)
    if found["lifecycleState"] == "ACTIVE":
        found["lifecycleState"] = "ENABLED"
    return {**found, "isPrimary": True, "isAutoRotationEnabled": False}


def _get_vault(request: ApiRequest) -> ApiResponse:
    record = _vault(request)
    return as_json(_show_vault(record), {"etag": etag_of(record)})


def _list_vaults(request: ApiRequest) -> ApiResponse:
    wanted = {"compartmentId": request.required("compartmentId")}
    found = [item for item in map(_show_vault, request.cloud.list(VAULT)) if chosen(item, wanted)]
    items, headers = page(request, found, lambda item: f"{item['displayName']} {item['id']}")
    return as_json(items, headers)


def _get_key(request: ApiRequest) -> ApiResponse:
    record = _key(request)
    return as_json(_show_key(record), {"etag": etag_of(record)})


def _list_keys(request: ApiRequest) -> ApiResponse:
    wanted = {
        "compartmentId": request.required("compartmentId"),
        "protectionMode": request.argument("protectionMode"),
        "algorithm": request.argument("algorithm"),
    }
    found = []
    for record in request.cloud.list(KEY):
        item = {**_show_key(record), "algorithm": material.algorithm_of(record)}
        if chosen(item, wanted) and _is_managed_at(record, request.host):
            found.append({name: item[name] for name in item if name not in ("keyShape", "currentKeyVersion")})
    items, headers = page(request, found, lambda item: f"{item['displayName']} {item['id']}")
    return as_json(items, headers)


def _is_managed_at(record: Record, host: str) -> bool:
    """Whether a key is one of the vault whose endpoint is asked."""
    return str(record.outputs.get("managementEndpoint", "")).rstrip("/").endswith(f"//{host}")


def _show_version(record: Record, version: str, created: float) -> dict[str, Any]:
    return {
        "id": version,
        "keyId": record.id,
        "compartmentId": record.outputs["compartmentId"],
        "vaultId": record.outputs.get("vaultId"),
        "lifecycleState": "ENABLED",
        "origin": "INTERNAL",
        "timeCreated": of_seconds(created),
    }


def _list_versions(request: ApiRequest) -> ApiResponse:
    record = _key(request)
    found = [_show_version(record, *one) for one in material.versions(request.cloud.store, record)]
    items, headers = page(request, found, lambda item: f"{item['timeCreated']} {item['id']}")
    return as_json(items, headers)


def _create_version(request: ApiRequest) -> ApiResponse:
    """A rotation: from now on the key encrypts with new material."""
    store, version = request.cloud.store, request.cloud.mint("keyversion")
    with store.transaction():
        record = _key(request)
        expect(request, record)
        now = clock.now(store)
        material.rotate(store, record, version, now)
        store.update(record.id, record.inputs, {**record.outputs, "currentKeyVersion": version})
    return as_json(_show_version(record, version, now))


OPERATIONS = (
    *crypto.OPERATIONS,
    Operation("ListVaults", "GET", "/20180608/vaults", _list_vaults, target=compartment_asked),
    Operation("GetVault", "GET", "/20180608/vaults/{vaultId}", _get_vault, target=_vault_target),
    Operation("ListKeys", "GET", "/20180608/keys", _list_keys, target=compartment_asked),
    Operation("GetKey", "GET", "/20180608/keys/{keyId}", _get_key, target=_key_target),
    Operation(
        "ListKeyVersions",
        "GET",
        "/20180608/keys/{keyId}/keyVersions",
        _list_versions,
        target=_key_target,
        permissions=("KEY_READ",),
    ),
    Operation(
        "CreateKeyVersion",
        "POST",
        "/20180608/keys/{keyId}/keyVersions",
        _create_version,
        target=_key_target,
        creates=True,
    ),
)
# Vaults are asked for at the region's host, everything else at the two hosts of a vault.
ENDPOINTS = (RestService("Vault", hosts=("kms", "*.kms"), operations=OPERATIONS),)
