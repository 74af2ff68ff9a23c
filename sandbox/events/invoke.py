"""A function invoked directly, as a user does at its invoke endpoint: authorised, run, answered."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from oci_iam import Principal
from oci_iam.answering.stand_ins import dynamic_group_member
from sandbox.cloud.errors import Unusable
from sandbox.events.access import may_invoke
from sandbox.events.envelope import ObjectRef, object_of
from sandbox.events.invocation import deliver
from sandbox.events.snapshot import Deployment, Function
from sandbox.events.trace import Delivery, Trace

_USER = "ocid1.user.oc1..sandboxcaller"


class UnknownCaller(Unusable):
    """`--as` names nobody that is known."""


def invoke(function: Function, body: bytes, caller: str, deployment: Deployment) -> Trace:
    """Invokes a function as `group:<name or OCID>` or `dynamic-group:<name or OCID>` (somebody, or something,
    in that group) or `user:<OCID>`."""
    principal, deployment = _caller(caller, deployment)
    delivery = Delivery(target=f"function {function.name}  {function.id}")
    access = may_invoke(principal, function, deployment)
    delivery.access = [access]
    if access.allowed:
        deliver(delivery, body, function, deployment, _object_in(body))
        return Trace(calls=[delivery])
    delivery.outcome = "denied"
    delivery.reason = "404-NotAuthorizedOrNotFound, as OCI answers a caller without the permission"
    able = _groups_that_may(function, deployment)
    notes = [f"members of these groups may invoke it: {', '.join(able)}"] if able else []
    return Trace(notes=notes, calls=[delivery])


def named(name: str, stack: str | None, deployment: Deployment) -> Function:
    """A deployed function by display name or OCID. Raises `UnknownCaller` unless there is exactly one."""
    found = [one for one in deployment.function_named(name) if stack in (None, one.stack)]
    if not found:
        raise UnknownCaller(not_deployed(name, deployment))
    if len(found) > 1:
        places = ", ".join(f"{one.id} ({one.stack})" for one in found)
        raise UnknownCaller(f"function {name}: several have this name; give --stack or an OCID: {places}")
    return found[0]


def not_deployed(name: str, deployment: Deployment) -> str:
    """That no function has this name, and the names there are: a renamed one has its old name in OCI."""
    known = ", ".join(sorted({one.name for one in deployment.functions.values()})) or "none"
    return f"function {name}: not deployed in this sandbox; there are: {known}"


def _groups_that_may(function: Function, deployment: Deployment) -> list[str]:
    """The names of the deployed groups that can invoke the function: joining one needs no new statement."""
    names = []
    for group in deployment.directory.groups:
        member, asked = _caller(f"group:{group}", deployment)
        if may_invoke(member, function, asked).allowed:
            names.append(deployment.directory.groups[group].name)
    return sorted(names)


def _caller(caller: str, deployment: Deployment) -> tuple[Principal, Deployment]:
    """The principal, and a directory in which it is a member of the group it is to speak for."""
    kind, _, name = caller.partition(":")
    if kind == "user" and name.startswith("ocid1.user."):
        return Principal(type="user", id=name, name=name), deployment
    if kind == "dynamic-group" and name:
        return _resource(caller, name, deployment)
    if kind != "group" or not name:
        raise UnknownCaller(
            f"--as {caller}: write group:<name or OCID>, dynamic-group:<name or OCID> or user:<OCID>"
        )
    groups = dict(deployment.directory.groups)
    found = [key for key, group in groups.items() if name in (key, group.name)]
    if not found:
        known = ", ".join(sorted(group.name for group in groups.values())) or "none"
        raise UnknownCaller(f"--as {caller}: no such group is deployed; there are: {known}")
    group = groups[found[0]]
    groups[found[0]] = dataclasses.replace(group, members=group.members | {_USER})
    directory = dataclasses.replace(deployment.directory, groups=groups)
    principal = Principal(type="user", id=_USER, name=group.name)
    return principal, dataclasses.replace(deployment, directory=directory)


def _resource(caller: str, name: str, deployment: Deployment) -> tuple[Principal, Deployment]:
    """A resource, and a directory in which it is a member of the dynamic group."""
    groups = deployment.directory.dynamic_groups
    found = [key for key, group in groups.items() if name in (key, group.name)]
    if not found:
        known = ", ".join(sorted(group.name for group in groups.values())) or "none"
        raise UnknownCaller(f"--as {caller}: no such dynamic group is deployed; there are: {known}")
    member = dynamic_group_member(found[0], deployment.directory)
    if member is None:
        raise UnknownCaller(f"--as {caller}: its matching rule cannot be read, so nothing is in it")
    principal, directory = member
    return principal, dataclasses.replace(deployment, directory=directory)


def _object_in(body: bytes) -> ObjectRef | None:
    """The object named by an event that is sent directly."""
    try:
        value: Any = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return object_of(value) if isinstance(value, dict) else None
