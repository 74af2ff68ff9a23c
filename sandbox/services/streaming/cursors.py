"""Cursors: where a consumer is, as a string that the consumer brings back. Good for five minutes."""

from __future__ import annotations

import base64
import json
from dataclasses import asdict, dataclass, field

from sandbox.cloud.errors import InvalidParameter

SECONDS = 300.0


@dataclass(frozen=True, kw_only=True)
class _Issued:
    stream: str
    issued: float

    def text(self) -> str:
        """As it is given out."""
        raw = json.dumps([type(self).__name__, asdict(self)], separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@dataclass(frozen=True, kw_only=True)
class Cursor(_Issued):
    """A place in one partition."""

    partition: int
    offset: int


@dataclass(frozen=True, kw_only=True)
class GroupCursor(_Issued):
    """An instance of a consumer group. `read`: partition -> the offset after what was got and perhaps not
    committed; `generation` is another one after the group was moved; `timeout` in seconds."""

    group: str
    instance: str
    timeout: float
    commits_on_get: bool
    generation: int
    read: dict[str, int] = field(default_factory=dict)


def read(text: str, stream: str, now: float) -> Cursor | GroupCursor:
    """What a cursor of a stream stands for. Raises `InvalidParameter`."""
    found: Cursor | GroupCursor
    try:
        name, fields = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        found = {"Cursor": Cursor, "GroupCursor": GroupCursor}[name](**fields)
        is_sound = _is_sound(found)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        is_sound = False
    if not is_sound:
        raise InvalidParameter("the cursor is not one of Streaming's")
    if found.stream != stream:
        raise InvalidParameter("the cursor is one of another stream")
    if now >= found.issued + SECONDS:
        raise InvalidParameter("the cursor has expired; cursors are good for five minutes")
    return found


def _is_sound(cursor: Cursor | GroupCursor) -> bool:
    """Whether its fields are what they must be; a consumer may bring anything."""
    if isinstance(cursor, Cursor):
        return _are_small(cursor.partition, cursor.offset) and _are_small(int(cursor.issued))
    names = (cursor.group, cursor.instance)
    return (
        all(isinstance(name, str) for name in names)
        and _are_small(*cursor.read.values(), *map(int, cursor.read), cursor.generation)
        and _are_small(int(cursor.timeout), int(cursor.issued))
    )


def _are_small(*numbers: object) -> bool:
    return all(type(number) is int and 0 <= number < 2**62 for number in numbers)
