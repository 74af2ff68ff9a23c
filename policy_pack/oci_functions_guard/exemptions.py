"""Exemptions from one rule: which resource, why, who is responsible for it, and until when.

An expired exemption counts as absent. An exemption covers what a rule finds in a resource; it never covers a
failure of the pack itself, a wrong config, or a rule that ran out of time.

The rules that are mandatory by themselves take *strict* exemptions only: one resource by its literal name,
and in it one statement by its fingerprint. For the other rules a pattern may name several resources, but must
contain something of their names.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any, Final

from oci_functions_guard.schema import Problem

__all__ = ["LONGEST_DAYS", "SCHEMA", "Exemption", "exemption_problems", "find", "read_exemptions", "today"]

LONGEST_DAYS: Final = 400  # a year, and a month to renew it in

SCHEMA: Mapping[str, Any] = {
    "type": "array",
    "description": "Resources this rule does not refuse, each with a reason, an owner and a last day.",
    "items": {
        "type": "object",
        "properties": {
            "resource": {
                "type": "string",
                "minLength": 1,
                "description": "Name of the resource in the program. Where the rule is not mandatory by "
                "default, * and ? stand for any string and any one character, beside at least three letters "
                "or digits.",
            },
            "statement": {
                "type": "string",
                "pattern": r"^sha256:[0-9a-f]{64}$",
                "description": "The one statement that is covered: what `oci-iam fingerprint` prints of it. "
                "Required where the rule is mandatory by default.",
            },
            "reason": {"type": "string", "minLength": 1, "description": "Why the finding is acceptable."},
            "owner": {"type": "string", "minLength": 1, "description": "Who is responsible for it."},
            "expires": {
                "type": "string",
                "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",  # \d would take the digits of every script
                "description": "Last day on which it counts, YYYY-MM-DD (UTC), at most "
                f"{LONGEST_DAYS} days ahead.",
            },
        },
        "required": ["resource", "reason", "owner", "expires"],
        "additionalProperties": False,
    },
}

_WILDCARDS: Final = re.compile(r"[*?]")
_LITERAL_PART: Final = re.compile(r"[^\W_]{3}")  # three letters or digits in a row, which a name must contain
_STRICT_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def today() -> date:
    """The day it is (UTC)."""
    return datetime.now(UTC).date()


@dataclass(frozen=True, slots=True)
class Exemption:
    """One exemption, valid up to and including the day `expires`.

    `statement` is the fingerprint of the only statement it covers; None covers whatever the rule finds.
    """

    resource: str
    reason: str
    owner: str
    expires: date
    statement: str | None = None

    def names(self, name: str) -> bool:
        """Whether the resource of this name is meant."""
        return name == self.resource or (
            _WILDCARDS.search(self.resource) is not None and fnmatchcase(name, self.resource)
        )

    def covers(self, name: str, statement: str, day: date) -> bool:
        """Whether a finding about this statement (its fingerprint, or nothing) is covered."""
        return day <= self.expires and self.names(name) and self.statement in (None, statement)


def exemption_problems(items: Any, day: date, *, strict: bool = False) -> Iterator[Problem]:
    """What the schema cannot express: dates, strings that nobody sees, patterns that match too much."""
    for index, item in enumerate(items if isinstance(items, list) else ()):
        if isinstance(item, Mapping):
            for key, problem in _item_problems(item, day, strict):
                yield Problem(("exemptions", index, key), problem)


def _item_problems(item: Mapping[str, Any], day: date, strict: bool) -> Iterator[tuple[str, str]]:
    for key in ("reason", "owner"):
        if isinstance(text := item.get(key), str) and text and not _can_be_read(text):
            yield key, "must contain at least two visible letters or digits, and no invisible character"
    resource, expires = item.get("resource"), item.get("expires")
    if isinstance(resource, str) and resource:
        yield from (("resource", problem) for problem in _name_problems(resource, strict))
    if isinstance(expires, str):
        yield from (("expires", problem) for problem in _date_problems(expires, day))
    if strict and "statement" not in item:
        yield "statement", "is missing: the rule is mandatory by default (see `oci-iam fingerprint`)"


def _name_problems(resource: str, strict: bool) -> Iterator[str]:
    if strict:
        if re.search(r"[*?\[\]]", resource):
            yield "must be the literal name of one resource: the rule is mandatory by default"
    elif re.search(r"[\[\]]", resource):
        yield "must not contain [ or ]: only * and ? are wildcards"
    elif _WILDCARDS.search(resource) and not _LITERAL_PART.search(resource):
        yield "matches too much: it must contain three letters or digits in a row beside its wildcards"


def _date_problems(expires: str, day: date) -> Iterator[str]:
    last = _date(expires)
    if last is None and _STRICT_DATE.match(expires):  # any other form is the schema's to refuse
        yield "is not a date"
    elif last is None:
        return
    elif last > day + timedelta(days=LONGEST_DAYS):
        yield f"is more than {LONGEST_DAYS} days ahead"


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _STRICT_DATE.fullmatch(text) else None
    except ValueError:
        return None


def _can_be_read(text: str) -> bool:
    """Whether a person sees all of the text, and at least two letters or digits of it.

    Some letters of Unicode are blank by definition; their names say so.
    """
    categories = [unicodedata.category(char) for char in text]
    names = [unicodedata.name(char, "") for char in text]
    blank = any("FILLER" in name or "BLANK" in name for name in names)
    hidden = any(category[0] == "C" or category in ("Zl", "Zp") for category in categories)
    return not hidden and not blank and sum(category[0] in "LN" for category in categories) >= 2


def read_exemptions(items: list[Mapping[str, str]]) -> tuple[Exemption, ...]:
    """The exemptions of a config that has no problems."""
    return tuple(
        Exemption(
            item["resource"],
            item["reason"],
            item["owner"],
            date.fromisoformat(item["expires"]),
            item.get("statement"),
        )
        for item in items
    )


def find(exemptions: tuple[Exemption, ...], name: str, statement: str, day: date) -> Exemption | None:
    """The exemption that covers a finding about this statement of a resource of this name today."""
    return next((one for one in exemptions if one.covers(name, statement, day)), None)
