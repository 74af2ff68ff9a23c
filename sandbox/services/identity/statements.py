"""How IAM takes the statements of a policy: what each names must exist in the identity domain it names, the
place must lie below where the policy is attached, and the text must be one that OCI's parser reads.

What lies outside the store is taken as existing, unless strict: groups and compartments mostly do.
What lies inside something that the store holds is known wholly, and a name that the previewed program is to
create does not exist yet.

Sources: Oracle's pages "How Policies Work" (attachment, compartment paths), "Policy Syntax" and "Subject".
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sandbox.cloud import identities
from sandbox.cloud.call import Call, Cloud
from sandbox.cloud.errors import InvalidParameter
from sandbox.cloud.existence import exists, strict
from sandbox.cloud.store import Record, Store
from sandbox.services.identity import (
    COMPARTMENT,
    DOMAIN,
    DOMAIN_DYNAMIC_GROUP,
    DOMAIN_GROUP,
    DYNAMIC_GROUP,
    GROUP,
    domains,
)

if TYPE_CHECKING:
    from oci_iam import Statement
    from oci_iam.statement import Location, Member

_GROUPS = ("group", "dynamic-group")
# What a statement calls each type.
_PLANNED = {
    COMPARTMENT: "compartment",
    DOMAIN: "domain",
    DOMAIN_DYNAMIC_GROUP: "dynamic-group",
    DOMAIN_GROUP: "group",
    DYNAMIC_GROUP: "dynamic-group",
    GROUP: "group",
}
# A preview's plan is forgotten after so many seconds: the program may have been changed since.
_PLAN_SECONDS = 600
_RESOURCE_TYPES = "OCI_SANDBOX_RESOURCE_TYPES"


def verify(call: Call, number: int, text: str) -> None:
    """Refuse what IAM refuses of one statement. Raises `InvalidParameter`."""
    from oci_iam import Unparsable, parse

    where = f"statement {number}"
    if not text.strip():
        raise InvalidParameter(f"{where} is blank")
    parsed = parse(text)
    if isinstance(parsed, Unparsable):
        raise InvalidParameter(f"{where} cannot be parsed: {parsed.reason} (in {text!r})")
    reason = next(_problems(call, parsed), None)
    if reason is not None:
        raise InvalidParameter(f"{where} {reason} (in {text!r})")


def plan(store: Store, type: str, urn: str, inputs: Mapping[str, Any]) -> None:
    """Remember from a preview that the program is about to create something that statements name."""
    name = inputs.get("name") or inputs.get("displayName")
    if isinstance(name, str):
        store.set_setting(_plan_key(urn, _PLANNED[type], name), str(int(time.time())))


def _plan_key(urn: str, kind: str, name: str) -> str:
    # `urn:pulumi:STACK::PROJECT::…`
    program = "::".join(urn.split("::", 2)[:2])
    return f"planned|{program}|{kind}|{name.casefold()}"


def _is_planned(call: Call, kind: str, name: str) -> bool:
    said = call.store.setting(_plan_key(call.urn, kind, name))
    return said is not None and time.time() - int(said) < _PLAN_SECONDS


def _problems(call: Call, statement: Statement) -> Iterator[str]:
    if statement.kind == "define":
        return
    yield from _text(statement)
    yield from _types(statement)
    if statement.kind == "allow" or statement.denied == "allow":  # the others are about two tenancies
        for member in statement.subject.members:
            yield from _member(call, member)
        yield from _location(call, statement.location)


def _text(statement: Statement) -> Iterator[str]:
    """What the grammar of `oci_iam` reads through, and OCI's does not."""
    from oci_iam.statement import Comparison, Variable, leaves

    if "id" in statement.slips:
        yield "names a compartment by its OCID without `id`; write `compartment id`"
    for slip in statement.slips:
        yield f"is misspelt: {slip}"
    for leaf in leaves(statement.condition):
        if isinstance(leaf, Comparison):
            for value in leaf.values:
                if isinstance(value, Variable) and not value.name.startswith(("request.", "target.")):
                    yield f"has an invalid right-hand side in its condition: {value.name} needs quotes"


def _types(statement: Statement) -> Iterator[str]:
    from oci_iam.catalogue import types

    name = statement.resource
    if name is None or name == "all-resources" or types.is_family(name) or types.resource_type(name):
        return
    if name not in os.environ.get(_RESOURCE_TYPES, "").split(","):
        yield (
            f"names no resource-type: {name}; one that OCI has and the sandbox does not know can be named in "
            f"{_RESOURCE_TYPES}"
        )


def _member(call: Call, member: Member) -> Iterator[str]:
    if member.kind not in _GROUPS:
        return
    what = member.kind.replace("-", " ")
    if member.id is not None:
        ocid = identities.read(member.id)
        if ocid is not None and not (_is_of_kind(ocid, "group") and exists(call.cloud, member.id, ocid)):
            yield f"names a {what} that does not exist: {member.id}"
    elif member.name is not None and domains.is_default(member.domain):
        yield from _of_the_default_domain(call, member.kind, what, member.name)
    elif member.name is not None:
        yield from _of_a_domain(call, member.kind, what, str(member.domain), member.name)


def _is_of_kind(ocid: identities.Ocid, kind: str) -> bool:
    """Whether an OCID may be that of a group; one of a type nobody knows may be."""
    return kind in ocid.type or ocid.type not in identities.KNOWN_TYPES


def _of_the_default_domain(call: Call, kind: str, what: str, name: str) -> Iterator[str]:
    """A name may be outside the store, unless it is found in another domain, or about to be created."""
    if domains.in_default(call.store, kind, name):
        return
    elsewhere = domains.holding(call.store, kind, name)
    if elsewhere or strict() or _is_planned(call, kind, name):
        hint = (
            f" in the default domain; write '{elsewhere}'/'{name}'" if elsewhere else _hint(call, kind, name)
        )
        yield f"names a {what} that does not exist{hint}: {name}"


def _of_a_domain(call: Call, kind: str, what: str, domain: str, name: str) -> Iterator[str]:
    """A domain of the store is known wholly; of any other one nothing is."""
    found = domains.named(call.store, domain)
    if found is None and (strict() or _is_planned(call, "domain", domain)):
        hint = _hint(call, "domain", domain)
        yield f"names an identity domain that does not exist{hint}: {domain}"
    elif found is None and not _is_planned(call, kind, name):
        return
    elif found is None or not domains.has(call.store, found, kind, name):
        yield f"names a {what} that does not exist{_hint(call, kind, name)}: {domain}/{name}"


def _hint(call: Call, kind: str, name: str) -> str:
    if _is_planned(call, kind, name):
        return " yet; this program creates it, so the policy must depend on it (depends_on)"
    return ""


def _is_called(record: Record, name: str) -> bool:
    return str(record.outputs.get("name")).casefold() == name.casefold()


def _location(call: Call, location: Location) -> Iterator[str]:
    if location.tenancy is not None:
        return
    attached = str(call.inputs.get("compartmentId") or call.cloud.tenancy)
    at_root = _is_tenancy(attached)
    if location.kind == "tenancy" and not at_root:
        yield "applies to the tenancy, so the policy must be attached to the root compartment"
    elif location.id is not None:
        yield from _by_id(call, attached, location.id)
    elif location.path:
        yield from _by_path(call, attached, location.path)


def _by_id(call: Call, attached: str, id: str) -> Iterator[str]:
    ocid = identities.read(id)
    if ocid is not None and not (ocid.type in ("compartment", "tenancy") and exists(call.cloud, id, ocid)):
        yield f"names a compartment that does not exist: {id}"
    elif id != attached and not _may_be_below(call.cloud, id, attached):
        yield f"applies to a compartment that is not in the policy's own ({attached}) or below it: {id}"


def _may_be_below(cloud: Cloud, id: str, attached: str) -> bool:
    """Whether a compartment lies below another, as far as the store knows both."""
    if _is_tenancy(id):
        return False
    if _is_tenancy(attached):
        return True
    seen = set()
    while id not in seen:
        seen.add(id)
        record = cloud.store.get(id)
        if record is None or record.type != COMPARTMENT:
            # From here on up nothing is known; but what the store made is below nothing it does not say.
            return cloud.store.get(attached) is None and not _is_tenancy(id)
        id = str(record.outputs.get("compartmentId") or cloud.tenancy)
        if id == attached:
            return True
    return False


def _by_path(call: Call, attached: str, path: tuple[str, ...]) -> Iterator[str]:
    """Names lead downwards from where the policy is attached; the first may be that compartment's own."""
    here: Record | None = call.store.get(attached)
    names = path[1:] if here is not None and _is_called(here, path[0]) else path
    parent = attached
    for name in names:
        below = [
            record
            for record in call.store.list(COMPARTMENT)
            if _is_called(record, name)
            and str(record.outputs.get("compartmentId") or call.cloud.tenancy) == parent
        ]
        if below:
            parent = below[0].id
            continue
        known_wholly = call.store.get(parent) is not None
        if known_wholly or strict() or _is_planned(call, "compartment", name):
            hint = _hint(call, "compartment", name)
            yield f"names a compartment that does not exist{hint}: {':'.join(path)}"
        return


def _is_tenancy(id: str) -> bool:
    ocid = identities.read(id)
    return ocid is not None and ocid.type == "tenancy"
