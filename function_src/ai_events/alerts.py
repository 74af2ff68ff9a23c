"""At least one notification for an event, and a second one only where nobody can know of the first.

Several processes may have the same event at once, and each may be killed at any moment. Two kinds of objects
hold them apart, each created once:

    alerts/ID/claim-1       whoever creates it publishes, and has CLAIM_SECONDS for it
    alerts/ID/claim-2, …    the same for who comes when that time is over and nothing was published
    alerts/ID/published     it went out: nothing more to do

Whoever finds a claim waits until it is over, or answers `alert-pending` when its own time is; it never takes
the other's word for done. The age of a claim is told by Object Storage's clock alone (`date` less
`last-modified`), and its holder counts from before it asked, so that clocks need not agree. The only way to a
second notification is to end, or to lose the service's answer, between publishing and `published`.
"""

from __future__ import annotations

import json
import math
import time
import uuid
from datetime import datetime
from email.utils import parsedate_to_datetime

from ai_events.failures import Unprocessed
from ai_events.incidents import ALERTS, Bucket, name_of
from ai_events.service import NoAnswer, Reply, Service, segment

CLAIM_SECONDS = 10.0
# What is left of a claim for `published`, and for headers that count whole seconds.
_MARKING_SECONDS = 4.0
_LOOK_SECONDS = 0.25


class Topic:
    """The topic that alerts go to."""

    def __init__(self, service: Service, topic_id: str) -> None:
        self._service = service
        self._topic_id = topic_id

    def publish(self, title: str, body: str, until: float = math.inf) -> str:
        """Publish one message before a moment of the monotonic clock; its id. Raises `Unprocessed`."""
        try:
            reply = self._service.call(
                "POST",
                "notification",
                f"/20181201/topics/{segment(self._topic_id)}/messages",
                headers={"content-type": "application/json", "messagetype": "RAW_TEXT"},
                body=json.dumps({"title": title, "body": body}).encode(),
                deadline=self._service.deadline.no_later_than(until),
            )
        except NoAnswer as error:
            raise Unprocessed("alerts-unavailable", f"Notifications did not answer ({error})") from None
        if 200 <= reply.status < 300:
            return _message_id(reply)
        if reply.status in {403, 404}:
            raise Unprocessed(
                "not-permitted", "the alerts' topic is gone, or the function lacks ONS_TOPIC_PUBLISH on it"
            )
        if reply.status == 401:
            raise Unprocessed("not-authenticated", "Notifications does not accept the function's token")
        raise Unprocessed("alerts-unavailable", f"Notifications refused the alert (status {reply.status})")


class Alerts:
    """The alerts of one invocation."""

    def __init__(self, service: Service, bucket: Bucket, topic: Topic) -> None:
        self._service = service
        self._bucket = bucket
        self._topic = topic
        self._claim_id = uuid.uuid4().hex

    def send(self, event_id: str, title: str, body: str, *, is_new: bool) -> str:
        """Publish, unless that was done: `published`, `already-published`, or `published-unmarked`.

        `is_new` spares the look for an event that nobody has had before. Raises `Unprocessed`.
        """
        folder = f"{ALERTS}{name_of(event_id)}/"
        if not is_new and self._is_published(folder):
            return "already-published"
        until = self._claim(folder)
        if until is None:
            return "already-published"
        message_id = self._topic.publish(title, body, until - _MARKING_SECONDS)
        return self._mark(folder, message_id)

    def _claim(self, folder: str) -> float | None:
        """Until when this process may publish; None where another one has meanwhile."""
        number = 1
        while True:
            asked_at = time.monotonic()
            name = f"{folder}claim-{number}"
            body = json.dumps({"claim": self._claim_id}).encode()
            if self._bucket.create(name, body, "application/json"):
                # What a former holder did in its last moment counts.
                if number > 1 and self._is_published(folder):
                    return None
                return asked_at + CLAIM_SECONDS
            claim = self._bucket.read(name)
            if claim is not None and claim.body == body:  # written by an attempt whose answer was lost
                return asked_at + CLAIM_SECONDS
            if self._is_published(folder):
                return None
            if claim is not None and _age(claim) >= CLAIM_SECONDS:
                number += 1
                continue
            if self._service.deadline.left() < 2 * _LOOK_SECONDS:
                raise Unprocessed("alert-pending", "another invocation is about to publish this alert")
            time.sleep(_LOOK_SECONDS)

    def _is_published(self, folder: str) -> bool:
        return self._bucket.read(f"{folder}published") is not None

    def _mark(self, folder: str, message_id: str) -> str:
        """The alert is out: to fail now would be to ask for a second."""
        body = json.dumps({"messageId": message_id}).encode()
        try:
            self._bucket.create(f"{folder}published", body, "application/json")
        except Unprocessed:
            return "published-unmarked"
        return "published"


def _message_id(reply: Reply) -> str:
    try:
        return str(json.loads(reply.body)["messageId"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""


def _age(claim: Reply) -> float:
    """Seconds by Object Storage's own clock; a claim without a date is as good as new."""
    moments: list[datetime] = []
    for name in ("date", "last-modified"):
        try:
            moments.append(parsedate_to_datetime(claim.headers[name]))
        except (KeyError, ValueError):
            return 0.0
    return (moments[0] - moments[1]).total_seconds()
