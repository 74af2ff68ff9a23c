"""Exemptions from one rule: which resource, why, who answers for it, and until when.

An expired exemption counts as absent. An exemption covers what a rule finds in a resource; it never covers a
failure of the pack itself, a wrong config, or a rule that ran out of time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from typing import Any

__all__ = ["SCHEMA", "Exemption", "exemption_problems", "find", "read_exemptions"]

SCHEMA: Mapping[str, Any] = {
    "type": "array",
    "description": "Resources this rule does not refuse, each with a reason, an owner and a last day.",
    "items": {
        "type": "object",
        "properties": {
            "resource": {
                "type": "string",
                "minLength": 1,
                "description": "Name of the resource in the program; * and ? stand for any string and "
                "any one character.",
            },
            "reason": {"type": "string", "minLength": 1, "description": "Why the finding is acceptable."},
            "owner": {"type": "string", "minLength": 1, "description": "Who answers for it."},
            "expires": {
                "type": "string",
                "pattern": r"^\d{4}-\d{2}-\d{2}$",
                "description": "Last day on which it counts, YYYY-MM-DD (UTC).",
            },
        },
        "required": ["resource", "reason", "owner", "expires"],
        "additionalProperties": False,
    },
}


@dataclass(frozen=True, slots=True)
class Exemption:
    """One exemption, valid up to and including the day `expires`."""

    resource: str
    reason: str
    owner: str
    expires: date

    def covers(self, name: str, today: date) -> bool:
        return today <= self.expires and fnmatchcase(name, self.resource)


def exemption_problems(items: Any) -> Iterator[str]:
    """What the schema cannot express: impossible dates, blank strings, patterns that match everything."""
    if not isinstance(items, list):
        return
    for index, item in enumerate(items):
        if isinstance(item, Mapping):
            for key, problem in _item_problems(item):
                yield f"exemptions[{index}].{key} {problem}"


def _item_problems(item: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key in ("reason", "owner"):
        if isinstance(text := item.get(key), str) and text and not text.strip():
            yield key, "must not be empty"
    pattern, expires = item.get("resource"), item.get("expires")
    if isinstance(pattern, str) and pattern and not pattern.strip("*? "):
        yield "resource", "matches every resource; lower the rule's enforcementLevel instead"
    if isinstance(expires, str) and _date(expires) is None:
        yield "expires", "is not a date"


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def read_exemptions(items: list[Mapping[str, str]]) -> tuple[Exemption, ...]:
    """The exemptions of a config that has no problems."""
    return tuple(
        Exemption(item["resource"], item["reason"], item["owner"], date.fromisoformat(item["expires"]))
        for item in items
    )


def find(exemptions: tuple[Exemption, ...], name: str, today: date) -> Exemption | None:
    """The exemption that covers a resource of this name today."""
    return next((exemption for exemption in exemptions if exemption.covers(name, today)), None)
