"""The lists of an identity domain: filtered by an expression, and counted, as SCIM (RFC 7644) has it.

Not the whole language: comparisons joined by `and`. Anything else is `NotEmulated`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.cloud.errors import NotEmulated

_COMPARISON = re.compile(
    r'\s*([\w.:]+)\s+(?:(pr)|(eq|ne|co|sw|ew)\s+("(?:[^"\\]|\\.)*"|\S+))\s*', re.IGNORECASE
)


def answer(
    items: Sequence[dict[str, Any]], args: Mapping[str, Any]
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The page of items that the arguments ask for, and what stands beside it.

    `…Filter`, `…Count` and `startIndex` are looked at; the names of the first two begin with the resource's.
    """
    expression = next((str(value) for name, value in args.items() if name.endswith("Filter") and value), "")
    found = [item for item in items if fits(item, expression)]
    start = max(int(args.get("startIndex") or 1), 1)
    most = next((int(value) for name, value in args.items() if name.endswith("Count")), len(found))
    page = found[start - 1 : start - 1 + most]
    schemas = ["urn:ietf:params:scim:api:messages:2.0:ListResponse"]
    beside = {"itemsPerPage": len(page), "schemas": schemas, "startIndex": start, "totalResults": len(found)}
    return page, beside


def fits(item: Mapping[str, Any], expression: str) -> bool:
    """Whether an item passes an expression such as `displayName eq "a" and active eq true`."""
    return all(_passes(item, part) for part in re.split(r"\band\b", expression)) if expression else True


def _passes(item: Mapping[str, Any], part: str) -> bool:
    found = _COMPARISON.fullmatch(part)
    if found is None:
        raise NotEmulated(f"the sandbox does not emulate the filter {part.strip()!r}")
    name, present, operator, literal = found.groups()
    values = list(_values(item, name.split(".")))
    if present:
        return any(value not in ("", [], {}) for value in values)
    wanted = literal.strip('"').replace('\\"', '"').lower()
    known = [str(value).lower() for value in values]
    by_operator = {
        "eq": lambda: wanted in known,
        "ne": lambda: wanted not in known,
        "co": lambda: any(wanted in value for value in known),
        "sw": lambda: any(value.startswith(wanted) for value in known),
        "ew": lambda: any(value.endswith(wanted) for value in known),
    }
    return bool(by_operator[operator.lower()]())


def _values(value: Any, parts: list[str]) -> Any:
    """Everything at a dotted path; names have no letter case."""
    if isinstance(value, list):
        for each in value:
            yield from _values(each, parts)
    elif not parts:
        yield value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if key.lower() == parts[0].lower():
                yield from _values(inner, parts[1:])
