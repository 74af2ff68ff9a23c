"""REST operations of Functions: what there is, and invoking it. Nothing is created through this door."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.api.etags import etag_of
from sandbox.api.operation import Operation, RestService, Target
from sandbox.api.paging import page
from sandbox.api.representation import chosen, shown
from sandbox.api.request import ApiRequest
from sandbox.api.response import ApiResponse, as_json
from sandbox.cloud.errors import InvalidParameter, NotFound, coded
from sandbox.cloud.store import Record
from sandbox.services.functions import APPLICATION, FUNCTION

_MISSING = "Authorization failed or requested resource not found."
_LARGEST = 6 * 1024 * 1024
_APPLICATION = ("displayName", "shape", "config", "subnetIds", "networkSecurityGroupIds", "syslogUrl")
_FUNCTION = (
    "displayName",
    "applicationId",
    "compartmentId",
    "shape",
    "config",
    "timeoutInSeconds",
    "detachedModeTimeoutInSeconds",
    "successDestination",
    "failureDestination",
    "provisionedConcurrencyConfig",
    "traceConfig",
    "invokeEndpoint",
    "timeUpdated",
)
_FILTERS = ("displayName", "id", "lifecycleState")


def _record(request: ApiRequest, id: str, type: str) -> Record:
    record = request.cloud.store.get(id)
    if record is None or record.type != type or not request.cloud.sees(record):
        raise NotFound(_MISSING)
    return record


def _compartment(request: ApiRequest, function: Record) -> str:
    """A function lies where its application does."""
    application = request.cloud.store.get(str(function.outputs.get("applicationId")))
    holder = application if application is not None else function
    return str(holder.outputs.get("compartmentId") or request.cloud.tenancy)


def _compartment_asked(request: ApiRequest) -> Target:
    return Target(request.required("compartmentId"))


def _application(request: ApiRequest) -> Target:
    record = _record(request, request.path["applicationId"], APPLICATION)
    return _application_target(record)


def _application_asked(request: ApiRequest) -> Target:
    return _application_target(_record(request, request.required("applicationId"), APPLICATION))


def _application_target(record: Record) -> Target:
    outputs = record.outputs
    variables = {"target.app.id": record.id}
    return Target(str(outputs.get("compartmentId")), variables, outputs.get("definedTags") or {})


def _function(request: ApiRequest) -> Target:
    record = _record(request, request.path["functionId"], FUNCTION)
    variables = {
        "target.function.id": record.id,
        "target.app.id": str(record.outputs.get("applicationId")),
    }
    return Target(_compartment(request, record), variables, record.outputs.get("definedTags") or {})


def _show_application(record: Record) -> dict[str, Any]:
    return shown(record, *_APPLICATION)


def _show_function(record: Record) -> dict[str, Any]:
    """Both API versions' fields at once: clients leave out what they do not know."""
    found = shown(record, *_FUNCTION)
    source = record.outputs.get("sourceDetails") or {}
    memory = {"memoryInMBs": int(record.outputs.get("memoryInMbs") or 128)}
    if str(source.get("sourceType", "CONTAINER_IMAGE")).upper() != "CONTAINER_IMAGE":
        return {**found, **memory, "sourceDetails": _without_content(source)}
    image = source.get("image") or record.outputs.get("image")
    digest = source.get("imageDigest") or record.outputs.get("imageDigest")
    return {
        **found,
        **memory,
        "image": image,
        "imageDigest": digest,
        "sourceDetails": {"sourceType": "CONTAINER_IMAGE", **source, "image": image, "imageDigest": digest},
    }


def _without_content(source: Mapping[str, Any]) -> dict[str, Any]:
    """A source that is no image; the service does not give an archive's bytes back."""
    where = source.get("archiveSourceDetails") or {}
    shown_where = {name: value for name, value in where.items() if name != "archiveFile"}
    return {**source, **({"archiveSourceDetails": shown_where} if where else {})}


def _list_applications(request: ApiRequest) -> ApiResponse:
    wanted = {name: request.argument(name) for name in _FILTERS}
    compartment = request.required("compartmentId")
    found = [
        item
        for item in map(_show_application, request.cloud.list(APPLICATION))
        if item["compartmentId"] == compartment and chosen(item, wanted)
    ]
    items, headers = page(request, found, lambda item: f"{item['displayName']} {item['id']}", most=50)
    return as_json(items, headers)


def _get_application(request: ApiRequest) -> ApiResponse:
    record = _record(request, request.path["applicationId"], APPLICATION)
    return as_json(_show_application(record), {"etag": etag_of(record)})


def _list_functions(request: ApiRequest) -> ApiResponse:
    wanted = {name: request.argument(name) for name in (*_FILTERS, "applicationId")}
    found = [item for item in map(_show_function, request.cloud.list(FUNCTION)) if chosen(item, wanted)]
    items, headers = page(request, found, lambda item: f"{item['displayName']} {item['id']}", most=50)
    return as_json(items, headers)


def _get_function(request: ApiRequest) -> ApiResponse:
    record = _record(request, request.path["functionId"], FUNCTION)
    return as_json(_show_function(record), {"etag": etag_of(record)})


def _invoke(request: ApiRequest) -> ApiResponse:
    kind = request.headers.get("fn-invoke-type", "sync").lower()
    if kind not in ("sync", "detached"):
        raise InvalidParameter(f"fn-invoke-type must be sync or detached, not {kind[:40]!r}")
    if request.headers.get("is-dry-run", "false").lower() == "true":
        return ApiResponse(200)  # the right is decided, nothing runs
    function = request.path["functionId"]
    body = request.body.read()
    if kind == "detached":
        request.platform.invoke_detached(function, body, request.headers)
        return ApiResponse(202)
    answer = request.platform.invoke(function, body, request.headers)
    if answer.code:
        raise coded(answer.status, answer.code, answer.message)
    return ApiResponse(answer.status, answer.headers, answer.content)


def _too_large(request: ApiRequest) -> ApiResponse:
    if request.body.size > _LARGEST:
        raise coded(413, "FunctionInvokeRequestContentTooLarge", "Request content too large")
    return _invoke(request)


OPERATIONS = (
    Operation("ListApplications", "GET", "/applications", _list_applications, target=_compartment_asked),
    Operation(
        "GetApplication", "GET", "/applications/{applicationId}", _get_application, target=_application
    ),
    Operation("ListFunctions", "GET", "/functions", _list_functions, target=_application_asked),
    Operation("GetFunction", "GET", "/functions/{functionId}", _get_function, target=_function),
    Operation(
        "InvokeFunction",
        "POST",
        "/functions/{functionId}/actions/invoke",
        _too_large,
        target=_function,
        waits=True,
        largest=2 * _LARGEST,
    ),
)
ENDPOINTS = (
    RestService(
        "Functions",
        # A function's invoke endpoint has a host of its own.
        hosts=("functions", "*.functions"),
        versions=("20181201", "20260325"),
        operations=OPERATIONS,
    ),
)
