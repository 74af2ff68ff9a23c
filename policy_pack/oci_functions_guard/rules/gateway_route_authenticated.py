"""Refuses routes of an API gateway that let a caller in without a token.

A deployment without an authentication policy lets everybody in by every route; one with a policy by those
whose authorization is ANONYMOUS, which it must allow. Does not ask which tokens are valid, or whether a
client needs a certificate: mutual TLS and usage plans are no authentication policy.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from oci_functions_guard.resource import Resource
from oci_functions_guard.rule import Case, Later, Said, Violation
from oci_functions_guard.values import UNKNOWN, Value, kind_of, reveal

__all__ = ["applies", "check"]

_DEPLOYMENT: Final = "oci:ApiGateway/deployment:Deployment"
_POLICIES: Final = "specification.requestPolicies"
_ALLOWED: Final = "isAnonymousAccessAllowed"
Part = dict[str, Value]


def applies(resource: Resource) -> bool:
    return resource.type == _DEPLOYMENT


def check(case: Case) -> Iterator[Said]:
    found: list[Said] = []
    specification = _part(case.resource.get("specification"), "specification", found)
    policies = _part(specification.get("requestPolicies"), _POLICIES, found)
    authentications = _authentications(policies, found)
    routes = _items(specification.get("routes"), "specification.routes", found)
    if found:
        yield from found  # what is not known or has another shape says nothing about the rest
        return
    if not authentications:
        yield Violation(
            f"{_POLICIES} has no authentication, so every route lets in whoever reaches the gateway"
        )
        return
    anonymous = list(_anonymous(routes))
    yield from anonymous
    if not anonymous:
        yield from _allowing(authentications)


def _authentications(policies: Part, found: list[Said]) -> dict[str, Part]:
    """Each policy that says who is let in, by its place."""
    fixed = _part(policies.get("authentication"), f"{_POLICIES}.authentication", found)
    dynamic = _part(policies.get("dynamicAuthentication"), f"{_POLICIES}.dynamicAuthentication", found)
    where = f"{_POLICIES}.dynamicAuthentication.authenticationServers"
    servers = _items(dynamic.get("authenticationServers"), where, found)
    by_place = {f"{_POLICIES}.authentication": fixed}
    for place, server in servers.items():
        detail = f"{place}.authenticationServerDetail"
        by_place[detail] = _part(server.get("authenticationServerDetail"), detail, found)
    return {place: each for place, each in by_place.items() if each}


def _anonymous(routes: Mapping[str, Part]) -> Iterator[Said]:
    """The routes whose own authorization lets everybody in; one that has none asks for a token."""
    for place, route in routes.items():
        said: list[Said] = []
        where = f"{place}.requestPolicies"
        policies = _part(route.get("requestPolicies"), where, said)
        authorization = _part(policies.get("authorization"), f"{where}.authorization", said)
        kind = reveal(authorization.get("type"))
        if kind is UNKNOWN:
            said.append(Later(f"{where}.authorization.type is unknown"))
        elif isinstance(kind, str) and kind.upper() == "ANONYMOUS":  # the provider ignores the case
            path = reveal(route.get("path"))
            name = f" ({path})" if isinstance(path, str) else ""
            said.append(Violation(f"{where}.authorization.type: the route{name} is anonymous"))
        elif not (kind is None or isinstance(kind, str)):
            said.append(Violation(f"{where}.authorization.type: expected a string, found {kind_of(kind)}"))
        yield from said


def _allowing(authentications: Mapping[str, Part]) -> Iterator[Said]:
    """No route is anonymous, and yet the deployment says that one may be."""
    for place, each in authentications.items():
        allowed = reveal(each.get(_ALLOWED))
        if allowed is UNKNOWN:
            yield Later(f"{place}.{_ALLOWED} is unknown")
        elif allowed not in (None, False, "false", ""):
            yield Violation(f"{place}.{_ALLOWED}: expected false, since no route is anonymous")


def _part(value: Value, place: str, found: list[Said]) -> Part:
    """An object; empty where it is left out, or where it is not known or no object, which is `found`."""
    value = reveal(value)
    if isinstance(value, dict):
        return value
    if value is UNKNOWN:
        found.append(Later(f"{place} is unknown"))
    elif value is not None:
        found.append(Violation(f"{place}: expected an object, found {kind_of(value)}"))
    return {}


def _items(value: Value, place: str, found: list[Said]) -> dict[str, Part]:
    """The objects of a list by their places; as `_part`."""
    value = reveal(value)
    if isinstance(value, list):
        places = [f"{place}[{index}]" for index in range(len(value))]
        return {where: _part(each, where, found) for where, each in zip(places, value, strict=True)}
    if value is UNKNOWN:
        found.append(Later(f"{place} is unknown"))
    elif value is not None:
        found.append(Violation(f"{place}: expected a list, found {kind_of(value)}"))
    return {}
