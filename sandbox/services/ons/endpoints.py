"""REST operations of Notifications: topics, subscriptions, and publishing.

Notifications has no `target.*` variables of its own, so IAM is asked about the compartment alone.
"""

from __future__ import annotations

import json
import secrets
from typing import Any

from sandbox.api.asked import MISSING, compartment_asked, compartment_in_body, in_path, named, text
from sandbox.api.etags import etag_of, expect
from sandbox.api.operation import Ask, Operation, RestService, Target
from sandbox.api.paging import page, sorted_page
from sandbox.api.representation import chosen, in_provider_form, of_seconds, shown
from sandbox.api.request import ApiRequest
from sandbox.api.response import ApiResponse, as_json, nothing
from sandbox.api.tags import given
from sandbox.cloud import clock, validation
from sandbox.cloud.errors import InvalidParameter, NotFound
from sandbox.cloud.store import Record
from sandbox.services.functions import FUNCTION
from sandbox.services.ons import SUBSCRIPTION, TOPIC, publishing, subscriptions
from sandbox.services.resources import create, delete, update

_ORDERS = {"TIMECREATED": "timeCreated", "LIFECYCLESTATE": "lifecycleState"}

_topic = in_path("topicId", TOPIC)
_subscription = in_path("subscriptionId", SUBSCRIPTION)
_subscription_by_id = in_path("id", SUBSCRIPTION)


def _compartment_of(record: Record) -> Target:
    return Target(str(record.outputs.get("compartmentId")))


def _topic_target(request: ApiRequest) -> Target:
    return _compartment_of(_topic(request))


def _subscription_target(request: ApiRequest) -> Target:
    return _compartment_of(_subscription(request))


def _resent_target(request: ApiRequest) -> Target:
    return _compartment_of(_subscription_by_id(request))


def _subscribe_asks(request: ApiRequest) -> list[Ask]:
    """The topic must be one's to subscribe to, and a function one's to invoke."""
    details = request.json()
    topic = named(request, text(details, "topicId"), TOPIC)
    asks = [Ask([("ONS_TOPIC_SUBSCRIBE",)], _compartment_of(topic))]
    if details.get("protocol") == "ORACLE_FUNCTIONS":
        asks.append(Ask([("FN_INVOCATION",)], _function_target(request, text(details, "endpoint"))))
    return asks


def _function_target(request: ApiRequest, id: str) -> Target:
    function = request.cloud.store.get(id)
    if function is None or function.type != FUNCTION:
        return Target(request.cloud.tenancy, {"target.function.id": id})
    application = request.cloud.store.get(str(function.outputs.get("applicationId")))
    compartment = (application or function).outputs.get("compartmentId") or request.cloud.tenancy
    tags = function.outputs.get("definedTags") or {}
    return Target(str(compartment), {"target.function.id": id}, tags)


# Topics


def _show_topic(record: Record) -> dict[str, Any]:
    found = shown(record, "name", "description", "shortTopicId", "apiEndpoint")
    return {**found, "topicId": found.pop("id"), "etag": etag_of(record)}


def _topic_answer(record: Record) -> ApiResponse:
    return as_json(_show_topic(record), {"etag": etag_of(record)})


def _create_topic(request: ApiRequest) -> ApiResponse:
    details = request.json()
    inputs = {
        "compartmentId": details["compartmentId"],
        "name": text(details, "name"),
        **({"description": text(details, "description")} if details.get("description") else {}),
        **given(details),
    }
    more = {
        "state": "ACTIVE",
        "timeCreated": in_provider_form(clock.now(request.cloud.store)),
        "freeformTags": {},
        "definedTags": {},
    }
    return _topic_answer(create(request.cloud, TOPIC, inputs, {**more, **inputs}))


def _list_topics(request: ApiRequest) -> ApiResponse:
    wanted = {
        "compartmentId": request.required("compartmentId"),
        "topicId": request.argument("id"),
        "name": request.argument("name"),
        "lifecycleState": (request.argument("lifecycleState") or "").upper() or None,
    }
    found = [item for item in map(_show_topic, request.cloud.list(TOPIC)) if chosen(item, wanted)]
    items, headers = sorted_page(request, found, _ORDERS, most=50)
    return as_json(items, headers)


def _get_topic(request: ApiRequest) -> ApiResponse:
    return _topic_answer(_topic(request))


def _update_topic(request: ApiRequest) -> ApiResponse:
    details = request.json()
    changes = given(details)
    if details.get("description"):
        changes["description"] = text(details, "description")
    with request.cloud.store.transaction():
        record = _topic(request)
        expect(request, record)
        return _topic_answer(update(request.cloud, record, changes))


def _delete_topic(request: ApiRequest) -> ApiResponse:
    """Its subscriptions go with it."""
    store = request.cloud.store
    with store.transaction():
        record = _topic(request)
        expect(request, record)
        for subscription in store.users(record.id, SUBSCRIPTION):
            delete(request.cloud, subscription)
        delete(request.cloud, record)
    return nothing()


def _publish_message(request: ApiRequest) -> ApiResponse:
    details, topic = request.json(), _topic(request)
    for name in ("title", "body"):
        if not isinstance(details.get(name) or "", str):
            raise InvalidParameter(f"{name} must be a string")
    message = publishing.Message(
        body=details.get("body") or "",
        title=details.get("title") or "",
        type=request.headers.get("messagetype", "RAW_TEXT"),
    )
    now = clock.now(request.cloud.store)
    id = publishing.publish(request.cloud.store, topic, message, now)
    return as_json({"messageId": id, "timeStamp": of_seconds(now)}, status=202)


# Subscriptions


def _show_subscription(record: Record) -> dict[str, Any]:
    """As one is shown; a list has the delivery policy as an object."""
    found = shown(record, "topicId", "protocol", "endpoint", deliverPolicy="deliveryPolicy")
    del found["timeCreated"]
    return {**found, "createdTime": int(record.created * 1000), "etag": etag_of(record)}


def _show_summary(record: Record) -> dict[str, Any]:
    found = _show_subscription(record)
    policy = found.pop("deliverPolicy")
    return {**found, "deliveryPolicy": validation.parsed_json(policy)}


def _subscription_answer(record: Record) -> ApiResponse:
    return as_json(_show_subscription(record), {"etag": etag_of(record)})


def _create_subscription(request: ApiRequest) -> ApiResponse:
    details = request.json()
    inputs = {
        **{name: text(details, name) for name in ("compartmentId", "topicId", "protocol", "endpoint")},
        **given(details),
    }
    more = {"freeformTags": {}, "definedTags": {}, **inputs}
    return _subscription_answer(create(request.cloud, SUBSCRIPTION, inputs, more))


def _list_subscriptions(request: ApiRequest) -> ApiResponse:
    wanted = {"compartmentId": request.required("compartmentId"), "topicId": request.argument("topicId")}
    found = [item for item in map(_show_summary, request.cloud.list(SUBSCRIPTION)) if chosen(item, wanted)]
    items, headers = page(request, found, lambda item: str(item["id"]), most=50)
    return as_json(items, headers)


def _get_subscription(request: ApiRequest) -> ApiResponse:
    return _subscription_answer(_subscription(request))


def _update_subscription(request: ApiRequest) -> ApiResponse:
    details = request.json()
    changes = given(details)
    policy = details.get("deliveryPolicy")
    if policy is not None:
        backoff = policy.get("backoffRetryPolicy") if isinstance(policy, dict) else None
        duration = backoff.get("maxRetryDuration") if isinstance(backoff, dict) else None
        if not isinstance(duration, int) or duration < 1:
            raise InvalidParameter("deliveryPolicy.backoffRetryPolicy.maxRetryDuration must be milliseconds")
        changes["deliveryPolicy"] = json.dumps(policy, separators=(",", ":"))
    with request.cloud.store.transaction():
        record = _subscription(request)
        expect(request, record)
        changed = update(request.cloud, record, changes)
    found = _show_summary(changed)
    kept = ("deliveryPolicy", "freeformTags", "definedTags")
    return as_json({name: found[name] for name in kept}, {"etag": etag_of(changed)})


def _delete_subscription(request: ApiRequest) -> ApiResponse:
    with request.cloud.store.transaction():
        record = _subscription(request)
        expect(request, record)
        delete(request.cloud, record)
    return nothing()


def _resend_confirmation(request: ApiRequest) -> ApiResponse:
    record = _subscription_by_id(request)
    if record.outputs.get("state") == "PENDING":
        subscriptions.ask_to_confirm(request.cloud.store, record)
    return _subscription_answer(record)


def _by_token(request: ApiRequest) -> Record:
    """The subscription whose token is shown; whoever got what was sent there needs no other right."""
    record = _subscription_by_id(request)
    own = subscriptions.token_of(request.cloud.store, record.id)
    if not secrets.compare_digest(request.required("token").encode(), own.encode()):
        raise NotFound(MISSING)
    if request.required("protocol") != record.outputs["protocol"]:
        raise NotFound(MISSING)
    return record


def _confirm(request: ApiRequest) -> ApiResponse:
    store = request.cloud.store
    with store.transaction():
        record = _by_token(request)
        if record.outputs.get("state") == "PENDING":
            store.update(record.id, record.inputs, {**record.outputs, "state": "ACTIVE"})
    topic = store.get(str(record.outputs["topicId"]))
    return as_json(
        {
            "topicName": topic.outputs.get("name") if topic is not None else "",
            "topicId": record.outputs["topicId"],
            "endpoint": record.outputs["endpoint"],
            "unsubscribeUrl": subscriptions.link(store, record, "unsubscription"),
            "message": "The subscription is confirmed.",
            "subscriptionId": record.id,
        }
    )


def _unsubscribe(request: ApiRequest) -> ApiResponse:
    with request.cloud.store.transaction():
        delete(request.cloud, _by_token(request))
    return as_json("The subscription is deleted.")


_TOPIC = "/topics/{topicId}"
_SUBSCRIPTION = "/subscriptions/{subscriptionId}"
OPERATIONS = (
    Operation("CreateTopic", "POST", "/topics", _create_topic, target=compartment_in_body, creates=True),
    Operation("ListTopics", "GET", "/topics", _list_topics, target=compartment_asked),
    Operation("GetTopic", "GET", _TOPIC, _get_topic, target=_topic_target),
    Operation("UpdateTopic", "PUT", _TOPIC, _update_topic, target=_topic_target),
    Operation("DeleteTopic", "DELETE", _TOPIC, _delete_topic, target=_topic_target),
    Operation("PublishMessage", "POST", f"{_TOPIC}/messages", _publish_message, target=_topic_target),
    Operation(
        "CreateSubscription",
        "POST",
        "/subscriptions",
        _create_subscription,
        asks=_subscribe_asks,
        creates=True,
    ),
    Operation("ListSubscriptions", "GET", "/subscriptions", _list_subscriptions, target=compartment_asked),
    Operation("GetSubscription", "GET", _SUBSCRIPTION, _get_subscription, target=_subscription_target),
    Operation("UpdateSubscription", "PUT", _SUBSCRIPTION, _update_subscription, target=_subscription_target),
    Operation(
        "DeleteSubscription", "DELETE", _SUBSCRIPTION, _delete_subscription, target=_subscription_target
    ),
    Operation(
        "ResendSubscriptionConfirmation",
        "POST",
        "/subscriptions/{id}/resendConfirmation",
        _resend_confirmation,
        target=_resent_target,
    ),
    Operation("GetConfirmSubscription", "GET", "/subscriptions/{id}/confirmation", _confirm, anonymous=True),
    Operation("GetUnsubscription", "GET", "/subscriptions/{id}/unsubscription", _unsubscribe, anonymous=True),
)
ENDPOINTS = (
    RestService(
        "Notifications",
        hosts=("notification", "*.notification"),
        versions=("20181201",),
        operations=OPERATIONS,
    ),
)
