"""REST operations of Queue: queues, which are written by work requests, and their messages."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.api import work_requests
from sandbox.api.asked import compartment_in_body, in_path, named, text
from sandbox.api.etags import etag_of, expect
from sandbox.api.operation import Operation, RestService, Target
from sandbox.api.paging import page, sorted_page
from sandbox.api.representation import chosen, in_provider_form, of_seconds, shown
from sandbox.api.request import ApiRequest
from sandbox.api.response import ApiResponse, as_json, nothing
from sandbox.api.tags import given
from sandbox.cloud import clock
from sandbox.cloud.errors import InvalidParameter, MissingParameter, NotEmulated, ServiceError
from sandbox.cloud.store import Record
from sandbox.services.queue import QUEUE
from sandbox.services.queue.messages import (
    LONGEST_VISIBILITY,
    MOST,
    PURGED,
    Messages,
    Queue,
    QueuedMessage,
    Stats,
)
from sandbox.services.resources import create, delete, update

_NUMBERS = (
    "visibilityInSeconds",
    "timeoutInSeconds",
    "channelConsumptionLimit",
    "deadLetterQueueDeliveryCount",
)
_SETTINGS = ("displayName", *_NUMBERS, "customEncryptionKeyId", "capabilities")
_ORDERS = {name: name for name in ("timeCreated", "displayName")}
_WORK = "queueworkrequest"
_POLL_SECONDS = 0.1

_record = in_path("queueId", QUEUE)


def _queue_target(request: ApiRequest) -> Target:
    record = _record(request)
    outputs = record.outputs
    variables = {"target.queue.id": record.id}
    return Target(str(outputs.get("compartmentId")), variables, outputs.get("definedTags") or {})


def _list_target(request: ApiRequest) -> Target:
    """A list is of a compartment, or of one queue."""
    id = request.argument("id")
    if id is None or request.argument("compartmentId"):
        return Target(request.required("compartmentId"))
    return Target(str(named(request, id, QUEUE).outputs.get("compartmentId")))


def _work_target(request: ApiRequest) -> Target:
    return Target(work_requests.asked(request, _WORK)["compartmentId"])


# Queues


def _capabilities(record: Record) -> list[str]:
    found = record.outputs.get("capabilities") or ()
    return [str(one.get("type")).upper() for one in found if isinstance(one, Mapping)]


def _summary(record: Record) -> dict[str, Any]:
    found = shown(record, "displayName", "lifecycleDetails", "messagesEndpoint", "timeUpdated")
    found["timeUpdated"] = found["timeUpdated"] or found["timeCreated"]
    return {**found, "systemTags": {}, "capabilities": _capabilities(record)}


def _create_queue(request: ApiRequest) -> ApiResponse:
    details = request.json()
    inputs = {"compartmentId": details["compartmentId"], **_settings(details)}
    text(inputs, "displayName")
    if details.get("retentionInSeconds") is not None:
        inputs["retentionInSeconds"] = _number(details, "retentionInSeconds")
    now = in_provider_form(clock.now(request.cloud.store))
    more = {"timeCreated": now, "timeUpdated": now, "freeformTags": {}, "definedTags": {}}
    with request.cloud.store.transaction():
        return _accepted(
            request, "CREATE_QUEUE", "CREATED", create(request.cloud, QUEUE, inputs, {**more, **inputs})
        )


def _settings(details: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: details[name] for name in _SETTINGS if details.get(name) is not None}
    for name in _NUMBERS:
        if name in found:
            found[name] = _number(details, name)
    capabilities = found.get("capabilities", [])
    if not isinstance(capabilities, list) or not all(isinstance(one, dict) for one in capabilities):
        raise InvalidParameter("capabilities must be a list of objects")
    return {**found, **given(details)}


def _number(details: Mapping[str, Any], name: str) -> int:
    value = details.get(name)
    if value is None:
        raise MissingParameter(f"{name} is required")
    if not isinstance(value, int) or isinstance(value, bool):
        raise InvalidParameter(f"{name} must be a whole number")
    return value


def _accepted(request: ApiRequest, operation: str, action: str, record: Record) -> ApiResponse:
    cloud = request.cloud
    id = work_requests.finished(
        cloud.store,
        cloud.mint(_WORK),
        operation,
        str(record.outputs.get("compartmentId")),
        clock.now(cloud.store),
        resources=(("queue", action, record.id),),
    )
    return nothing({"opc-work-request-id": id}, status=202)


def _list_queues(request: ApiRequest) -> ApiResponse:
    names = ("compartmentId", "id", "displayName", "lifecycleState")
    wanted = {name: request.argument(name) for name in names}
    found = [item for item in map(_summary, request.cloud.list(QUEUE)) if chosen(item, wanted)]
    items, headers = sorted_page(request, found, _ORDERS)
    return as_json({"items": items}, headers)


def _get_queue(request: ApiRequest) -> ApiResponse:
    record = _record(request)
    more = shown(record, "retentionInSeconds", *_NUMBERS, "customEncryptionKeyId")
    capabilities = [{"type": type} for type in _capabilities(record)]
    return as_json({**_summary(record), **more, "capabilities": capabilities}, {"etag": etag_of(record)})


def _update_queue(request: ApiRequest) -> ApiResponse:
    with request.cloud.store.transaction():
        record = _record(request)
        expect(request, record)
        changed = update(request.cloud, record, _settings(request.json()))
        return _accepted(request, "UPDATE_QUEUE", "UPDATED", changed)


def _delete_queue(request: ApiRequest) -> ApiResponse:
    with request.cloud.store.transaction():
        record = _record(request)
        expect(request, record)
        delete(request.cloud, record)
        return _accepted(request, "DELETE_QUEUE", "DELETED", record)


def _purge_queue(request: ApiRequest) -> ApiResponse:
    details = request.json()
    if details.get("purgeType") not in PURGED:
        raise InvalidParameter(f"purgeType must be one of {', '.join(PURGED)}")
    if details.get("consumerGroupId"):
        raise NotEmulated("the sandbox does not imitate consumer groups of queues")
    channels = details.get("channelIds") or None
    if channels is not None and not isinstance(channels, list):
        raise InvalidParameter("channelIds must be a list")
    with request.cloud.store.transaction():
        record = _record(request)
        expect(request, record)
        Messages(request.cloud.store).purge(record.id, PURGED[details["purgeType"]], channels)
        return _accepted(request, "PURGE_QUEUE", "UPDATED", record)


def _get_work_request(request: ApiRequest) -> ApiResponse:
    return as_json(work_requests.asked(request, _WORK))


# Messages


def _queue(request: ApiRequest) -> Queue:
    """The queue whose messages are meant. Raises `NotEmulated` for consumer groups."""
    record = _record(request)
    if request.argument("consumerGroupId") or "CONSUMER_GROUPS" in _capabilities(record):
        raise NotEmulated("the sandbox does not imitate consumer groups of queues")
    return Queue.of(record)


def _put_messages(request: ApiRequest) -> ApiResponse:
    entries = request.json().get("messages")
    if not isinstance(entries, list):
        raise MissingParameter("messages is required")
    store = request.cloud.store
    put = Messages(store).put(_queue(request), entries, clock.now(store))
    return as_json({"messages": [{"id": id, "expireAfter": of_seconds(expires)} for id, expires in put]})


def _get_messages(request: ApiRequest) -> ApiResponse:
    """What is there; where nothing is, what comes before the time is over, which is real time."""
    record, store = _record(request), request.cloud.store
    own = int(record.outputs.get("timeoutInSeconds", 30))
    until = time.monotonic() + request.number("timeoutInSeconds", own, 0, 30)
    most = request.number("limit", MOST, 1, MOST)
    visibility = None
    if request.argument("visibilityInSeconds") is not None:
        visibility = request.number("visibilityInSeconds", 0, 0, LONGEST_VISIBILITY)
    while True:
        queue = _queue(request)  # it may be changed or deleted meanwhile
        found = Messages(store).get(
            queue,
            clock.now(store),
            visibility=visibility,
            most=most,
            channel=request.argument("channelFilter"),
        )
        left = until - time.monotonic()
        if found or left <= 0:
            return as_json({"messages": [_show_message(message) for message in found]})
        time.sleep(min(_POLL_SECONDS, left))


def _show_message(message: QueuedMessage) -> dict[str, Any]:
    return {
        "id": message.id,
        "content": message.content,
        "receipt": message.receipt,
        "deliveryCount": message.deliveries,
        "visibleAfter": of_seconds(message.visible_after),
        "expireAfter": of_seconds(message.expires),
        "createdAt": of_seconds(message.created),
        "metadata": message.metadata,
    }


def _update_message(request: ApiRequest) -> ApiResponse:
    return as_json(_hide(request, request.path["messageReceipt"], request.json()))


def _hide(request: ApiRequest, receipt: str, details: Mapping[str, Any]) -> dict[str, Any]:
    seconds = _number(details, "visibilityInSeconds")
    if not 0 <= seconds <= LONGEST_VISIBILITY:
        raise InvalidParameter(f"visibilityInSeconds must be 0 to {LONGEST_VISIBILITY}, not {seconds}")
    store = request.cloud.store
    id, visible = Messages(store).hide(_queue(request), receipt, seconds, clock.now(store))
    return {"id": id, "visibleAfter": of_seconds(visible)}


def _delete_message(request: ApiRequest) -> ApiResponse:
    _remove(request, request.path["messageReceipt"], {})
    return nothing()


def _remove(request: ApiRequest, receipt: str, details: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG001
    store = request.cloud.store
    Messages(store).delete(_queue(request), receipt, clock.now(store))
    return {}


_Each = Callable[[ApiRequest, str, Mapping[str, Any]], dict[str, Any]]


def _batch(each: _Each) -> Callable[[ApiRequest], ApiResponse]:
    """Several receipts at once; one that fails leaves the others alone."""

    def handler(request: ApiRequest) -> ApiResponse:
        entries = request.json().get("entries")
        if not isinstance(entries, list) or not 1 <= len(entries) <= MOST:
            raise InvalidParameter(f"entries must have 1 to {MOST} items")
        if not all(isinstance(entry, dict) for entry in entries):
            raise InvalidParameter("entries must hold objects")
        answers = [_tried(each, request, entry) for entry in entries]
        failures = sum("errorCode" in answer for answer in answers)
        return as_json({"serverFailures": 0, "clientFailures": failures, "entries": answers})

    return handler


def _tried(each: _Each, request: ApiRequest, entry: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return each(request, text(dict(entry), "receipt"), entry)
    except NotEmulated:
        raise
    except ServiceError as error:
        return {"errorCode": error.status, "errorMessage": error.text}


def _get_stats(request: ApiRequest) -> ApiResponse:
    store, channel = request.cloud.store, request.argument("channelId")
    own, dead = Messages(store).stats(_queue(request), clock.now(store), channel)
    answer = {"queue": _show_stats(own), "dlq": _show_stats(dead)}
    return as_json({**answer, "channelId": channel} if channel else answer)


def _show_stats(stats: Stats) -> dict[str, int]:
    return {
        "visibleMessages": stats.visible,
        "inFlightMessages": stats.in_flight,
        "sizeInBytes": stats.size,
    }


def _list_channels(request: ApiRequest) -> ApiResponse:
    store, wanted = request.cloud.store, request.argument("channelFilter")
    found = [
        channel
        for channel in Messages(store).channels(_queue(request), clock.now(store))
        if wanted in (None, channel)
    ]
    items, headers = page(request, found, str)
    return as_json({"items": items}, headers)


_QUEUE = "/queues/{queueId}"
_MESSAGES = f"{_QUEUE}/messages"
_MESSAGE = f"{_MESSAGES}/{{messageReceipt}}"
OPERATIONS = (
    Operation("CreateQueue", "POST", "/queues", _create_queue, target=compartment_in_body, creates=True),
    Operation("ListQueues", "GET", "/queues", _list_queues, target=_list_target),
    Operation("GetQueue", "GET", _QUEUE, _get_queue, target=_queue_target),
    Operation("UpdateQueue", "PUT", _QUEUE, _update_queue, target=_queue_target),
    Operation("DeleteQueue", "DELETE", _QUEUE, _delete_queue, target=_queue_target),
    Operation(
        "PurgeQueue",
        "POST",
        f"{_QUEUE}/actions/purge",
        _purge_queue,
        target=_queue_target,
        permissions=("QUEUE_UPDATE", "QUEUE_CONSUME"),
    ),
    Operation(
        "GetWorkRequest",
        "GET",
        "/workRequests/{workRequestId}",
        _get_work_request,
        target=_work_target,
        permissions=("QUEUE_READ",),
    ),
    Operation("PutMessages", "POST", _MESSAGES, _put_messages, target=_queue_target),
    Operation("GetMessages", "GET", _MESSAGES, _get_messages, target=_queue_target, waits=True),
    Operation("UpdateMessage", "PUT", _MESSAGE, _update_message, target=_queue_target),
    Operation("DeleteMessage", "DELETE", _MESSAGE, _delete_message, target=_queue_target),
    Operation(
        "UpdateMessages", "POST", f"{_MESSAGES}/actions/updateMessages", _batch(_hide), target=_queue_target
    ),
    Operation(
        "DeleteMessages", "POST", f"{_MESSAGES}/actions/deleteMessages", _batch(_remove), target=_queue_target
    ),
    Operation("GetStats", "GET", f"{_QUEUE}/stats", _get_stats, target=_queue_target),
    Operation(
        "ListChannels",
        "GET",
        f"{_QUEUE}/channels",
        _list_channels,
        target=_queue_target,
        permissions=("QUEUE_READ",),
    ),
)
ENDPOINTS = (
    RestService(
        "Queue", hosts=("messaging", "*.queue.messaging"), versions=("20210201",), operations=OPERATIONS
    ),
)
