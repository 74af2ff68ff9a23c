"""The paths from some rights to more, as data. Does not look at statements.

Two kinds. A *route* is walked by one subject whose own statements give all it takes (`manage policies` beside
a right on functions). A *control* makes somebody else act for the subject: what the subject may change runs
with the rights of that other principal (the code of a function, the target of a connector).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from oci_iam.catalogue.permissions import FUNCTIONS_REACH

__all__ = [
    "ACTS",
    "CONTROLS",
    "INVOKE",
    "PRIVILEGES",
    "REACH",
    "ROUTES",
    "ROUTE_NEEDS",
    "TAGGED",
    "TAGGING",
    "TAG_RIGHTS",
    "Control",
    "Route",
    "tags_of",
]

INVOKE = "FN_INVOCATION"
REACH = "any right on functions"
"""Stands for any of FUNCTIONS_REACH where a route begins."""
TAGGED = "a right on functions by the tags of "
"""Begins what stands for such a right on a condition about tags; the thing that has the tags follows."""


ACTS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "change domains": frozenset({"DOMAIN_ACTIVATE", "DOMAIN_CREATE"}),
        "change identity providers": frozenset({"IDENTITY_PROVIDER_CREATE", "IDENTITY_PROVIDER_UPDATE"}),
        "change matching rules": frozenset({"DYNAMIC_GROUP_UPDATE", "DYNAMIC_RESOURCE_GROUP_UPDATE"}),
        "change connectors": frozenset({"SERVICE_CONNECTOR_CREATE", "SERVICE_CONNECTOR_UPDATE"}),
        "change schedules": frozenset({"RESOURCE_SCHEDULE_CREATE", "RESOURCE_SCHEDULE_UPDATE"}),
        "change API deployments": frozenset({"API_DEPLOYMENT_CREATE", "API_DEPLOYMENT_UPDATE"}),
        "change event rules": frozenset({"EVENTRULE_CREATE", "EVENTRULE_MODIFY"}),
        "set the rotation of secrets": frozenset({"SECRET_CREATE", "SECRET_ROTATE", "SECRET_UPDATE"}),
    }
)
"""What somebody does that needs one of several permissions, by words."""

TAGGING = {
    "fnfunc": frozenset({"FN_FUNCTION_CREATE", "FN_FUNCTION_UPDATE"}),
    "instance": frozenset({"INSTANCE_CREATE", "INSTANCE_UPDATE"}),
}
"""Type of a resource -> the rights of which one it takes to change its tags, beside TAG_NAMESPACE_USE."""
TAG_RIGHTS = frozenset({"TAG_NAMESPACE_USE"}).union(*TAGGING.values())


def tags_of(kind: str) -> str:
    """What stands for a right to change the tags of resources of a type."""
    return f"the tags of {kind}"


@dataclass(frozen=True, slots=True)
class Route:
    """One way from some rights of a subject to more: what it takes beside ``of``, and how to close it."""

    code: str
    needs: tuple[str, ...]
    in_place: bool
    """Whether it works only where both rights reach."""
    message: str
    remediation: str
    of: str = REACH


_ELSEWHERE = "Give that right to a group of its own that has no rights on functions, e.g. "
_POLICIES = _ELSEWHERE + "`Allow group <iam-admins> to manage policies in compartment id <compartment-ocid>`."
_PUSH = _ELSEWHERE + (
    "`Allow group <image-builders> to manage repos in compartment id <compartment-ocid> where "
    "target.repo.name = '<repository>'`, and pin the function's image by digest."
)
_USERS = _ELSEWHERE + "`Allow group <iam-admins> to manage users in tenancy`."
_TAGS = _ELSEWHERE + (
    "`Allow group <tag-admins> to use tag-namespaces in tenancy where "
    "target.tag-namespace.name = '<namespace>'`."
)


def _credential(permission: str, what: str) -> Route:
    message = f"can {what} and act as that user"
    return Route("escalation-credentials", ("USER_UPDATE", permission), False, message, _USERS)


def _tags(thing: str, permission: str, what: str) -> Route:
    return Route(
        "escalation-tags",
        ("TAG_NAMESPACE_USE", permission),
        False,
        f"can change the tags of {what}, on which the condition of that right relies",
        _TAGS,
        TAGGED + thing,
    )


ROUTES = (
    Route(
        "escalation-policies",
        ("POLICY_CREATE",),
        True,
        "can write itself a policy over any function there",
        _POLICIES,
    ),
    Route(
        "escalation-policies",
        ("POLICY_UPDATE",),
        True,
        "can rewrite a policy to reach any function there",
        _POLICIES,
    ),
    Route(
        "escalation-dynamic-groups",
        ("change matching rules",),
        False,
        "can rewrite a matching rule so that a resource of its own gains a dynamic group's rights",
        _ELSEWHERE + "`Allow group <iam-admins> to manage dynamic-groups in tenancy`.",
    ),
    Route(
        "escalation-groups",
        ("GROUP_UPDATE", "USER_UPDATE"),
        False,
        "can put a user into any group",
        _ELSEWHERE
        + "`Allow group <iam-admins> to use groups in tenancy where target.group.name = '<group>'`.",
    ),
    _credential("USER_APIKEY_ADD", "add an API key to another user"),
    _credential("USER_AUTHTOKEN_SET", "add an auth token to another user"),
    _credential("USER_AUTHTOKEN_ADD", "add an auth token to another user"),
    _credential("USER_AUTHTOKEN_RESET", "replace an auth token of another user"),
    _credential("USER_SECRETKEY_ADD", "add a customer secret key to another user"),
    _credential("USER_UIPASS_RESET", "reset the console password of another user"),
    _credential("USER_UIPASS_SET", "set the console password of another user"),
    _credential("USER_OAUTH2_CLIENT_CRED_CREATE", "add an OAuth client credential to another user"),
    Route(
        "escalation-credentials",
        ("CREDENTIAL_ADD",),
        False,
        "can add an SMTP credential to another user and send as that user",
        _ELSEWHERE + "`Allow group <iam-admins> to manage credentials in tenancy`.",
    ),
    Route(
        "escalation-domains",
        ("change domains",),
        False,
        "can create and activate identity domains, and so say who their users and groups are",
        _ELSEWHERE + "`Allow group <iam-admins> to manage domains in tenancy`.",
    ),
    Route(
        "escalation-identity-providers",
        ("change identity providers",),
        False,
        "can change an identity provider, which says who signs in as whom",
        _ELSEWHERE + "`Allow group <iam-admins> to manage identity-providers in tenancy`.",
    ),
    Route(
        "escalation-image-push",
        ("REPOSITORY_UPDATE",),
        False,
        "can push an image under a tag a function runs from",
        _PUSH,
    ),
    Route(
        "escalation-image-push",
        ("REPOSITORY_CREATE",),
        False,
        "can push an image and set a function to run from it",
        _PUSH,
    ),
    _tags("target.resource", "FN_FUNCTION_UPDATE", "a function"),
    _tags("target.resource", "FN_APP_UPDATE", "an application"),
    _tags("target.resource.compartment", "COMPARTMENT_UPDATE", "a compartment"),
    _tags("request.principal.compartment", "COMPARTMENT_UPDATE", "a compartment"),
    _tags("request.principal.group", "GROUP_UPDATE", "a group"),
)

ROUTE_NEEDS = frozenset(permission for route in ROUTES for permission in route.needs)

PRIVILEGES = FUNCTIONS_REACH | frozenset(
    name
    for route in ROUTES
    for name in route.needs
    if route.code not in ("escalation-image-push", "escalation-tags")
)
"""What makes a principal worth acting through: rights on functions and on identities."""


@dataclass(frozen=True, slots=True)
class Control:
    """One way to make principals of a type act for oneself."""

    code: str
    need: str
    """The permission or act it takes."""
    type: str
    """The type of the principals, bare and in lower case."""
    what: str
    """What the subject can do, before `act as …`."""
    remediation: str
    only_invoking: bool = False
    """Whether the service does nothing for the subject but invoke functions."""
    any_target: bool = False
    """Whether it works only by a right on anything there, not by one on named things."""


_CODE = (
    "Let nobody change what runs with more rights than their own: confine the right to `target.function.id`, "
    "or take from the function's statement, e.g. `Allow any-user to use fn-invocation in compartment id "
    "<compartment-ocid> where all {request.principal.id = '<function-ocid>', target.function.id = "
    "'<invoked-function-ocid>'}`, what its work does not take."
)
_SERVICE = (
    "Pin the grant to the one resource that invokes: `Allow any-user to use fn-invocation in compartment id "
    "<compartment-ocid> where all {request.principal.id = '<ocid>', target.function.id = "
    "'<function-ocid>'}`, or give the right to change that resource to those who may invoke."
)


def _service(need: str, kind: str, what: str) -> Control:
    return Control("escalation-service-invokes", need, kind, what, _SERVICE, only_invoking=True)


CONTROLS = (
    Control(
        "escalation-function-code", "FN_FUNCTION_UPDATE", "fnfunc", "change the code of a function", _CODE
    ),
    Control(
        "escalation-function-code",
        "FN_APP_UPDATE",
        "fnfunc",
        "change the configuration of a function's application",
        _CODE,
    ),
    Control(
        "escalation-function-code",
        "REPOSITORY_UPDATE",
        "fnfunc",
        "push an image under a tag a function runs from",
        "Pin the function's image by digest, and give `manage repos` to a group for each repository.",
    ),
    Control(
        "escalation-function-code",
        "OBJECT_OVERWRITE",
        "fnfunc",
        "overwrite the archive a function's code is read from",
        "Name the bucket where objects may be written: `… to manage objects in compartment id "
        "<compartment-ocid> where target.bucket.name = '<bucket>'`, and keep archives in another.",
        any_target=True,
    ),
    Control(
        "escalation-instance-commands",
        "INSTANCE_AGENT_COMMAND_CREATE",
        "instance",
        "run commands on an instance",
        "Give `use instance-agent-commands` where no instance has such rights, or confine the dynamic group: "
        "`ALL {instance.id = '<instance-ocid>'}`.",
    ),
    _service("change connectors", "serviceconnector", "aim a connector at a function"),
    _service("change schedules", "resourceschedule", "set a schedule that invokes a function"),
    _service("change API deployments", "apigateway", "route requests of an API gateway to a function"),
    _service("change event rules", "eventrule", "aim an event rule at a function"),
    _service("set the rotation of secrets", "vaultsecret", "let a secret's rotation invoke a function"),
)
"""Sources: "Details for Functions", "Details for Registry", "Details for Object Storage, Archive Storage, and
Data Transfer", "Details for the Compute Service", and the policy pages of the services that invoke."""
