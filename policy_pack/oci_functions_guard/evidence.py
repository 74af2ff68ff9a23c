"""Finds the grant a component registered for a statement that is still unknown, and renders it.

A component registers among its own properties, before its children exist:

    grants: {"<name of the policy child>": [{"text": …, "refs": {…: "<URN>"}} or null, …]}

index-aligned with the child's `statements`. Only an exact match counts: the child's own parent, its name, the
length of the list, and refs that name resources analysed before in this process. Anything else leaves the
statement unknown, and the answer says what did not match. What is registered here is believed at preview
only; at deploy the text counts.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from oci_functions_guard.registered import Registered
from oci_functions_guard.resource import Resource
from oci_functions_guard.statements import Entry
from oci_functions_guard.values import UNKNOWN, Secret, Value, is_secret, reveal
from oci_iam import evidence as grant_text

__all__ = ["NoEvidence", "referred", "resolve"]


_STACK: Final = "pulumi:pulumi:Stack"  # the parent of whatever has no other


class NoEvidence(Exception):
    """Why a registered grant does not stand for the statement. The message holds names and URNs, no other
    values.
    """


def resolve(policy: Resource, entries: tuple[Entry, ...], registered: Registered) -> tuple[Entry, ...]:
    """The entries, each unknown one with the text its component registered for it, where it did."""
    if not any(entry.is_unknown and entry.index is not None for entry in entries):
        return entries
    try:
        listed = _registered_list(policy, len(entries), registered)
    except NoEvidence as reason:
        return tuple(_still_unknown(entry, str(reason)) for entry in entries)
    return tuple(_resolve_one(entry, grant, registered) for entry, grant in zip(entries, listed, strict=True))


def referred(policy: Resource, entry: Entry, registered: Registered) -> frozenset[str]:
    """The URNs of what a component registered this statement for; none where it registered nothing. What is
    said here ties an OCID to a resource and is no reason to let anything pass."""
    parent = registered.find(policy.parent) if policy.parent else None
    grants = parent.get("grants") if parent is not None else None
    listed = reveal(grants.get(policy.name)) if isinstance(grants, dict) else None
    if not isinstance(listed, list) or entry.index is None or entry.index >= len(listed):
        return frozenset()
    grant = reveal(listed[entry.index])
    refs = reveal(grant.get("refs")) if isinstance(grant, dict) else None
    urns = map(reveal, refs.values()) if isinstance(refs, dict) else ()
    return frozenset(urn for urn in urns if isinstance(urn, str))


def _registered_list(policy: Resource, length: int, registered: Registered) -> list[Value]:
    """The list of grants registered for this policy by its parent."""
    parent = registered.find(policy.parent) if policy.parent else None
    if parent is None or parent.type == _STACK:
        raise NoEvidence("no component registered a grant for it")
    grants = parent.get("grants")
    if not isinstance(grants, dict) or policy.name not in grants:
        raise NoEvidence(f"{parent.name} registers no grants for a policy named {policy.name}")
    listed = reveal(grants[policy.name])
    if not isinstance(listed, list):
        raise NoEvidence(f"the grants {parent.name} registers for it are not a list")
    if len(listed) != length:
        raise NoEvidence(f"{parent.name} registers {len(listed)} grants for {length} statements")
    if is_secret(parent.props["grants"]):
        return [Secret(grant) for grant in listed]
    return listed


def _resolve_one(entry: Entry, grant: Value, registered: Registered) -> Entry:
    if not entry.is_unknown:
        return entry
    try:
        text, stand_ins = _render(grant, registered)
    except NoEvidence as reason:
        return _still_unknown(entry, str(reason))
    secret = entry.secret or isinstance(grant, Secret)
    return replace(entry, text=text, secret=secret, from_evidence=True, stand_ins=stand_ins)


def _still_unknown(entry: Entry, reason: str) -> Entry:
    return replace(entry, why_unknown=reason) if entry.is_unknown else entry


def _render(marked: Value, registered: Registered) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The statement one registered grant stands for, and what each OCID in it stands for."""
    grant = reveal(marked)
    if grant is None:
        raise NoEvidence("its component registers no grant for this statement")
    if not isinstance(grant, dict):
        raise NoEvidence("the registered grant is not an object")
    text, refs = reveal(grant.get("text")), reveal(grant.get("refs", {}))
    if not isinstance(text, str) or not isinstance(refs, dict):
        raise NoEvidence("the registered grant lacks `text` or `refs`")
    urns = {ref: _urn(ref, value) for ref, value in refs.items()}
    tokens = {ref: _find(ref, urn, registered).type for ref, urn in urns.items()}
    try:
        rendered = grant_text.render(text, tokens, urns)
        ocids = {
            ref: grant_text.render("${ref}", {"ref": tokens[ref]}, {"ref": urn}) for ref, urn in urns.items()
        }
    except ValueError as error:
        raise NoEvidence(f"the registered grant cannot be rendered: {error}") from None
    names = {ref: _find(ref, urn, registered).name for ref, urn in urns.items()}
    return rendered, tuple((ocid, f"<id of {names[ref]}>") for ref, ocid in ocids.items())


def _urn(ref: str, value: Value) -> str:
    urn = reveal(value)
    if urn is UNKNOWN or not isinstance(urn, str):
        raise NoEvidence(f"the ref {ref} is not a URN")
    return urn


def _find(ref: str, urn: str, registered: Registered) -> Resource:
    """The resource as it was registered. What the URN says of itself is not asked."""
    resource = registered.find(urn)
    if resource is None:
        raise NoEvidence(f"the ref {ref} names a resource that is not registered yet: {urn}")
    return resource
