"""REST operations of Streaming: streams and pools, messages, cursors, and consumer groups."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from sandbox.api import work_requests
from sandbox.api.asked import compartment_asked, compartment_in_body, in_path, named, text
from sandbox.api.etags import etag_of, expect
from sandbox.api.operation import Operation, RestService, Target
from sandbox.api.paging import sorted_page
from sandbox.api.representation import chosen, in_provider_form, of_seconds, shown
from sandbox.api.request import ApiRequest
from sandbox.api.response import ApiResponse, as_json, nothing
from sandbox.api.tags import given
from sandbox.cloud import clock
from sandbox.cloud.errors import Conflict, InvalidParameter, MissingParameter, NotEmulated
from sandbox.cloud.store import Record
from sandbox.services.resources import create, delete, update
from sandbox.services.streaming import STREAM, STREAM_POOL, cursors
from sandbox.services.streaming.cursors import Cursor, GroupCursor
from sandbox.services.streaming.groups import Groups
from sandbox.services.streaming.log import MOST, Appended, Log, Stream, StreamMessage

_WORK = "streamworkrequest"
_DEFAULT_POOL = "DefaultPool"
_ORDERS = {"NAME": "name", "TIMECREATED": "timeCreated"}
_PAGE = 50
_GROUP_MILLISECONDS, _LONGEST_GROUP_MILLISECONDS = 30_000, 24 * 3600 * 1000
_STARTS = ("AT_TIME", "LATEST", "TRIM_HORIZON")

_stream = in_path("streamId", STREAM)
_pool = in_path("streamPoolId", STREAM_POOL)


def _now(request: ApiRequest) -> float:
    return clock.now(request.cloud.store)


def _compartment(record: Record) -> str:
    return str(record.outputs.get("compartmentId"))


def _stream_target(request: ApiRequest) -> Target:
    record = _stream(request)
    variables = {"target.stream.id": record.id}
    return Target(_compartment(record), variables, record.outputs.get("definedTags") or {})


def _consumed_target(request: ApiRequest) -> Target:
    """Consuming may also be allowed for all streams of a pool."""
    own, pool = _stream_target(request), _stream(request).outputs.get("streamPoolId")
    variables = {**own.variables, "target.streampool.id": pool} if pool else own.variables
    return Target(own.compartment_id, variables, own.tags)


def _pool_target(request: ApiRequest) -> Target:
    record = _pool(request)
    variables = {"target.streampool.id": record.id}
    return Target(_compartment(record), variables, record.outputs.get("definedTags") or {})


def _work_target(request: ApiRequest) -> Target:
    return Target(work_requests.asked(request, _WORK)["compartmentId"])


def _new_stream_target(request: ApiRequest) -> Target:
    """A stream lies in the compartment that is named, or where its pool does."""
    pool = request.json().get("streamPoolId")
    if pool is None:
        return compartment_in_body(request)
    return Target(_compartment(named(request, str(pool), STREAM_POOL)))


def _listed_target(request: ApiRequest) -> Target:
    pool = request.argument("streamPoolId")
    if pool is None:
        return compartment_asked(request)
    return Target(_compartment(named(request, pool, STREAM_POOL)))


def _done(request: ApiRequest, operation: str, action: str, record: Record) -> dict[str, str]:
    """The header that names a work request, which is done."""
    cloud = request.cloud
    entity = "stream" if record.type == STREAM else "streampool"
    id = work_requests.finished(
        cloud.store,
        cloud.mint(_WORK),
        operation,
        _compartment(record),
        _now(request),
        resources=((entity, action, record.id),),
    )
    return {"opc-work-request-id": id}


def _created(request: ApiRequest) -> dict[str, Any]:
    """What every new resource has."""
    time = in_provider_form(_now(request))
    return {"state": "ACTIVE", "timeCreated": time, "freeformTags": {}, "definedTags": {}}


def _listed(request: ApiRequest, items: list[dict[str, Any]]) -> ApiResponse:
    wanted = {name: request.argument(name) for name in ("id", "name")}
    wanted["lifecycleState"] = (request.argument("lifecycleState") or "").upper() or None
    fitting = [item for item in items if chosen(item, wanted)]
    found, headers = sorted_page(request, fitting, _ORDERS, most=_PAGE)
    return as_json(found, headers)


# Streams


def _summary(record: Record) -> dict[str, Any]:
    return shown(record, "name", "partitions", "streamPoolId", "messagesEndpoint")


def _stream_answer(record: Record, headers: Mapping[str, str] | None = None) -> ApiResponse:
    found = {**_summary(record), **shown(record, "retentionInHours", "lifecycleStateDetails")}
    return as_json(found, {"etag": etag_of(record), **(headers or {})})


def _create_stream(request: ApiRequest) -> ApiResponse:
    """In the pool that is named, or in the compartment's default pool, which is made for the first."""
    details = request.json()
    if details.get("streamPoolId") is not None and details.get("compartmentId") is not None:
        raise InvalidParameter("compartmentId and streamPoolId cannot be specified at the same time")
    inputs = {"name": text(details, "name"), "partitions": _whole(details, "partitions"), **given(details)}
    if details.get("retentionInHours") is not None:
        inputs["retentionInHours"] = _whole(details, "retentionInHours")
    with request.cloud.store.transaction():
        if details.get("streamPoolId") is not None:
            inputs["streamPoolId"] = details["streamPoolId"]
            pool = named(request, details["streamPoolId"], STREAM_POOL)
        else:
            inputs["compartmentId"] = details["compartmentId"]
            pool = _default_pool(request, details["compartmentId"])
        more = {**_created(request), "compartmentId": _compartment(pool), "streamPoolId": pool.id}
        record = create(request.cloud, STREAM, inputs, {**more, **inputs})
        return _stream_answer(record, _done(request, "CREATE_STREAM", "CREATED", record))


def _whole(details: Mapping[str, Any], name: str) -> int:
    value = details.get(name)
    if value is None:
        raise MissingParameter(f"{name} is required")
    if not isinstance(value, int) or isinstance(value, bool):
        raise InvalidParameter(f"{name} must be a whole number")
    return value


def _default_pool(request: ApiRequest, compartment: str) -> Record:
    for pool in request.cloud.list(STREAM_POOL):
        if pool.outputs.get("name") == _DEFAULT_POOL and _compartment(pool) == compartment:
            return pool
    inputs = {"compartmentId": compartment, "name": _DEFAULT_POOL}
    return create(request.cloud, STREAM_POOL, inputs, {**_created(request), **inputs})


def _list_streams(request: ApiRequest) -> ApiResponse:
    place = {name: request.argument(name) for name in ("compartmentId", "streamPoolId")}
    items = [item for item in map(_summary, request.cloud.list(STREAM)) if chosen(item, place)]
    return _listed(request, items)


def _get_stream(request: ApiRequest) -> ApiResponse:
    return _stream_answer(_stream(request))


def _update_stream(request: ApiRequest) -> ApiResponse:
    details = request.json()
    changes = given(details)
    with request.cloud.store.transaction():
        record = _stream(request)
        expect(request, record)
        if details.get("streamPoolId") is not None:
            changes["streamPoolId"] = named(request, str(details["streamPoolId"]), STREAM_POOL).id
        return _stream_answer(update(request.cloud, record, changes))


def _delete_stream(request: ApiRequest) -> ApiResponse:
    with request.cloud.store.transaction():
        record = _stream(request)
        expect(request, record)
        delete(request.cloud, record)
        return nothing(_done(request, "DELETE_STREAM", "DELETED", record), status=202)


# Pools


def _show_pool(record: Record) -> dict[str, Any]:
    return {**shown(record, "name"), "isPrivate": False}


def _pool_answer(record: Record, headers: Mapping[str, str] | None = None) -> ApiResponse:
    found = {
        **_show_pool(record),
        **shown(record, "kafkaSettings", "endpointFqdn", "lifecycleStateDetails"),
        "customEncryptionKey": {"keyState": "NONE"},
    }
    return as_json(found, {"etag": etag_of(record), **(headers or {})})


def _kafka(details: Mapping[str, Any]) -> dict[str, Any]:
    """What a body says of a pool beside its name and tags."""
    for name in ("customEncryptionKeyDetails", "privateEndpointDetails"):
        if details.get(name) is not None:
            raise NotEmulated(f"the sandbox does not imitate {name} of stream pools")
    settings = details.get("kafkaSettings")
    if settings is None:
        return {}
    if not isinstance(settings, dict):
        raise InvalidParameter("kafkaSettings must be an object")
    return {"kafkaSettings": _stated(settings)}


def _create_pool(request: ApiRequest) -> ApiResponse:
    details = request.json()
    inputs = {
        "compartmentId": details["compartmentId"],
        "name": text(details, "name"),
        **_kafka(details),
        **given(details),
    }
    with request.cloud.store.transaction():
        record = create(request.cloud, STREAM_POOL, inputs, {**_created(request), **inputs})
        return _pool_answer(record, _done(request, "CREATE_STREAM_POOL", "CREATED", record))


def _list_pools(request: ApiRequest) -> ApiResponse:
    place = {"compartmentId": request.required("compartmentId")}
    items = [item for item in map(_show_pool, request.cloud.list(STREAM_POOL)) if chosen(item, place)]
    return _listed(request, items)


def _get_pool(request: ApiRequest) -> ApiResponse:
    return _pool_answer(_pool(request))


def _update_pool(request: ApiRequest) -> ApiResponse:
    details = request.json()
    changes = {**given(details), **_kafka(details)}
    if details.get("name") is not None:
        changes["name"] = text(details, "name")
    with request.cloud.store.transaction():
        record = _pool(request)
        expect(request, record)
        if "kafkaSettings" in changes:
            former = record.outputs.get("kafkaSettings") or {}
            changes["kafkaSettings"] = {**former, **changes["kafkaSettings"]}
        return _pool_answer(update(request.cloud, record, changes))


def _delete_pool(request: ApiRequest) -> ApiResponse:
    """With its streams."""
    with request.cloud.store.transaction():
        record = _pool(request)
        expect(request, record)
        if record.outputs.get("name") == _DEFAULT_POOL:
            raise Conflict("the default stream pool of a compartment cannot be deleted")
        delete(request.cloud, record)
        return nothing(_done(request, "DELETE_STREAM_POOL", "DELETED", record), status=202)


def _get_work_request(request: ApiRequest) -> ApiResponse:
    return as_json(work_requests.asked(request, _WORK))


# Messages


def _put_messages(request: ApiRequest) -> ApiResponse:
    entries = request.json().get("messages")
    if not isinstance(entries, list):
        raise MissingParameter("messages is required")
    found = Log(request.cloud.store).put(Stream.of(_stream(request)), entries, _now(request))
    failures = sum(bool(one.error) for one in found)
    return as_json({"failures": failures, "entries": [_show_appended(one) for one in found]})


def _show_appended(one: Appended) -> dict[str, Any]:
    if one.error:
        return {"error": one.error, "errorMessage": one.message}
    return {"partition": str(one.partition), "offset": one.offset, "timestamp": of_seconds(one.timestamp)}


def _get_messages(request: ApiRequest) -> ApiResponse:
    """By a cursor of a partition or of a group; the answer's header has the cursor for what follows."""
    stream, now, store = Stream.of(_stream(request)), _now(request), request.cloud.store
    most = request.number("limit", MOST, 1, MOST)
    cursor = cursors.read(request.required("cursor"), stream.id, now)
    if isinstance(cursor, GroupCursor):
        found, following = Groups(store).get(stream, cursor, most, now)
        next_cursor = following.text()
    else:
        found = Log(store).read(stream, cursor.partition, cursor.offset, most, now)
        offset = found[-1].offset + 1 if found else cursor.offset
        next_cursor = Cursor(stream=stream.id, issued=now, partition=cursor.partition, offset=offset).text()
    return as_json([_show_message(stream, one) for one in found], {"opc-next-cursor": next_cursor})


def _show_message(stream: Stream, message: StreamMessage) -> dict[str, Any]:
    return {
        "stream": stream.name,
        "partition": str(message.partition),
        "key": None if message.key is None else base64.b64encode(message.key).decode(),
        "value": base64.b64encode(message.value).decode(),
        "offset": message.offset,
        "timestamp": of_seconds(message.timestamp),
    }


# Cursors and groups


def _start(request: ApiRequest, stream: Stream, details: Mapping[str, Any]) -> Callable[[int], int]:
    """Where a partition is to be read from, as a body says by `type` and `time`."""
    log, kind = Log(request.cloud.store), details.get("type")
    if kind == "AT_TIME":
        time = _seconds(details)
        return lambda partition: log.since(stream, partition, time)
    if kind == "LATEST":
        return lambda partition: log.end(stream.id, partition)
    if kind == "TRIM_HORIZON":
        return lambda _: 0
    raise InvalidParameter(f"type must be one of {', '.join(_STARTS)}, not {str(kind)[:40]!r}")


def _seconds(details: Mapping[str, Any]) -> float:
    try:
        time = datetime.fromisoformat(text(dict(details), "time"))
    except ValueError:
        raise InvalidParameter("time must be a time as of RFC 3339") from None
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()


def _create_cursor(request: ApiRequest) -> ApiResponse:
    stream, details = Stream.of(_stream(request)), request.json()
    partition = text(details, "partition")
    if not partition.isascii() or not partition.isdigit() or not int(partition[:9]) < stream.partitions:
        raise InvalidParameter(f"partition must be 0 to {stream.partitions - 1}, not {partition[:40]!r}")
    kind = details.get("type")
    if kind in ("AT_OFFSET", "AFTER_OFFSET"):
        offset = _whole(details, "offset") + (kind == "AFTER_OFFSET")
        if not 0 <= offset < 2**62:
            raise InvalidParameter("offset must not be negative")
    else:
        offset = _start(request, stream, details)(int(partition))
    cursor = Cursor(stream=stream.id, issued=_now(request), partition=int(partition), offset=offset)
    return as_json({"value": cursor.text()})


def _create_group_cursor(request: ApiRequest) -> ApiResponse:
    stream, details, now = Stream.of(_stream(request)), request.json(), _now(request)
    timeout = _whole({"timeoutInMs": _GROUP_MILLISECONDS, **_stated(details)}, "timeoutInMs")
    if not 0 < timeout <= _LONGEST_GROUP_MILLISECONDS:
        raise InvalidParameter(f"timeoutInMs must be 1 to {_LONGEST_GROUP_MILLISECONDS}")
    cursor = GroupCursor(
        stream=stream.id,
        issued=now,
        group=text(details, "groupName"),
        instance=text(details, "instanceName") if details.get("instanceName") else str(uuid.uuid4()),
        timeout=timeout / 1000,
        commits_on_get=details.get("commitOnGet") is not False,
        generation=0,
    )
    joined = Groups(request.cloud.store).join(stream, cursor, _start(request, stream, details), now)
    return as_json({"value": joined.text()})


def _stated(details: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in details.items() if value is not None}


def _group_cursor(request: ApiRequest) -> GroupCursor:
    cursor = cursors.read(request.required("cursor"), _stream(request).id, _now(request))
    if not isinstance(cursor, GroupCursor):
        raise InvalidParameter("the cursor is not one of a group")
    return cursor


def _commit(request: ApiRequest) -> ApiResponse:
    cursor = Groups(request.cloud.store).commit(_group_cursor(request), _now(request))
    return as_json({"value": cursor.text()})


def _heartbeat(request: ApiRequest) -> ApiResponse:
    cursor = Groups(request.cloud.store).keep(_group_cursor(request), _now(request))
    return as_json({"value": cursor.text()})


def _get_group(request: ApiRequest) -> ApiResponse:
    stream, group = _stream(request), request.path["groupName"]
    found = Groups(request.cloud.store).reservations(stream.id, group, _now(request))
    reservations = [
        {
            "partition": str(one.partition),
            "committedOffset": one.position - 1 if one.position else None,
            "reservedInstance": one.instance or None,
            "timeReservedUntil": of_seconds(one.until) if one.instance else None,
        }
        for one in found
    ]
    return as_json({"streamId": stream.id, "groupName": group, "reservations": reservations})


def _update_group(request: ApiRequest) -> ApiResponse:
    stream = Stream.of(_stream(request))
    start = _start(request, stream, request.json())
    Groups(request.cloud.store).move(stream, request.path["groupName"], start)
    return nothing(status=202)


_STREAM = "/streams/{streamId}"
_POOL = "/streampools/{streamPoolId}"
_GROUP = f"{_STREAM}/groups/{{groupName}}"
OPERATIONS = (
    Operation("CreateStream", "POST", "/streams", _create_stream, target=_new_stream_target, creates=True),
    Operation("ListStreams", "GET", "/streams", _list_streams, target=_listed_target),
    Operation("GetStream", "GET", _STREAM, _get_stream, target=_stream_target),
    Operation("UpdateStream", "PUT", _STREAM, _update_stream, target=_stream_target),
    Operation("DeleteStream", "DELETE", _STREAM, _delete_stream, target=_stream_target),
    Operation(
        "CreateStreamPool",
        "POST",
        "/streampools",
        _create_pool,
        target=compartment_in_body,
        permissions=("STREAM_POOL_CREATE",),
        creates=True,
    ),
    Operation("ListStreamPools", "GET", "/streampools", _list_pools, target=compartment_asked),
    Operation("GetStreamPool", "GET", _POOL, _get_pool, target=_pool_target),
    Operation(
        "UpdateStreamPool",
        "PUT",
        _POOL,
        _update_pool,
        target=_pool_target,
        permissions=("STREAM_POOL_UPDATE",),
    ),
    Operation(
        "DeleteStreamPool",
        "DELETE",
        _POOL,
        _delete_pool,
        target=_pool_target,
        permissions=("STREAM_POOL_DELETE",),
    ),
    Operation(
        "GetWorkRequest",
        "GET",
        "/workRequests/{workRequestId}",
        _get_work_request,
        target=_work_target,
        permissions=("STREAM_READ",),
    ),
    Operation(
        "PutMessages",
        "POST",
        f"{_STREAM}/messages",
        _put_messages,
        target=_stream_target,
        signs_body=False,
    ),
    Operation("GetMessages", "GET", f"{_STREAM}/messages", _get_messages, target=_consumed_target),
    Operation("CreateCursor", "POST", f"{_STREAM}/cursors", _create_cursor, target=_consumed_target),
    Operation(
        "CreateGroupCursor", "POST", f"{_STREAM}/groupCursors", _create_group_cursor, target=_consumed_target
    ),
    Operation("ConsumerCommit", "POST", f"{_STREAM}/commit", _commit, target=_consumed_target),
    Operation("ConsumerHeartbeat", "POST", f"{_STREAM}/heartbeat", _heartbeat, target=_consumed_target),
    Operation("GetGroup", "GET", _GROUP, _get_group, target=_consumed_target),
    Operation("UpdateGroup", "PUT", _GROUP, _update_group, target=_consumed_target),
)
ENDPOINTS = (
    RestService(
        "Streaming",
        # The SDK's admin client asks `streams` in regions that it does not know.
        hosts=("streaming", "streams", "*.streaming"),
        versions=("20180418",),
        operations=OPERATIONS,
    ),
)
