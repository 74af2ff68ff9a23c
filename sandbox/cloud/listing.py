"""What look-ups share: how a resource is shown, and listing those that fit.

Filters work as OCI's do: an argument that is given must be equal; `filters` are the Terraform provider's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from sandbox.cloud.call import Cloud
from sandbox.cloud.store import Record

Lookup = Callable[[Cloud, dict[str, Any]], dict[str, Any]]

# Arguments that say how to search, not what a resource must be like.
SEARCHING = frozenset(
    {
        "accessLevel",
        "attributes",
        "authorization",
        "compartmentIdInSubtree",
        "filters",
        "limit",
        "resourceTypeSchemaVersion",
        "sortBy",
        "sortOrder",
        "startIndex",
    }
)


def listing(key: str, type: str, **renamed: str) -> Lookup:
    """Answers with all resources of a type that fit, under `key`. `renamed`: argument -> output it means."""

    def lookup(cloud: Cloud, args: dict[str, Any]) -> dict[str, Any]:
        found = [shown(record) for record in cloud.list(type)]
        for name, value in args.items():
            if name not in SEARCHING and not (name == "compartmentId" and args.get("compartmentIdInSubtree")):
                found = [item for item in found if item.get(renamed.get(name, name)) == value]
        found = filtered(found, args)
        return {**args, "id": f"{key}-{len(found)}", key: found}

    return lookup


def offered(
    place: str, items: Callable[[Cloud, dict[str, Any]], Iterable[dict[str, Any]]], *equal: str
) -> Lookup:
    """Answers with what Oracle offers, at a dotted place: in a collection, where the SDK has one around it.

    `equal`: arguments that an item must be equal to, where they are given.
    """

    def lookup(cloud: Cloud, args: dict[str, Any]) -> dict[str, Any]:
        found = [each for each in items(cloud, args) if fits(each, args, equal)]
        return {**args, "id": place.partition(".")[0], **nested(place, filtered(found, args))}

    return lookup


def fits(item: Mapping[str, Any], args: Mapping[str, Any], names: Iterable[str]) -> bool:
    """Whether an item is equal to each of these arguments that is given."""
    return all(args.get(name) is None or item.get(name) == args[name] for name in names)


def nested(place: str, items: list[Any]) -> dict[str, Any]:
    """An answer with the records at a dotted place: in a collection, where there is one around them."""
    name, _, rest = place.partition(".")
    return {name: [nested(rest, items)] if rest else items}


def shown(record: Record) -> dict[str, Any]:
    """A resource as data sources show it. What came in as a secret stays out."""
    return {
        **{key: value for key, value in record.outputs.items() if key not in record.secret},
        "id": record.id,
    }


def filtered(items: list[dict[str, Any]], args: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The items that fit all of the Terraform provider's `filters` among the arguments."""
    return [item for item in items if all(_passes(item, rule) for rule in args.get("filters") or ())]


def _passes(item: Mapping[str, Any], rule: Mapping[str, Any]) -> bool:
    values = [_text(each) for each in _values(item, str(rule.get("name", "")).split("."))]
    wanted = rule.get("values") or []
    if rule.get("regex"):
        return any(re.search(pattern, value) for pattern in wanted for value in values)
    return any(value in wanted for value in values)


def _values(value: Any, parts: list[str]) -> Iterator[Any]:
    """Everything at a path; inside of a list at any of its items, and keys of maps as they are."""
    if isinstance(value, list):
        for each in value:
            yield from _values(each, parts)
    elif not parts:
        yield value
    elif isinstance(value, Mapping):
        camel = re.sub(r"_(\w)", lambda letter: letter[1].upper(), parts[0])
        # A key of defined tags has a dot in it.
        for key, rest in ((camel, parts[1:]), (parts[0], parts[1:]), (".".join(parts), [])):
            if key in value:
                yield from _values(value[key], rest)
                return


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
