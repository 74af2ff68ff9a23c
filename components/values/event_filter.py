"""What an Events rule lets through, typed. Pure data: no Pulumi.

Not for: patterns of event types, which would let unknown types in, or anything Oracle documents no operator
for (ranges, negation).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

from components.values.event_types import OBJECT_EVENTS, EventType, event_type
from components.values.option import Check, Option

# After these the object is there to be read.
READABLE = frozenset({EventType.OBJECTSTORAGE_CREATEOBJECT, EventType.OBJECTSTORAGE_UPDATEOBJECT})


EventTypes = Annotated[
    Sequence[Annotated[str, Check(event_type)]],
    Option(
        "Event types, of which one must match, e.g. com.oraclecloud.objectstorage.createobject; with an "
        "image of your own, any that OCI sends"
    ),
]


@dataclass(frozen=True, kw_only=True)
class EventFilter:
    """Which events invoke the function: one of the types, and all that follows."""

    event_types: EventTypes
    resource_names: Annotated[
        Sequence[str],
        Option("Names of the resource, `*` for any string, of which one must match"),
    ] = ()
    attributes: Annotated[
        Mapping[str, Sequence[str]],
        Option("Details of the event (additionalDetails), each with its allowed values"),
    ] = field(default_factory=dict)

    def problem(self, bucket: str | None) -> str | None:
        """Why OCI would never match this filter, or match more than it says; None when it is sound."""
        if not self.event_types:
            return "event_types: needs at least one event type"
        watched = [kind for kind in self.event_types if kind in OBJECT_EVENTS]
        others = [kind for kind in self.event_types if kind not in OBJECT_EVENTS]
        if watched and bucket is None:
            return (
                f"{watched[0]} needs a bucket: without one, every bucket of the compartment would invoke it"
            )
        if others and bucket is not None:
            return f"{others[0]} names no bucket, so it would never match beside one; give it its own trigger"
        if bucket is not None and "bucketName" in self.attributes:
            return "attributes.bucketName: is set by bucket"
        if not all(self.attributes.values()) or "" in self.resource_names:
            return "an empty list or string would never match"
        return None

    def tells_of_objects(self, prefix: str) -> bool:
        """Whether an object whose name begins so may be written and its event be let through."""
        patterns = self.resource_names or ("*",)
        return not READABLE.isdisjoint(self.event_types) and any(
            may_begin_with(each, prefix) for each in patterns
        )

    def condition(self, bucket: str | None) -> str:
        """The rule's condition: JSON with sorted keys, so that equal filters are equal strings."""
        attributes: dict[str, list[str]] = {key: list(values) for key, values in self.attributes.items()}
        if bucket is not None:
            attributes["bucketName"] = [bucket]
        data: dict[str, Any] = {}
        if attributes:
            data["additionalDetails"] = attributes
        if self.resource_names:
            data["resourceName"] = list(self.resource_names)
        condition: dict[str, Any] = {"eventType": [str(kind) for kind in self.event_types]}
        if data:
            condition["data"] = data
        return json.dumps(condition, sort_keys=True)


def may_begin_with(pattern: str, prefix: str) -> bool:
    """Whether a name that begins with the prefix can match the pattern (`*` stands for any string); in upper
    or lower case, as policies compare them."""
    head, star, _ = pattern.casefold().partition("*")
    prefix = prefix.casefold()
    return head.startswith(prefix) or (bool(star) and prefix.startswith(head))
