"""How many handlers a chain of events has come through: what ends a loop that nobody saw.

Every object that a handler writes carries `opc-meta-hops` and `opc-meta-origin`, the id of the event that
began it all; every notification has both in its body. Who is invoked by one of these goes on counting.

| hops of what invoked it | what the handler does                                                   |
|-------------------------|-------------------------------------------------------------------------|
| fewer than MAX_HOPS     | its work                                                                |
| MAX_HOPS                | refuses it, so that it is in quarantine for somebody to see             |
| more                    | nothing: what a refusal writes must not lead to the next refusal either |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ai_events.strict_json import JsonObject, JsonValue

_HOPS, _ORIGIN = "hops", "origin"
_LONGEST_ORIGIN = 1000


@dataclass(frozen=True)
class Trail:
    """How many handlers it came through, and the id of the event that began it, as names spell it."""

    hops: int = 0
    origin: str = ""

    def further(self, name: str) -> Trail:
        """That of what is written because of it; `name` is that of an event which is itself a beginning."""
        return Trail(self.hops + 1, self.origin or name)

    @property
    def metadata(self) -> dict[str, str]:
        """What an object carries."""
        return {_HOPS: str(self.hops), _ORIGIN: self.origin}

    @property
    def members(self) -> JsonObject:
        """What a message carries."""
        return {_HOPS: self.hops, _ORIGIN: self.origin}


BEGINNING = Trail()


def of_object(headers: Mapping[str, str]) -> Trail:
    """The trail of an object, by its headers in lower case. Metadata that is no number is somebody else's."""
    hops = headers.get(f"opc-meta-{_HOPS}", "")
    if not (hops.isascii() and hops.isdecimal() and len(hops) <= 6):
        return BEGINNING
    return Trail(int(hops), headers.get(f"opc-meta-{_ORIGIN}", "")[:_LONGEST_ORIGIN])


def of_message(value: JsonValue) -> Trail:
    """The trail of a body, where a handler's notification is what invoked this one."""
    if not isinstance(value, dict):
        return BEGINNING
    hops, origin = value.get(_HOPS), value.get(_ORIGIN)
    if not isinstance(hops, int) or isinstance(hops, bool) or hops < 0 or not isinstance(origin, str):
        return BEGINNING
    return Trail(hops, origin[:_LONGEST_ORIGIN])
