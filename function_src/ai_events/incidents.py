"""What the function writes into its bucket. Every object is created once and never again.

    incidents/ID.json     what was found, one for each event
    alerts/ID/…           which alerts went out (`ai_events.alerts`)
    quarantine/ID         a body that was refused, as it came; its metadata say why

ID is the event's, percent-encoded where a name needs it: two events never share an object, one event never
has two. All are written with `if-none-match: *`, so that the function needs no right to overwrite anything,
and the bucket may have a retention rule.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import NoReturn
from urllib.parse import quote as percent

from ai_events.failures import Unprocessed, quote
from ai_events.hops import BEGINNING, Trail
from ai_events.objects import ObjectName
from ai_events.service import NoAnswer, Reply, Service
from ai_events.settings import Place

INCIDENTS, ALERTS, QUARANTINE = "incidents/", "alerts/", "quarantine/"
_LONGEST = 300
_LARGEST = 1024 * 1024


def is_own(place: Place, bucket: object, name: object) -> bool:
    """Whether an object is one of these: an event about it must not lead to the next."""
    own = tuple(place.prefix + part for part in (INCIDENTS, ALERTS, QUARANTINE))
    return bucket == place.bucket and isinstance(name, str) and name.startswith(own)


def name_of(event_id: str) -> str:
    """The part of a name that stands for an event; a long one by its digest (`=` is in no other)."""
    name = percent(event_id, safe="")
    return name if len(name) <= _LONGEST else f"sha256={hashlib.sha256(event_id.encode()).hexdigest()}"


def name_of_body(body: bytes) -> str:
    """The same for a body that has no id."""
    return f"sha256={hashlib.sha256(body).hexdigest()}"


class Bucket:
    """The bucket, as far as the function may use it. All that is written there carries the trail."""

    def __init__(self, service: Service, place: Place, trail: Trail = BEGINNING) -> None:
        self._service = service
        self._place = place
        self.trail = trail

    def create(
        self, name: str, body: bytes, content_type: str, metadata: Mapping[str, str] | None = None
    ) -> bool:
        """Write an object that is not there; False where it is. Raises `Unprocessed`."""
        headers = {"content-type": content_type, "if-none-match": "*"}
        marks = {**self.trail.metadata, **(metadata or {})}
        headers |= {f"opc-meta-{key}": value for key, value in marks.items()}
        reply = self._call("PUT", name, headers, body)
        # Who may create and not overwrite is refused for an object that is there, whatever the condition.
        if reply.status == 412 or (reply.status == 404 and self.read(name) is not None):
            return False
        if reply.status != 200:
            _raise_for(reply, self._place.bucket)
        return True

    def read(self, name: str) -> Reply | None:
        """A small object with its headers, or None where it is not there. Raises `Unprocessed`."""
        reply = self._call("GET", name, {}, None)
        if reply.status == 404 and reply.code == "ObjectNotFound":
            return None
        if reply.status != 200:
            _raise_for(reply, self._place.bucket)
        return reply

    def full_name(self, name: str) -> str:
        """The name with the connection's prefix."""
        return self._place.prefix + name

    def _call(self, method: str, name: str, headers: Mapping[str, str], body: bytes | None) -> Reply:
        target = ObjectName(self._place.namespace, self._place.bucket, self.full_name(name))
        try:
            return self._service.call(
                method,
                "objectstorage",
                target.path,
                headers=headers,
                body=body,
                sign_body=False,
                max_bytes=_LARGEST,
            )
        except NoAnswer as error:
            raise Unprocessed("storage-unavailable", f"Object Storage did not answer ({error})") from None


def _raise_for(reply: Reply, bucket: str) -> NoReturn:
    if reply.status in {403, 404}:
        raise Unprocessed(
            "not-permitted",
            f"bucket {quote(bucket)} is gone, or the function lacks OBJECT_CREATE or OBJECT_READ in it",
        )
    if reply.status == 401:
        raise Unprocessed("not-authenticated", "Object Storage does not accept the function's token")
    raise Unprocessed("storage-unavailable", f"Object Storage refused the call (status {reply.status})")
