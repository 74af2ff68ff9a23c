"""Does an event match a rule's condition? As Oracle's page "Matching Events with Filters" says.

* `{}` matches every event; fields that the condition doesn't mention are ignored.
* Every field it does mention must be in the event, at the same nesting, and match (AND).
* An array lists alternatives (OR); a string matches exactly, or as a pattern where it holds `*`, at the
  start, in the middle or at the end. `"*"` alone matches every value but null. Keys hold no patterns.

What the page leaves open is taken narrowly: case counts; no ranges, prefixes or negation; a pattern matches
strings only; an array *in the event* matches nothing but an equal array. One exception: `freeFormTags` (as
documented) and `freeformTags` (as real events have it) are the same field.

Not a check of the rule's compartment, nor of whether the rule is enabled: see `dispatch`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_MISSING = object()
_SPELLINGS = {"freeFormTags": "freeformTags", "freeformTags": "freeFormTags"}


class ConditionError(Exception):
    """A condition that Events would not take; the message is one sentence."""


def read_condition(text: str) -> dict[str, Any]:
    """A rule's `condition` string as an object. Raises `ConditionError`."""
    try:
        condition = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        raise ConditionError("the condition is not JSON") from None
    if not isinstance(condition, dict):
        raise ConditionError("the condition is not a JSON object")
    return condition


def mismatch(condition: Mapping[str, Any], event: Mapping[str, Any]) -> str | None:
    """Why the event does not match: the first field, in a sentence. None when it does match."""
    return _fields(condition, event, "")


def _fields(condition: Mapping[str, Any], event: Any, place: str) -> str | None:
    for key, wanted in condition.items():
        where = f"{place}.{key}" if place else key
        found = _find(event, key)
        if found is _MISSING:
            return f"the event has no {where}{_other_case(event, key)}"
        if isinstance(wanted, Mapping):
            reason = _fields(wanted, found, where)
            if reason:
                return reason
        elif not _matches(wanted, found):
            return f"{where} is {_show(found)}, the condition expects {_show(wanted)}"
    return None


def _find(event: Any, key: str) -> Any:
    if not isinstance(event, Mapping):
        return _MISSING
    if key in event:
        return event[key]
    return event.get(_SPELLINGS.get(key, key), _MISSING)


def _other_case(event: Any, key: str) -> str:
    """What to add where a field is only written in another case."""
    names = event if isinstance(event, Mapping) else ()
    near = next((name for name in names if str(name).lower() == key.lower()), None)
    return f"; the field {near} is another one, because case counts" if near is not None else ""


def _matches(wanted: Any, found: Any) -> bool:
    if isinstance(wanted, list):
        return any(_matches(one, found) for one in wanted) or _equal(wanted, found)
    if isinstance(wanted, Mapping):  # an object as one alternative of an array
        return _fields(wanted, found, "") is None
    if wanted == "*":
        return found is not None
    if isinstance(wanted, str) and "*" in wanted:
        return isinstance(found, str) and _fits(wanted, found)
    return _equal(wanted, found)


def _equal(wanted: Any, found: Any) -> bool:
    """JSON equality: unlike Python's, `true` is not `1`."""
    return type(wanted) is type(found) and bool(wanted == found)


def _fits(pattern: str, text: str) -> bool:
    """Whether the whole text fits. Piece by piece from the left: a regular expression with many `.*` would
    try every way to share the text among them.
    """
    first, *middle, last = re.split(r"\*+", pattern)
    if len(text) < len(first) + len(last) or not (text.startswith(first) and text.endswith(last)):
        return False
    position, end = len(first), len(text) - len(last)
    for piece in middle:
        found = text.find(piece, position, end)
        if found < 0:
            return False
        position = found + len(piece)
    return True


def _show(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 100 else f"{text[:97]}..."
