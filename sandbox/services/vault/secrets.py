"""REST operations on secrets, without what they hold (Secret Management API)."""

from __future__ import annotations

from typing import Any

from sandbox.api.asked import MISSING, compartment_asked, in_path, named, text
from sandbox.api.etags import etag_of, expect
from sandbox.api.operation import Ask, Operation, RestService, Target
from sandbox.api.paging import page
from sandbox.api.representation import (
    chosen,
    in_provider_form,
    of_seconds,
    rfc3339,
    seconds_since_1970,
    shown,
)
from sandbox.api.request import ApiRequest
from sandbox.api.response import ApiResponse, as_json, nothing
from sandbox.api.tags import given
from sandbox.cloud import clock
from sandbox.cloud.errors import InvalidParameter, MissingParameter, NotEmulated, NotFound, coded
from sandbox.cloud.store import Record, Store
from sandbox.services.kms import KEY, VAULT
from sandbox.services.resources import create, update
from sandbox.services.vault import SECRET, rotation, versions

_DAY = 24 * 3600
_NOT_IMITATED = ("secretGenerationContext", "enableAutoGeneration", "replicationConfig")

secret_in_path = in_path("secretId", SECRET)


def secret_by_name(request: ApiRequest, vault_id: str, name: str) -> Record:
    """The secret of this name in a vault. Raises `NotFound`."""
    for record in request.cloud.list(SECRET):
        if (record.outputs.get("vaultId"), record.outputs.get("secretName")) == (vault_id, name):
            return record
    raise NotFound(MISSING)


def target_of(record: Record) -> Target:
    """What IAM is asked about a secret."""
    outputs = record.outputs
    variables = {
        "target.secret.id": record.id,
        "target.secret.name": str(outputs["secretName"]),
        "target.vault.id": str(outputs["vaultId"]),
    }
    return Target(str(outputs["compartmentId"]), variables, outputs.get("definedTags") or {})


def state(record: Record, store: Store) -> str:
    """ACTIVE, PENDING_DELETION, or DELETED once that time has come."""
    found = str(record.outputs.get("state") or "ACTIVE")
    until = record.outputs.get("timeOfDeletion")
    if found == "PENDING_DELETION" and until and _time(str(rfc3339(until))) <= clock.now(store):
        return "DELETED"
    return found


def _target(request: ApiRequest) -> Target:
    return target_of(secret_in_path(request))


def _show(record: Record, store: Store) -> dict[str, Any]:
    found = shown(
        record,
        *("description", "keyId", "metadata", "rotationConfig", "secretName", "secretRules", "vaultId"),
        *("timeOfDeletion", "lifecycleDetails"),
    )
    pending = record.outputs.get("state") == "PENDING_DELETION"
    return {
        **found,
        "lifecycleState": state(record, store),
        "timeOfDeletion": found["timeOfDeletion"] if pending else None,
        "currentVersionNumber": int(record.outputs.get("currentVersionNumber") or 1),
        **_rotation(record, store),
        "isAutoGenerationEnabled": False,
        "isReplica": False,
    }


def _rotation(record: Record, store: Store) -> dict[str, str | None]:
    last, following = rotation.times(store, record.id)
    is_scheduled = rotation.is_scheduled(record.outputs.get("rotationConfig"))
    status = "SCHEDULED" if is_scheduled else "NOT_ENABLED"
    return {
        "rotationStatus": "IN_PROGRESS" if rotation.is_under_way(store, record.id) else status,
        "lastRotationTime": of_seconds(last) if last is not None else None,
        "nextRotationTime": of_seconds(following) if following is not None else None,
    }


def _answer(record: Record, request: ApiRequest) -> ApiResponse:
    return as_json(_show(record, request.cloud.store), {"etag": etag_of(record)})


def _get(request: ApiRequest) -> ApiResponse:
    return _answer(secret_in_path(request), request)


def _list(request: ApiRequest) -> ApiResponse:
    wanted = {name: request.argument(name) for name in ("vaultId", "lifecycleState")}
    wanted |= {"compartmentId": request.required("compartmentId"), "secretName": request.argument("name")}
    store = request.cloud.store
    found = [
        item for item in (_show(one, store) for one in request.cloud.list(SECRET)) if chosen(item, wanted)
    ]
    items, headers = page(request, found, lambda item: f"{item['secretName']} {item['id']}")
    for item in items:
        for name in ("currentVersionNumber", "metadata", "secretRules"):
            del item[name]
    return as_json(items, headers)


# Creating and changing


def _create_asks(request: ApiRequest) -> list[Ask]:
    """The secret is made in its compartment, in a vault, under a key: each is somebody's to give."""
    details = request.json()
    vault, key = named(request, text(details, "vaultId"), VAULT), named(request, text(details, "keyId"), KEY)
    of_vault, of_key = {"target.vault.id": vault.id}, {"target.vault.id": vault.id, "target.key.id": key.id}
    return [
        Ask([("SECRET_CREATE",)], Target(text(details, "compartmentId"), of_vault)),
        Ask([("VAULT_CREATE_SECRET",)], _lies(vault, of_vault)),
        Ask([("KEY_ENCRYPT", "KEY_DECRYPT")], _lies(key, of_key)),
    ]


def _lies(record: Record, variables: dict[str, str]) -> Target:
    return Target(str(record.outputs["compartmentId"]), variables, record.outputs.get("definedTags") or {})


def _create(request: ApiRequest) -> ApiResponse:
    details = request.json()
    _refuse_what_is_not_imitated(details)
    if details.get("secretContent") is None:
        raise MissingParameter("secretContent is required")
    inputs = {
        **{name: text(details, name) for name in ("compartmentId", "keyId", "secretName", "vaultId")},
        **{
            name: details[name]
            for name in ("description", "metadata", "rotationConfig", "secretContent", "secretRules")
            if details.get(name) is not None
        },
        **given(details),
    }
    more = {
        "state": "ACTIVE",
        "timeCreated": in_provider_form(clock.now(request.cloud.store)),
        "freeformTags": {},
        "definedTags": {},
    }
    return _answer(create(request.cloud, SECRET, inputs, {**more, **inputs}), request)


def _refuse_what_is_not_imitated(details: dict[str, Any]) -> None:
    for name in _NOT_IMITATED:
        if details.get(name):
            raise NotEmulated(f"the sandbox does not imitate {name} of secrets")


def _update(request: ApiRequest) -> ApiResponse:
    """One new content, or another current version, or other properties: a secret that was changed twice at
    once has two versions more."""
    details, store = request.json(), request.cloud.store
    _refuse_what_is_not_imitated(details)
    content, number = details.get("secretContent"), details.get("currentVersionNumber")
    if content is not None and number is not None:
        raise InvalidParameter("secretContent and currentVersionNumber cannot be given at the same time")
    if number is not None and type(number) is not int:
        raise InvalidParameter("currentVersionNumber must be a number")
    with store.transaction():
        record = _active(request)
        expect(request, record)
        changes = given(details)
        for name in ("description", "metadata", "rotationConfig", "secretRules"):
            if details.get(name) is not None:
                changes[name] = details[name]
        if changes:
            record = update(request.cloud, record, changes)
        if content is not None:
            versions.add(store, record, content)
        if number is not None:
            versions.promote(store, record, number)
        record = _with(store, record, currentVersionNumber=str(versions.current(store, record)))
    return _answer(record, request)


def _rotate(request: ApiRequest) -> ApiResponse:
    """Begin a rotation; one at a time."""
    store = request.cloud.store
    with store.transaction():
        record = _active(request)
        expect(request, record)
        if rotation.is_under_way(store, record.id):
            raise coded(409, "IncorrectState", "the secret is being rotated")
        rotation.begin(store, record, clock.now(store))
    return nothing({"etag": etag_of(record)}, 202)


def _active(request: ApiRequest) -> Record:
    record = secret_in_path(request)
    found = state(record, request.cloud.store)
    if found != "ACTIVE":
        raise coded(409, "IncorrectState", f"the secret is {found}")
    return record


def _with(store: Store, record: Record, **outputs: Any) -> Record:
    """The secret with outputs of the service's own, which are no inputs of the provider's."""
    store.update(record.id, record.inputs, {**record.outputs, **outputs})
    return store.get(record.id) or record


def _schedule_deletion(request: ApiRequest) -> ApiResponse:
    store = request.cloud.store
    now = clock.now(store)
    asked = request.json().get("timeOfDeletion") if request.body.size else None
    until = _time(asked) if asked is not None else now + 30 * _DAY
    if not now + _DAY - 60 <= until <= now + 30 * _DAY + 60:
        raise InvalidParameter("timeOfDeletion must be 1 to 30 days from now")
    with store.transaction():
        record = _active(request)
        expect(request, record)
        record = _with(store, record, state="PENDING_DELETION", timeOfDeletion=in_provider_form(until))
    return nothing({"etag": etag_of(record)}, 200)


def _cancel_deletion(request: ApiRequest) -> ApiResponse:
    store = request.cloud.store
    with store.transaction():
        record = secret_in_path(request)
        expect(request, record)
        found = state(record, store)
        if found != "PENDING_DELETION":
            raise coded(409, "IncorrectState", f"the secret is {found}")
        record = _with(store, record, state="ACTIVE")
    return nothing({"etag": etag_of(record)}, 200)


def _time(text: Any) -> float:
    found = seconds_since_1970(text)
    if found is None:
        raise InvalidParameter("timeOfDeletion must be a time in the form of RFC 3339")
    return found


# Versions


def _show_version(record: Record, version: versions.Version) -> dict[str, Any]:
    return {
        "secretId": record.id,
        "versionNumber": version.number,
        "name": version.name,
        "contentType": "BASE64",
        "stages": list(version.stages),
        "timeCreated": of_seconds(version.created),
        "timeOfDeletion": None,
        "isContentAutoGenerated": False,
    }


def _list_versions(request: ApiRequest) -> ApiResponse:
    record = secret_in_path(request)
    found = versions.versions(request.cloud.store, record)
    items, headers = page(request, found, lambda one: f"{2**31 - one.number:010}")
    return as_json([_show_version(record, one) for one in items], headers)


def _get_version(request: ApiRequest) -> ApiResponse:
    record, number = secret_in_path(request), request.path["secretVersionNumber"]
    found = versions.versions(request.cloud.store, record)
    version = next((one for one in found if str(one.number) == number), None)
    if version is None:
        raise NotFound(MISSING)
    return as_json(_show_version(record, version), {"etag": etag_of(record)})


SERVICE = RestService(
    "Vault",
    hosts=("vaults",),
    versions=("20180608",),
    operations=(
        Operation("CreateSecret", "POST", "/secrets", _create, asks=_create_asks, creates=True),
        Operation("ListSecrets", "GET", "/secrets", _list, target=compartment_asked),
        Operation("GetSecret", "GET", "/secrets/{secretId}", _get, target=_target),
        Operation("UpdateSecret", "PUT", "/secrets/{secretId}", _update, target=_target),
        Operation("RotateSecret", "POST", "/secrets/{secretId}/actions/rotate", _rotate, target=_target),
        Operation(
            "ScheduleSecretDeletion",
            "POST",
            "/secrets/{secretId}/actions/scheduleDeletion",
            _schedule_deletion,
            target=_target,
        ),
        Operation(
            "CancelSecretDeletion",
            "POST",
            "/secrets/{secretId}/actions/cancelDeletion",
            _cancel_deletion,
            target=_target,
            permissions=("SECRET_DELETE",),
        ),
        Operation(
            "ListSecretVersions", "GET", "/secrets/{secretId}/versions", _list_versions, target=_target
        ),
        Operation(
            "GetSecretVersion",
            "GET",
            "/secrets/{secretId}/version/{secretVersionNumber}",
            _get_version,
            target=_target,
        ),
    ),
)
