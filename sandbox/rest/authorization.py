"""Every right that an operation needs, decided by `oci_iam` on the deployed policies.

All rights are needed, possibly by different statements. What a request carries beside the operation's own
`target.*` variables: permission, operation, region, groups, and the tags of the resource, its compartment,
the principal's groups and the principal's compartment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from oci_iam import Decision, Principal, Request, decide
from sandbox.api.operation import Ask, Operation, RestService, Target
from sandbox.api.request import ApiRequest
from sandbox.cloud import regions
from sandbox.cloud.errors import NotEmulated, ServiceError
from sandbox.rest.caller import Caller, Iam
from sandbox.rest.rights import ways_for


@dataclass(frozen=True)
class Decided:
    """One right: what was asked, and the answer. Where there was a choice, the one that was granted."""

    request: Request
    decision: Decision
    refusal: ServiceError | None = None


def decide_all(
    service: RestService, operation: Operation, request: ApiRequest, caller: Caller
) -> list[Decided]:
    """Each right in turn, up to the first that is missing. Raises what the service says of a target that is
    not there, and `NotEmulated` for an operation whose rights nobody has written down."""
    found: list[Decided] = []
    for ask in _asks(service, operation, request):
        found += _best_way(ask, request, caller)
        if found and not found[-1].decision.allowed:
            break
    return found


def _asks(service: RestService, operation: Operation, request: ApiRequest) -> Sequence[Ask]:
    if operation.asks is not None:
        return operation.asks(request)
    if operation.target is None:
        raise NotEmulated(f"{operation.name}: the sandbox does not know what it is about")
    target = operation.target(request)
    if target is None:
        return ()
    if operation.permissions is not None:
        return [Ask([operation.permissions], target)]
    when = operation.when(request) if operation.when else ""
    ways = ways_for(service.name, operation.name, when)
    if not ways:
        raise NotEmulated(f"{operation.name}: the sandbox does not know which permission it needs")
    return [Ask(ways, target)]


def _best_way(ask: Ask, request: ApiRequest, caller: Caller) -> list[Decided]:
    """The first way that is granted; else the first, up to what is missing."""
    refused: list[Decided] | None = None
    for way in ask.ways:
        found = []
        for permission in way:
            found.append(_decided(permission, ask, request, caller))
            if not found[-1].decision.allowed:
                break
        else:
            return found
        refused = refused or found
    return refused or []


def _decided(permission: str, ask: Ask, request: ApiRequest, caller: Caller) -> Decided:
    wish = Request(
        principal=Principal(type="service", service=ask.service) if ask.service else caller.principal,
        permission=permission,
        compartment_id=ask.target.compartment_id,
        operation=request.operation,
        target=dict(_of_target(ask.target, caller.iam)),
        variables=dict(_of_request(request, caller)),
    )
    decision = decide(wish, caller.iam.policies, caller.iam.directory)
    return Decided(wish, decision, ask.refusal)


def _of_target(target: Target, iam: Iam) -> Iterator[tuple[str, str]]:
    yield from target.variables.items()
    yield from _tags("target.resource.tag", target.tags)
    yield from _tags("target.resource.compartment.tag", iam.tags.get(target.compartment_id, {}))


def _of_request(request: ApiRequest, caller: Caller) -> Iterator[tuple[str, str]]:
    if request.cloud.region:
        yield "request.region", regions.key_of(request.cloud.region).lower()
    principal = caller.principal
    for group in _groups(principal, caller.iam):
        yield from _tags("request.principal.group.tag", caller.iam.tags.get(group, {}))
    if principal.compartment_id:
        yield from _tags(
            "request.principal.compartment.tag", caller.iam.tags.get(principal.compartment_id, {})
        )


def _groups(principal: Principal, iam: Iam) -> Sequence[str]:
    directory = iam.directory
    return [*directory.groups_of(principal), *directory.dynamic_groups_of(principal)]


def _tags(variable: str, tags: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, value in tags.items():
        yield f"{variable}.{name}", str(value)
