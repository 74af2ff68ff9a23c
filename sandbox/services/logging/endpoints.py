"""REST operations of Logging: pushing entries, searching them, and log groups and logs as they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.api.asked import MISSING, compartment_asked, in_path, named
from sandbox.api.etags import etag_of
from sandbox.api.operation import Ask, Operation, RestService, Target
from sandbox.api.paging import page, token, value_of
from sandbox.api.representation import chosen, rfc3339, seconds_since_1970, shown
from sandbox.api.request import ApiRequest
from sandbox.api.response import ApiResponse, as_json
from sandbox.cloud import clock
from sandbox.cloud.errors import InvalidParameter, MissingParameter, NotEmulated, NotFound, coded
from sandbox.cloud.store import Record
from sandbox.services.logging import LOG, LOG_GROUP, entries, search

_group = in_path("logGroupId", LOG_GROUP)


def _group_target(group: Record) -> Target:
    outputs = group.outputs
    return Target(
        str(outputs["compartmentId"]), {"target.loggroup.id": group.id}, outputs.get("definedTags") or {}
    )


def _of_group(request: ApiRequest) -> Target:
    return _group_target(_group(request))


# Pushing


def _pushed_to(request: ApiRequest) -> Record:
    id = request.path["logId"]
    record = request.cloud.store.get(id)
    if record is None or record.type != LOG or not request.cloud.sees(record):
        raise coded(404, "404", f"{id} logId not found")
    return record


def _push_target(request: ApiRequest) -> Target:
    log = _pushed_to(request)
    group = str(log.outputs["logGroupId"])
    compartment = str(log.outputs.get("compartmentId") or request.cloud.tenancy)
    return Target(compartment, {"target.loggroup.id": group}, log.outputs.get("definedTags") or {})


def _put(request: ApiRequest) -> ApiResponse:
    log, details = _pushed_to(request), request.json()
    if log.outputs.get("logType") == "SERVICE":
        raise InvalidParameter("entries are pushed to custom logs only")
    if log.outputs.get("isEnabled") is False:
        raise coded(409, "IncorrectState", "the log is not enabled")
    if details.get("specversion") != "1.0":
        raise InvalidParameter("specversion must be 1.0")
    batches = details.get("logEntryBatches")
    if not isinstance(batches, list) or not batches:
        raise MissingParameter("logEntryBatches is required")
    found = [entry for batch in batches for entry in _entries(batch)]
    entries.record(request.cloud.store, log, found, clock.now(request.cloud.store))
    return ApiResponse()


def _entries(batch: Any) -> list[entries.NewEntry]:
    if not isinstance(batch, Mapping) or not isinstance(batch.get("entries"), list):
        raise MissingParameter("logEntryBatches.entries is required")
    usual = seconds_since_1970(batch.get("defaultlogentrytime"))
    if usual is None:
        raise MissingParameter("logEntryBatches.defaultlogentrytime must be a time in the form of RFC 3339")
    found = []
    for one in batch["entries"]:
        if not isinstance(one, Mapping):
            raise InvalidParameter("logEntryBatches.entries must hold objects")
        time = usual if one.get("time") is None else seconds_since_1970(one["time"])
        if time is None:
            raise InvalidParameter("logEntryBatches.entries.time must be a time in the form of RFC 3339")
        found.append(
            entries.NewEntry(
                data=_string(one, "data"),
                id=_string(one, "id"),
                time=time,
                source=_string(batch, "source"),
                type=_string(batch, "type"),
                subject=str(batch.get("subject") or ""),
            )
        )
    return found


def _string(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name)
    if not isinstance(value, str):
        raise MissingParameter(f"logEntryBatches: {name} is required")
    return value


# Searching


def _asked(request: ApiRequest) -> search.Search:
    text = request.json().get("searchQuery")
    if not isinstance(text, str):
        raise MissingParameter("searchQuery is required")
    try:
        return search.read(text)
    except search.SearchError as error:
        raise InvalidParameter(f"searchQuery: {error}") from None


def _search_asks(request: ApiRequest) -> list[Ask]:
    """A right to each scope: a compartment, or one log group of it."""
    found = []
    for compartment, *rest in _asked(request).streams:
        target = Target(compartment)
        if rest:
            target = _group_target(_group_named(request, compartment, rest[0]))
        found.append(Ask([("LOG_CONTENT_READ",)], target))
    return found


def _group_named(request: ApiRequest, compartment: str, name: str) -> Record:
    """A log group by OCID or name."""
    for record in request.cloud.list(LOG_GROUP):
        in_compartment = record.outputs.get("compartmentId") == compartment
        if in_compartment and name in (record.id, record.outputs.get("displayName")):
            return record
    raise NotFound(MISSING)


def _logs_of(request: ApiRequest, stream: tuple[str, ...]) -> set[str]:
    """The logs of a scope: of the compartment itself, not of those below it."""
    compartment, group, name = (*stream, "", "")[:3]
    wanted = {"compartmentId": compartment}
    if group:
        wanted = {"logGroupId": _group_named(request, compartment, group).id}
    found = {
        record.id
        for record in request.cloud.list(LOG)
        if chosen(record.outputs, wanted)
        and (not name or name in (record.id, record.outputs.get("displayName")))
    }
    if name and not found:
        raise NotFound(MISSING)
    return found


def _search(request: ApiRequest) -> ApiResponse:
    details, asked = request.json(), _asked(request)
    start, end = (_time(details, name) for name in ("timeStart", "timeEnd"))
    if start >= end:
        raise InvalidParameter("timeStart must be before timeEnd")
    logs = set[str]().union(*(_logs_of(request, stream) for stream in asked.streams))
    found = [
        entry
        for entry in map(_shown_entry, entries.between(request.cloud.store, logs, start, end))
        if asked.condition(entry)
    ]
    found.sort(key=asked.order, reverse=asked.descending)
    limit, begin = request.number("limit", 500, 1, 1000), _offset(request)
    shown = found[begin : begin + limit]
    headers = {"opc-next-page": token(begin + limit)} if begin + limit < len(found) else {}
    summary = {"resultCount": len(shown), "fieldCount": 0}
    return as_json({"results": [{"data": one} for one in shown], "fields": [], "summary": summary}, headers)


def _shown_entry(entry: entries.Entry) -> dict[str, Any]:
    return {"datetime": int(entry.time * 1000), "logContent": entry.content}


def _offset(request: ApiRequest) -> int:
    text = request.argument("page")
    found = value_of(text) if text else 0
    if type(found) is not int or found < 0:
        raise InvalidParameter("page is not a token of a page")
    return found


def _time(details: Mapping[str, Any], name: str) -> float:
    found = seconds_since_1970(details.get(name))
    if found is None:
        raise MissingParameter(f"{name} must be a time in the form of RFC 3339")
    return found


# Log groups and logs


def _show_group(record: Record) -> dict[str, Any]:
    return _with_time(record, shown(record, "description", "displayName"))


def _show_log(record: Record) -> dict[str, Any]:
    fields = ("configuration", "displayName", "isEnabled", "logGroupId", "logType", "retentionDuration")
    return _with_time(record, shown(record, *fields, "tenancyId"))


def _with_time(record: Record, found: dict[str, Any]) -> dict[str, Any]:
    changed = rfc3339(record.outputs.get("timeLastModified"))
    return {**found, "timeLastModified": changed or found["timeCreated"]}


def _get_group(request: ApiRequest) -> ApiResponse:
    record = _group(request)
    return as_json(_show_group(record), {"etag": etag_of(record)})


def _list_groups(request: ApiRequest) -> ApiResponse:
    if request.flag("isCompartmentIdInSubtree"):
        raise NotEmulated("the sandbox lists the log groups of one compartment at a time")
    wanted: dict[str, str | None] = {"compartmentId": request.required("compartmentId")}
    wanted["displayName"] = request.argument("displayName")
    found = [item for item in map(_show_group, request.cloud.list(LOG_GROUP)) if chosen(item, wanted)]
    items, headers = page(request, found, lambda item: f"{item['displayName']} {item['id']}")
    return as_json(items, headers)


def _get_log(request: ApiRequest) -> ApiResponse:
    record = named(request, request.path["logId"], LOG)
    if record.outputs.get("logGroupId") != request.path["logGroupId"]:
        raise NotFound(MISSING)
    return as_json(_show_log(record), {"etag": etag_of(record)})


def _list_logs(request: ApiRequest) -> ApiResponse:
    wanted = {name: request.argument(name) for name in ("displayName", "lifecycleState", "logType")}
    wanted["logGroupId"] = _group(request).id
    sources = {"service": request.argument("sourceService"), "resource": request.argument("sourceResource")}
    found = []
    for item in map(_show_log, request.cloud.list(LOG)):
        source = (item["configuration"] or {}).get("source") or {}
        if chosen(item, wanted) and chosen(source, sources):
            found.append(item)
    items, headers = page(request, found, lambda item: f"{item['displayName']} {item['id']}")
    return as_json(items, headers)


MANAGEMENT = (
    Operation("SearchLogs", "POST", "/search", _search, asks=_search_asks),
    Operation("ListLogGroups", "GET", "/logGroups", _list_groups, target=compartment_asked),
    Operation("GetLogGroup", "GET", "/logGroups/{logGroupId}", _get_group, target=_of_group),
    Operation("ListLogs", "GET", "/logGroups/{logGroupId}/logs", _list_logs, target=_of_group),
    Operation("GetLog", "GET", "/logGroups/{logGroupId}/logs/{logId}", _get_log, target=_of_group),
)
INGESTION = (Operation("PutLogs", "POST", "/logs/{logId}/actions/push", _put, target=_push_target),)
ENDPOINTS = (
    RestService("Logging", hosts=("logging",), versions=("20200531", "20190909"), operations=MANAGEMENT),
    RestService("Logging", hosts=("ingestion.logging",), versions=("20200831",), operations=INGESTION),
)
