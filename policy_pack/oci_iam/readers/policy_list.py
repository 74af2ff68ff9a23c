"""Finds policies in what `oci iam policy list` and `oci iam policy get` print. Does not judge them."""

from __future__ import annotations

from typing import Any

from oci_iam.items import Item, Place, Source, policy_of
from oci_iam.json_lines import Path, line_of, lines
from oci_iam.policy import Policy

__all__ = ["of_policy_list"]


def of_policy_list(document: Any, text: str, name: str) -> Source | None:
    """What a parsed document holds, where it is the answer of one of the two commands; else None.

    Also what `--query data` leaves of it, and the names of fields as the REST API spells them.
    """
    path: Path = ()
    if isinstance(document, dict) and "data" in document:
        document, path = document["data"], ("data",)
    if isinstance(document, dict) and isinstance(document.get("items"), list):
        document, path = document["items"], (*path, "items")
    if isinstance(document, dict) and "statements" in document:
        listed = [(path, document)]
    elif isinstance(document, list) and path and not document:
        listed = []
    elif isinstance(document, list) and document and all(map(_is_policy, document)):
        listed = [((*path, index), one) for index, one in enumerate(document)]
    else:
        return None
    where = lines(text)
    items: list[Item] = []
    policies: list[Policy] = []
    for at, policy in listed:
        address = str(policy.get("name") or policy.get("id") or "(no name)")
        key = str(policy.get("id") or address)
        found = []
        statements = policy["statements"]
        if not isinstance(statements, list):
            place = Place(name, line_of(where, (*at, "statements")), address, "statements")
            found.append(_item(None, place, key, "it is not a list"))
        else:
            for index, entry in enumerate(statements):
                line = line_of(where, (*at, "statements", index))
                found.append(_item(entry, Place(name, line, address, f"statements[{index}]"), key, ""))
        items += found
        attached = policy.get("compartment-id", policy.get("compartmentId"))
        policies.append(policy_of(found, attached if isinstance(attached, str) else "", address))
    return Source(name, tuple(items), tuple(policies), is_export=True)


def _is_policy(one: Any) -> bool:
    return isinstance(one, dict) and "statements" in one and "statement" not in one


def _item(entry: Any, place: Place, policy: str, problem: str) -> Item:
    fields = {"statement": entry, "policy": place.address}
    if problem or not isinstance(entry, str):
        return Item("", place, policy, problem or "it is not a string", fields | {"statement": None})
    return Item(entry, place, policy, fields=fields)
