"""Things a statement lets somebody do that have no permission of one known name, as data.

For some resource-types the catalogue has no row. So an act is told by its permissions, where the statement
names them or the catalogue knows them, and else by resource-type and verb.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from oci_iam.catalogue.permissions import ALL_RESOURCES, FAMILIES, VERBS
from oci_iam.catalogue.types import resource_type
from oci_iam.conditions import yielded
from oci_iam.statement import Statement

__all__ = ["ACTS", "acts_of"]


class Act(NamedTuple):
    """What is done: ``permissions``, any of which does, and ``types``, on which ``verb`` does."""

    name: str
    permissions: frozenset[str]
    types: frozenset[str]
    verb: str


def _act(name: str, permissions: str, types: str, verb: str) -> Act:
    return Act(name, frozenset(permissions.split()), frozenset(types.split()), verb)


ACTS = (
    _act(
        "change domains",
        "IDENTITY_DOMAIN_UPDATE IDENTITY_DOMAIN_CREATE",
        "domains domain identity-domains",
        "manage",
    ),
    _act(
        "change identity providers",
        "IDENTITY_PROVIDER_UPDATE IDENTITY_PROVIDER_CREATE",
        "identity-providers identity-provider",
        "manage",
    ),
    _act(
        "change matching rules",
        "DYNAMIC_GROUP_UPDATE",
        "dynamic-groups dynamic-resource-groups dynamic-resource-group",
        "use",
    ),
    _act(
        "add SMTP credentials",
        "CREDENTIAL_ADD",
        "credentials smtp-credentials",
        "manage",
    ),
    _act(
        "run commands",
        "INSTANCE_AGENT_COMMAND_CREATE",
        "instance-agent-commands instance-agent-command instance-agent-command-family",
        "use",
    ),
    _act(
        "change connectors",
        "SERVICE_CONNECTOR_UPDATE SERVICE_CONNECTOR_CREATE SERVICECONNECTOR_UPDATE SERVICECONNECTOR_CREATE",
        "serviceconnectors serviceconnector serviceconnector-family",
        "use",
    ),
    _act(
        "change schedules",
        "RESOURCE_SCHEDULE_UPDATE RESOURCE_SCHEDULE_CREATE",
        "resource-schedule resource-schedules resource-schedule-family",
        "use",
    ),
    _act(
        "change API deployments",
        "API_DEPLOYMENT_UPDATE API_DEPLOYMENT_CREATE",
        "api-deployments api-deployment api-gateway-family",
        "use",
    ),
    _act(
        "change event rules",
        "EVENTRULE_MODIFY EVENTRULE_CREATE",
        "cloudevents-rules cloudevents-rule events-family",
        "manage",
    ),
    _act(
        "set the rotation of secrets",
        "SECRET_UPDATE SECRET_CREATE SECRET_ROTATE",
        "secrets secret secret-family",
        "use",
    ),
)
"""Sources: "Details for IAM without Identity Domains", "Details for the Compute Service" (agent commands),
"Details for API Gateway", "Details for the Events Service", "Details for the Vault Service". The permissions
of identity domains, Connector Hub and Resource Scheduler are taken from the pattern of the others."""


def acts_of(statement: Statement, permissions: frozenset[str]) -> frozenset[str]:
    """The acts a statement allows that yields these permissions."""
    return frozenset(act.name for act in ACTS if _names(act) & permissions or _by_type(act, statement))


@lru_cache(maxsize=64)
def _names(act: Act) -> frozenset[str]:
    """The permissions that do; those of the catalogue's rows where it knows the types by other names."""
    rows = [row for row in map(resource_type, sorted(act.types)) if row is not None]
    known = frozenset(name for row in rows for name in row.permissions)
    if act.permissions & known:
        return act.permissions
    upwards = VERBS.index(act.verb)
    added = (names for row in rows for names in (row.inspect, row.read, row.use, row.manage)[upwards:])
    return act.permissions.union(*added)


def _by_type(act: Act, statement: Statement) -> bool:
    """Whether the statement's verb and resource-type do, of which the catalogue has no permissions."""
    resource, verb = statement.resource or "", statement.verb
    if verb not in VERBS or VERBS.index(verb) < VERBS.index(act.verb):
        return False
    if resource not in act.types and resource != ALL_RESOURCES:
        return False
    if resource in FAMILIES or resource_type(resource) is not None:
        return False
    return bool(yielded(statement.condition, act.permissions))
