"""IAM as it is deployed: the policies, and the directory they are decided in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from oci_iam import Compartment, Directory, DynamicGroup, Group, Policy
from sandbox.cloud.store import Record
from sandbox.services.identity import COMPARTMENT, DYNAMIC_GROUP, GROUP, MEMBERSHIP, POLICY, USER

_NO_TENANCY = "ocid1.tenancy.oc1..unknown"


def policies_of(records: Iterable[Record]) -> list[Policy]:
    """Every policy among the resources."""
    return [_policy(record) for record in _of(records, POLICY)]


def directory_of(records: Sequence[Record], tenancy: str = _NO_TENANCY) -> Directory:
    """Compartments, groups and users among the resources; `tenancy` where no resource tells which it is."""
    members: dict[str, set[str]] = {}
    for record in _of(records, MEMBERSHIP):
        members.setdefault(_text(record.outputs, "groupId"), set()).add(_text(record.outputs, "userId"))
    return Directory(
        tenancy_id=tenancy_among(records) or tenancy,
        compartments={
            record.id: Compartment(
                _text(record.outputs, "name"), _text(record.outputs, "compartmentId") or None
            )
            for record in _of(records, COMPARTMENT)
        },
        groups={
            record.id: Group(_text(record.outputs, "name"), frozenset(members.get(record.id, ())))
            for record in _of(records, GROUP)
        },
        dynamic_groups={
            record.id: DynamicGroup(_text(record.outputs, "name"), _text(record.outputs, "matchingRule"))
            for record in _of(records, DYNAMIC_GROUP)
        },
        users={record.id: _text(record.outputs, "name") or record.id for record in _of(records, USER)},
    )


def tenancy_among(records: Iterable[Record]) -> str:
    """The root compartment: groups always lie in it, so the first resource that lies in one tells. Empty
    where none does."""
    for record in records:
        compartment = _text(record.outputs, "compartmentId")
        if compartment.startswith("ocid1.tenancy."):
            return compartment
    return ""


def _policy(record: Record) -> Policy:
    statements = record.outputs.get("statements") or []
    return Policy(
        compartment_id=_text(record.outputs, "compartmentId"),
        statements=tuple(str(statement) for statement in statements),
        name=_text(record.outputs, "name"),
    )


def _of(records: Iterable[Record], kind: str) -> list[Record]:
    return [record for record in records if record.type == kind]


def _text(outputs: Mapping[str, Any], key: str) -> str:
    value = outputs.get(key)
    return value if isinstance(value, str) else ""
