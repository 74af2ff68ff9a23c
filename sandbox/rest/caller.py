"""The principal behind a credential, and IAM as that principal meets it.

Policies and groups are read anew when any resource has changed, and only then. A resource's membership in
dynamic groups follows from its tags and compartment now; OCI shows changes after up to 15 minutes.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from oci_iam import Directory, DynamicGroup, Group, Policy, Principal
from sandbox.cloud.store import Store
from sandbox.rest.credentials import Credential
from sandbox.rest.signature import NotAuthenticated
from sandbox.services.identity import USER
from sandbox.services.identity.directory import directory_of, policies_of

_ADMINISTRATORS = "Administrators"
_TENANT_ADMIN = "Allow group Administrators to manage all-resources in tenancy"


@dataclass(frozen=True)
class Iam:
    """Who may do what, at one moment. `tags` are the defined tags of every resource that has some."""

    policies: Sequence[Policy]
    directory: Directory
    tags: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Caller:
    """Who asks, and IAM for that one."""

    principal: Principal
    tenancy_id: str
    iam: Iam


class Callers:
    """Principals of one store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: tuple[int, Iam] | None = None
        self._lock = threading.Lock()

    def iam(self) -> Iam:
        """IAM as it is deployed now."""
        with self._lock:
            generation = self._store.generation()
            if self._known is None or self._known[0] != generation:
                self._known = (generation, self._read())
            return self._known[1]

    def _read(self) -> Iam:
        records = self._store.list()
        tags = {record.id: record.outputs.get("definedTags") or {} for record in records}
        return Iam(
            policies_of(records),
            directory_of(records, own_tenancy(self._store)),
            {id: found for id, found in tags.items() if found},
        )

    def caller(self, credential: Credential) -> Caller:
        """The principal and IAM. Raises `NotAuthenticated` for a token that names nobody."""
        iam = self.iam()
        principal = self._user(credential) if credential.user_id else self._resource(credential)
        if credential.member_of == administrators_of(self._store):
            iam = _as_administrator(iam, principal, credential.member_of)
        elif credential.member_of:
            iam = _as_member(iam, principal, credential.member_of)
        return Caller(principal, credential.tenancy_id, iam)

    def _user(self, credential: Credential) -> Principal:
        record = self._store.get(credential.user_id)
        name = str(record.outputs.get("name")) if record is not None and record.type == USER else None
        return Principal(type="user", id=credential.user_id, name=name)

    def _resource(self, credential: Credential) -> Principal:
        if not credential.resource_id or not credential.resource_type:
            raise NotAuthenticated("the session token names no resource")
        record = self._store.get(credential.resource_id)
        outputs = record.outputs if record is not None else {}
        return Principal(
            type=credential.resource_type,
            id=credential.resource_id,
            compartment_id=str(outputs.get("compartmentId") or credential.compartment_id) or None,
            name=str(outputs.get("displayName") or "") or None,
            tags=dict(outputs.get("definedTags") or {}),
        )


def own_tenancy(store: Store) -> str:
    """The OCID of the tenancy where no resource says which it is."""
    with store.transaction():
        known = store.setting("tenancy")
        if known is None:
            known = f"ocid1.tenancy.oc1..aaaaaaaa{store.mark}{'a' * 44}"
            store.set_setting("tenancy", known)
    return known


def administrators_of(store: Store) -> str:
    """The OCID of the group Administrators, which every tenancy has, with its policy over the whole
    tenancy."""
    return f"ocid1.group.oc1..aaaaaaaa{store.mark}{'administrators'.ljust(44, 'a')}"


def _as_member(iam: Iam, principal: Principal, group_id: str) -> Iam:
    """IAM with the principal in one more group or dynamic group, as `--as group:…` asks for. A group that was
    deleted since gives no rights."""
    directory, id = iam.directory, principal.id or ""
    if group_id in directory.groups:
        group = directory.groups[group_id]
        return _with_group(iam, group_id, dataclasses.replace(group, members=group.members | {id}))
    if group_id in directory.dynamic_groups:
        known = directory.dynamic_groups[group_id]
        rule = DynamicGroup(known.name, f"Any {{resource.id = '{id}'}}", known.domain)
        groups = {**directory.dynamic_groups, group_id: rule}
        return dataclasses.replace(iam, directory=dataclasses.replace(directory, dynamic_groups=groups))
    return iam


def _as_administrator(iam: Iam, principal: Principal, group_id: str) -> Iam:
    """IAM with the group and the policy that OCI gives every tenancy; nobody else is in that group here."""
    policy = Policy(iam.directory.tenancy_id, (_TENANT_ADMIN,), name="Tenant Admin Policy")
    with_policy = dataclasses.replace(iam, policies=[*iam.policies, policy])
    return _with_group(with_policy, group_id, Group(_ADMINISTRATORS, frozenset({principal.id or ""})))


def _with_group(iam: Iam, group_id: str, group: Group) -> Iam:
    groups = {**iam.directory.groups, group_id: group}
    return dataclasses.replace(iam, directory=dataclasses.replace(iam.directory, groups=groups))
