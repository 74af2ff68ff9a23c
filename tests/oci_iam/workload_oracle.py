"""A second opinion on what workloads are let do, written from the design: it imports nothing of `oci_iam`.

The world of `oracle` with things in it that workloads use, a small table of what verbs hold (of each service
page as much as the world needs), and the promise for statements about workloads.

    Thing         something a workload acts on: its type, where it lies, the variables a call on it carries
    TYPES         what each verb adds, what of it is in D, which variables name one thing
    UseCall       one call on a thing
    UseGrant      a statement as data, of any of these types
    allows        (from `oracle`) whether a grant lets a call through
    kept          whether the promise holds for a call that a grant judged `ok` (or `unscoped`) lets through
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from tests.oci_iam.oracle import (
    APPS,
    APPS_DEV,
    CALLERS_OF_ALL_KINDS,
    GATEWAYS,
    MARTA,
    NAMES,
    SPEECH,
    TENANCY,
    Call,
    Caller,
    Grant,
    below,
    pinned,
)

VERBS = ("inspect", "read", "use", "manage")


@dataclass(frozen=True)
class Type:
    """What each verb adds, which of these permissions are in D, and the variables that name one thing."""

    adds: tuple[frozenset[str], frozenset[str], frozenset[str], frozenset[str]]
    in_d: frozenset[str]
    naming: frozenset[str] = frozenset()
    tenancy_only: bool = False


def _type(adds: str, not_in_d: str, naming: str = "", *, tenancy_only: bool = False) -> Type:
    verbs = tuple(frozenset(part.split()) for part in adds.split("|"))
    inspect, read, use, manage = verbs
    every = read | use | manage
    return Type(
        (inspect, read, use, manage),
        every - frozenset(not_in_d.split()),
        frozenset(naming.split()),
        tenancy_only,
    )


TYPES = {
    "objects": _type(
        "OBJECT_INSPECT|OBJECT_READ|OBJECT_OVERWRITE|OBJECT_CREATE OBJECT_DELETE", "", "target.bucket.name"
    ),
    "buckets": _type(
        "BUCKET_INSPECT|BUCKET_READ|BUCKET_UPDATE|BUCKET_DELETE PAR_MANAGE",
        "BUCKET_READ",
        "target.bucket.name",
    ),
    "secret-bundles": _type(
        "SECRET_BUNDLE_INSPECT|SECRET_BUNDLE_READ||",
        "",
        "target.secret.id target.secret.name target.vault.id",
    ),
    "secrets": _type(
        "SECRET_INSPECT|SECRET_READ|SECRET_UPDATE|SECRET_DELETE",
        "SECRET_READ",
        "target.secret.id target.secret.name target.vault.id",
    ),
    "ons-topics": _type(
        "ONS_TOPIC_INSPECT|ONS_TOPIC_READ|ONS_TOPIC_PUBLISH|ONS_TOPIC_DELETE", "ONS_TOPIC_READ"
    ),
    "log-content": _type("|LOG_CONTENT_READ|LOG_CONTENT_PUSH|", "LOG_CONTENT_PUSH", "target.loggroup.id"),
    "users": _type("USER_INSPECT|USER_READ|USER_UPDATE|USER_DELETE", "", "target.user.id", tenancy_only=True),
}
FAMILIES = {
    "object-family": ("objects", "buckets"),
    "secret-family": ("secrets", "secret-bundles"),
    "all-resources": tuple(TYPES),
}
TYPE_OF = {
    permission: name for name, row in TYPES.items() for permissions in row.adds for permission in permissions
}
D = frozenset().union(*(row.in_d for row in TYPES.values()))


@dataclass(frozen=True)
class Thing:
    """Something of one of the types, in a compartment, with what a call on it carries."""

    types: tuple[str, ...]
    compartment: str
    carries: tuple[tuple[str, str], ...] = ()


KEYS, SIGNING = "ocid1.vaultsecret.oc1.iad.keys", "ocid1.vaultsecret.oc1.iad.signing"
VAULT = "ocid1.vault.oc1.iad.main"
LOGS, AUDIT = "ocid1.loggroup.oc1.iad.app", "ocid1.loggroup.oc1.iad.audit"
_STORED, _KEPT = ("objects", "buckets"), ("secrets", "secret-bundles")


def _secret(ocid: str, name: str, place: str) -> Thing:
    ids = (("target.secret.id", ocid), ("target.secret.name", name), ("target.vault.id", VAULT))
    return Thing(_KEPT, place, ids)


THINGS = (
    *(
        Thing(_STORED, place, (("target.bucket.name", name),))
        for name, place in (("uploads", APPS), ("results", APPS_DEV), ("ledger", GATEWAYS), ("top", TENANCY))
    ),
    _secret(KEYS, "keys", APPS),
    _secret(SIGNING, "signing", GATEWAYS),
    Thing(("ons-topics",), APPS_DEV),
    Thing(("ons-topics",), GATEWAYS),
    Thing(("log-content",), APPS, (("target.loggroup.id", LOGS),)),
    Thing(("log-content",), TENANCY, (("target.loggroup.id", AUDIT),)),
    Thing(("users",), TENANCY, (("target.user.id", MARTA),)),
)


@dataclass(frozen=True)
class UseCall(Call):
    """One call on a thing; ``function`` is not used."""

    thing: Thing = field(default=THINGS[0])

    @property
    def compartment(self) -> str:
        return self.thing.compartment

    @property
    def target(self) -> dict[str, str]:
        return dict(self.thing.carries)

    @cache  # noqa: B019 - calls are values of one small world, made once
    def variables(self) -> dict[str, frozenset[str]]:
        """Every variable the call carries, each with its values."""
        of_caller = Call(self.caller, "FN_INVOCATION", SPEECH, self.region).variables()
        one = {
            "request.permission": self.permission,
            "target.compartment.id": self.compartment,
            "target.compartment.name": NAMES.get(self.compartment),
            **self.target,
        }
        return {
            **{name: values for name, values in of_caller.items() if not name.startswith("target.")},
            "request.operation": frozenset({"someoperation"}),
            **{name: frozenset({value.casefold()}) for name, value in one.items() if value is not None},
        }


def use_calls(callers: tuple[Caller, ...] = CALLERS_OF_ALL_KINDS) -> Iterator[UseCall]:
    """Every call of the world that needs a permission of D."""
    for caller in callers:
        for thing in THINGS:
            for permission in sorted(D):
                if TYPE_OF[permission] in thing.types:
                    yield UseCall(caller, permission, "", thing=thing)


def types_of(action: tuple[str, str] | frozenset[str]) -> tuple[str, ...]:
    """The types an action is about."""
    if isinstance(action, tuple):
        return FAMILIES.get(action[1], (action[1],))
    return tuple({TYPE_OF[name]: None for name in sorted(action)})


@cache
def held(action: tuple[str, str] | frozenset[str]) -> frozenset[str]:
    """The permissions of D that an action holds."""
    if not isinstance(action, tuple):
        return action & D
    upto = VERBS.index(action[0]) + 1
    adds = [TYPES[name].adds[:upto] for name in types_of(action) if name in TYPES]
    return D.intersection(name for verbs in adds for names in verbs for name in names)


@dataclass(frozen=True)
class UseGrant(Grant):
    """An allow statement about these types."""

    def yields(self) -> frozenset[str]:
        return held(self.action)


def kept(grant: UseGrant, call: UseCall, *, scoped: bool) -> bool:
    """What the design promises of every call of D that a workload's grant lets through.

    The target lies in the named compartment (not the root), or a literal names it, or the type exists in
    the tenancy only; the principal is in the dynamic group, or the statement holds what pins it; of a family,
    both target and permission stand in the statement. ``scoped`` (judged `ok`): what can be named is named,
    or is the caller itself.
    """
    row = TYPES[TYPE_OF[call.permission]]
    named = any(_stands(grant, call.target.get(name), name) for name in row.naming)
    in_place = named or row.tenancy_only or (grant.place != TENANCY and below(call.compartment, grant.place))
    known = grant.subject[0] not in ("any-user", "any-group") or pinned(grant, call)[1]
    is_family = isinstance(grant.action, tuple) and grant.action[1] in FAMILIES
    narrow = not is_family or (named and _stands(grant, call.permission, "request.permission"))
    is_caller = call.caller.id is not None and call.caller.id in call.target.values()
    return in_place and known and narrow and (not scoped or named or not row.naming or is_caller)


def _stands(grant: UseGrant, value: str | None, variable: str) -> bool:
    return value is not None and value.casefold() in grant.literals(variable)
