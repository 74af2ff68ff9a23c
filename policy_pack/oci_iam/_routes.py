"""The paths from rights over IAM or images to any function, as data. Does not look at statements."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ROUTES", "ROUTE_NEEDS", "Route"]


@dataclass(frozen=True, slots=True)
class Route:
    """One way from rights over IAM or images to any function: what it takes, and how to close it."""

    code: str
    needs: tuple[str, ...]
    in_place: bool
    """Whether it works only where both rights reach."""
    message: str
    remediation: str


_ELSEWHERE = "Give that right to a group of its own that has no rights on functions, e.g. "
_POLICIES = _ELSEWHERE + "`Allow group <iam-admins> to manage policies in compartment id <compartment-ocid>`."
_PUSH = _ELSEWHERE + (
    "`Allow group <image-builders> to manage repos in compartment id <compartment-ocid> where "
    "target.repo.name = '<repository>'`, and pin the function's image by digest."
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
        ("DYNAMIC_GROUP_UPDATE",),
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
    Route(
        "escalation-credentials",
        ("USER_UPDATE", "USER_APIKEY_ADD"),
        False,
        "can add an API key to another user and act as that user",
        _ELSEWHERE + "`Allow group <iam-admins> to manage users in tenancy`.",
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
)

ROUTE_NEEDS = frozenset(permission for route in ROUTES for permission in route.needs)
