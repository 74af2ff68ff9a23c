"""What IAM refuses and fills in. Sources: Oracle's pages on managing groups, dynamic groups, users,
compartments and policies, on the limit of statements, and on regions ("all IAM writes go to the home
region")."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.cloud import identities, regions, validation
from sandbox.cloud.call import Call
from sandbox.cloud.errors import Conflict, InvalidParameter, MissingParameter, NotAllowed
from sandbox.cloud.service_rules import Rules
from sandbox.cloud.store import Store
from sandbox.services.identity import (
    COMPARTMENT,
    DOMAIN,
    DOMAIN_DYNAMIC_GROUP,
    DOMAIN_GROUP,
    DYNAMIC_GROUP,
    GROUP,
    MEMBERSHIP,
    OTHERS,
    POLICY,
    SMTP_CREDENTIAL,
    TAG,
    TAG_NAMESPACE,
    USER,
    compartments,
    tags,
)
from sandbox.services.identity.statements import plan, verify

_NAME = re.compile(r"[A-Za-z0-9._+@-]{1,100}", re.ASCII)
_COMPARTMENT_NAME = re.compile(r"[A-Za-z0-9._-]{1,100}", re.ASCII)
_LONGEST_DESCRIPTION = 400


class HomeRules(Rules):
    """What holds for everything IAM keeps: written in the home region only."""

    def create(self, call: Call) -> None:
        at_home(call)
        self.write(call)

    def update(self, call: Call) -> None:
        at_home(call)
        self.write(call)

    def delete(self, call: Call) -> None:
        at_home(call)


class IdentityRules(HomeRules):
    """What has a description, which may be empty."""

    def write(self, call: Call) -> None:
        description = call.inputs.get("description")
        if not isinstance(description, str):
            raise MissingParameter("description must be given; it can be an empty string")
        if len(description) > _LONGEST_DESCRIPTION:
            raise InvalidParameter(
                f"description has {len(description)} characters; at most {_LONGEST_DESCRIPTION} are allowed"
            )

    def computed(self, call: Call) -> Mapping[str, Any]:
        return {"state": "ACTIVE", "compartmentId": _compartment(call)}


class NamedRules(IdentityRules):
    """Things whose name nobody else in the tenancy has, whatever its case; where the tenancy is not known,
    nobody else in the compartment."""

    scope = ""

    def claims(self, call: Call) -> Iterable[str]:
        where = call.cloud.tenancy
        if where == call.store.setting("tenancy"):  # made up: the compartments may be of many
            where = _compartment(call)
        yield f"{self.scope}|{where}|{str(call.inputs.get('name')).lower()}"

    def write(self, call: Call) -> None:
        super().write(call)
        name = call.inputs.get("name")
        if not isinstance(name, str) or _NAME.fullmatch(name) is None:
            raise InvalidParameter(
                f"name {name!r} must have 1 to 100 letters, digits, periods, hyphens, underscores, + or @"
            )


class GroupRules(NamedRules):
    """Groups share their names with dynamic groups."""

    scope = "group"

    def planned(self, store: Store, urn: str, inputs: Mapping[str, Any]) -> None:
        plan(store, GROUP, urn, inputs)

    def delete(self, call: Call) -> None:
        super().delete(call)
        members = call.store.users(call.id, MEMBERSHIP)
        if members:
            raise Conflict(f"group {call.inputs.get('name')!r} still has {len(members)} member(s)")


class DynamicGroupRules(NamedRules):
    """A dynamic group's members are named by a rule."""

    scope = "group"

    def planned(self, store: Store, urn: str, inputs: Mapping[str, Any]) -> None:
        plan(store, DYNAMIC_GROUP, urn, inputs)

    def write(self, call: Call) -> None:
        super().write(call)
        ocid = identities.read(call.inputs["compartmentId"])
        if ocid is None or ocid.type != "tenancy":
            raise InvalidParameter("compartmentId of a dynamic group must be the tenancy's OCID")
        _validate_matching_rule(call)


def _validate_matching_rule(call: Call) -> None:
    from oci_iam import Unparsable, parse_matching_rule

    rule = validation.filled(call.inputs, "matchingRule", 4096)
    parsed = parse_matching_rule(rule)
    if isinstance(parsed, Unparsable):
        raise InvalidParameter(f"matchingRule cannot be parsed: {parsed.reason} (in {rule!r})")


class PolicyRules(NamedRules):
    """A policy is a list of statements in one compartment."""

    scope = "policy"

    def write(self, call: Call) -> None:
        super().write(call)
        statements = call.inputs.get("statements") or []
        if not statements:
            raise MissingParameter("statements must contain at least one statement")
        for number, statement in enumerate(statements, 1):
            verify(call, number, str(statement))
        compartments.refuse_too_many_statements(call)

    def computed(self, call: Call) -> Mapping[str, Any]:
        return {**super().computed(call), **_stamped(call.inputs)}

    def refreshed(self, call: Call, outputs: dict[str, Any]) -> dict[str, Any]:
        return {**outputs, **_stamped(call.inputs)}


def _stamped(inputs: Mapping[str, Any]) -> dict[str, str]:
    """What the provider compares a policy by: the hash of its statements, and the mark of its last update."""
    text = "".join(str(statement) for statement in inputs.get("statements") or ())
    mark = secrets.token_hex(20)
    return {
        "ETag": mark,
        "lastUpdateETag": mark,
        "policyHash": hashlib.md5(text.encode(), usedforsecurity=False).hexdigest(),
    }


class MembershipRules(IdentityRules):
    """A user is in a group at most once."""

    def claims(self, call: Call) -> Iterable[str]:
        yield f"membership|{call.inputs['groupId']}|{call.inputs['userId']}"

    def write(self, call: Call) -> None:
        call.cloud.existing(call.inputs["groupId"], GROUP, "group")
        call.cloud.existing(call.inputs["userId"], USER, "user")


class UserRules(NamedRules):
    """Users."""

    scope = "user"

    def delete(self, call: Call) -> None:
        super().delete(call)
        groups = call.store.users(call.id, MEMBERSHIP)
        if groups:
            raise Conflict(f"user {call.inputs.get('name')!r} is still in {len(groups)} group(s)")


class CompartmentRules(IdentityRules):
    """A compartment's name is unique in its parent, below which it lies at most six levels deep."""

    def write(self, call: Call) -> None:
        super().write(call)
        name = call.inputs.get("name")
        if not isinstance(name, str) or _COMPARTMENT_NAME.fullmatch(name) is None:
            raise InvalidParameter(
                f"name {name!r} must have 1 to 100 letters, digits, periods, hyphens or underscores"
            )
        compartments.refuse_too_deep(call, _compartment(call))

    def planned(self, store: Store, urn: str, inputs: Mapping[str, Any]) -> None:
        plan(store, COMPARTMENT, urn, inputs)

    def claims(self, call: Call) -> Iterable[str]:
        yield compartments.name_claim(_compartment(call), str(call.inputs.get("name")))

    def delete(self, call: Call) -> None:
        super().delete(call)
        inside = [
            record for record in call.store.users(call.id) if record.inputs.get("compartmentId") == call.id
        ]
        if inside:
            raise Conflict(
                f"compartment {call.inputs.get('name')!r} still contains {len(inside)} resource(s)"
            )


class DomainRules(HomeRules):
    """An identity domain, a directory of its own."""

    def planned(self, store: Store, urn: str, inputs: Mapping[str, Any]) -> None:
        plan(store, DOMAIN, urn, inputs)


class DomainGroupRules(Rules):
    """A group of an identity domain; its name is unique there."""

    def __init__(self, type: str) -> None:
        self.type = type

    def planned(self, store: Store, urn: str, inputs: Mapping[str, Any]) -> None:
        plan(store, self.type, urn, inputs)

    def claims(self, call: Call) -> Iterable[str]:
        name = str(call.inputs.get("displayName")).lower()
        yield f"{self.type}|{call.inputs.get('idcsEndpoint')}|{name}"

    def write(self, call: Call) -> None:
        validation.filled(call.inputs, "displayName")


class DomainDynamicGroupRules(DomainGroupRules):
    """A dynamic group of an identity domain."""

    def write(self, call: Call) -> None:
        super().write(call)
        _validate_matching_rule(call)


def at_home(call: Call) -> None:
    """Refuse a write outside the tenancy's home region, where that region is known."""
    home = call.cloud.home_region
    if home is not None and call.cloud.is_region_given and call.cloud.region != home:
        key = regions.KEYS.get(home, home)
        raise NotAllowed(
            f"Please go to your home region {key} to execute CREATE, UPDATE and DELETE operations"
            f" (this provider is configured for {call.cloud.region})."
        )


def _compartment(call: Call) -> str:
    return str(call.inputs.get("compartmentId") or call.cloud.tenancy)


class TagNamespaceRules(HomeRules):
    """A namespace of tags."""

    def claims(self, call: Call) -> Iterable[str]:
        return tags.namespace_claims(call)

    def write(self, call: Call) -> None:
        tags.check_name(call)


class TagRules(TagNamespaceRules):
    """A key of a namespace."""

    def claims(self, call: Call) -> Iterable[str]:
        return tags.key_claims(call)


class SmtpCredentialRules(HomeRules):
    """A user name for sending mail, which says whose it is."""

    def computed(self, call: Call) -> Mapping[str, Any]:
        digest = hashlib.sha256(call.id.encode()).hexdigest()
        return {"username": f"{call.inputs.get('userId')}@{call.cloud.tenancy}.{digest[:2]}.com"}


RULES: dict[str, Rules] = {
    **dict.fromkeys(OTHERS, HomeRules()),
    SMTP_CREDENTIAL: SmtpCredentialRules(),
    TAG: TagRules(),
    TAG_NAMESPACE: TagNamespaceRules(),
    COMPARTMENT: CompartmentRules(),
    DOMAIN: DomainRules(),
    DOMAIN_DYNAMIC_GROUP: DomainDynamicGroupRules(DOMAIN_DYNAMIC_GROUP),
    DOMAIN_GROUP: DomainGroupRules(DOMAIN_GROUP),
    DYNAMIC_GROUP: DynamicGroupRules(),
    GROUP: GroupRules(),
    MEMBERSHIP: MembershipRules(),
    POLICY: PolicyRules(),
    USER: UserRules(),
}
