"""REST operations that read what a secret holds (Secret Retrieval API).

A secret whose deletion is scheduled is not there for them, as its users find it in OCI.
"""

from __future__ import annotations

from typing import Any

from sandbox.api.asked import MISSING
from sandbox.api.etags import etag_of
from sandbox.api.operation import Operation, RestService, Target
from sandbox.api.paging import page
from sandbox.api.representation import of_seconds
from sandbox.api.request import ApiRequest
from sandbox.api.response import ApiResponse, as_json
from sandbox.cloud.errors import InvalidParameter, NotFound
from sandbox.cloud.store import Record
from sandbox.services.vault import versions
from sandbox.services.vault.secrets import secret_by_name, secret_in_path, state, target_of

_NEWEST = 2**31


def _readable(record: Record, request: ApiRequest) -> Record:
    if state(record, request.cloud.store) != "ACTIVE":
        raise NotFound(MISSING)
    return record


def _in_path(request: ApiRequest) -> Record:
    return _readable(secret_in_path(request), request)


def _by_name(request: ApiRequest) -> Record:
    found = secret_by_name(request, request.required("vaultId"), request.required("secretName"))
    return _readable(found, request)


def _version_asked(request: ApiRequest, record: Record) -> versions.Version:
    text = request.argument("versionNumber")
    number = request.number("versionNumber", 1, 1, _NEWEST) if text is not None else None
    stage = request.argument("stage") or "CURRENT"
    if stage not in versions.STAGES:
        raise InvalidParameter(f"stage must be one of {', '.join(versions.STAGES)}")
    name = request.argument("secretVersionName")
    found = versions.chosen(versions.versions(request.cloud.store, record), number, name, stage)
    if found is None:
        raise NotFound(MISSING)
    return found


def _summary(record: Record, version: versions.Version) -> dict[str, Any]:
    return {
        "secretId": record.id,
        "timeCreated": of_seconds(version.created),
        "versionNumber": version.number,
        "versionName": version.name,
        "timeOfDeletion": None,
        "timeOfExpiry": None,
        "stages": list(version.stages),
    }


def _bundle(request: ApiRequest, record: Record) -> ApiResponse:
    version = _version_asked(request, record)
    content = {"contentType": "BASE64", "content": version.content}
    metadata = record.outputs.get("metadata") or {}
    shown = {**_summary(record, version), "secretBundleContent": content, "metadata": metadata}
    return as_json(shown, {"etag": etag_of(record)})


def _get(request: ApiRequest) -> ApiResponse:
    return _bundle(request, _in_path(request))


def _get_by_name(request: ApiRequest) -> ApiResponse:
    return _bundle(request, _by_name(request))


def _list(request: ApiRequest) -> ApiResponse:
    record = _in_path(request)
    found = versions.versions(request.cloud.store, record)
    if request.argument("sortOrder") != "ASC":  # the newest first, as the API does
        ordered = [(_NEWEST - one.number, one) for one in found]
    else:
        ordered = [(one.number, one) for one in found]
    shown, headers = page(request, ordered, lambda item: f"{item[0]:010}")
    return as_json([_summary(record, one) for _, one in shown], headers)


def _of_path(request: ApiRequest) -> Target:
    return target_of(_in_path(request))


def _of_name(request: ApiRequest) -> Target:
    return target_of(_by_name(request))


SERVICE = RestService(
    "Vault",
    hosts=("secrets.vaults",),
    versions=("20190301",),
    operations=(
        Operation("GetSecretBundle", "GET", "/secretbundles/{secretId}", _get, target=_of_path),
        Operation(
            "GetSecretBundleByName",
            "POST",
            "/secretbundles/actions/getByName",
            _get_by_name,
            target=_of_name,
        ),
        Operation(
            "ListSecretBundleVersions", "GET", "/secretbundles/{secretId}/versions", _list, target=_of_path
        ),
    ),
)
