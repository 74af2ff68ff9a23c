"""How long data is kept, and how: checks of buckets, queues and streams that a stack creates.

Sources: Oracle's pages "Object Storage Retention Rules", "Object Storage Versioning", "Managing Queues" and
"Managing Streams".
"""

from __future__ import annotations

from components.values import limits
from components.values.limits import between

TIERS = ("Standard", "Archive")
_LEAST_SECONDS, _WEEK = 10, 604_800


def tier(value: str) -> str:
    """The storage tier of a bucket, which cannot change."""
    limits.one_of(value, TIERS)
    return value


def key(value: str) -> str:
    """A Vault key."""
    return limits.ocid(value, "key")


def object_days(value: int) -> int:
    """Days an object can be neither changed nor deleted: up to 500 years."""
    return between(value, 1, 182_500, "days")


def message_seconds(value: int) -> int:
    """Seconds a queue keeps a message."""
    return between(value, _LEAST_SECONDS, _WEEK, "seconds")


def visibility(value: int) -> int:
    """Seconds a message that was received is hidden from others."""
    return between(value, 0, 43_200, "seconds")


def polling(value: int) -> int:
    """Seconds a request for messages waits for one."""
    return between(value, 0, 30, "seconds")


def deliveries(value: int) -> int:
    """How often a message is delivered before it goes to the dead-letter queue; 0 for never."""
    return between(value, 0, 20, "deliveries")


def share(value: int) -> int:
    """What one channel may take of a queue."""
    return between(value, 1, 100, "percent")


def partitions(value: int) -> int:
    """Partitions of a stream; how many a tenancy has is one of its limits."""
    return between(value, 1, 1000, "partitions")


def stream_hours(value: int) -> int:
    """Hours a stream keeps a message."""
    return between(value, 24, 168, "hours")
