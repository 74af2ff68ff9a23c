"""The variables that conditions may name: the general ones, and those that each service supplies.

A condition may name any word; one that no service supplies is never true of a request. Names end in ``.*``
where a tag's namespace and key follow. Those of services stand with their types in the table (`rows`).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from oci_iam.catalogue.rows import table

__all__ = ["FUNCTIONS", "GENERAL", "SERVICES"]

GENERAL = frozenset(
    {
        "request.ad",
        "request.domain.id",
        "request.domain.name",
        "request.dynamicgroup.id",
        "request.dynamicgroup.name",
        "request.groups.id",
        "request.groups.name",
        "request.instance.compartment.id",
        "request.instance.id",
        "request.networksource.name",
        "request.operation",
        "request.permission",
        "request.principal.cluster_id",
        "request.principal.compartment.id",
        "request.principal.compartment.tag.*",
        "request.principal.group.tag.*",
        "request.principal.id",
        "request.principal.namespace",
        "request.principal.repo_name",
        "request.principal.service_account",
        "request.principal.subnet",
        "request.principal.type",
        "request.region",
        "request.resource.compartment.id",
        "request.user.authn-type",
        "request.user.id",
        "request.user.mfatotpverified",
        "request.user.name",
        "request.utc-timestamp",
        "request.utc-timestamp.day-of-month",
        "request.utc-timestamp.day-of-week",
        "request.utc-timestamp.month-of-year",
        "request.utc-timestamp.time-of-day",
        "target.compartment.id",
        "target.compartment.name",
        "target.resource.compartment.tag.*",
        "target.resource.tag.*",
        "target.tenant.id",
        "target.tenant.name",
    }
)
""""General Variables for All Requests"; cluster, namespace and service account: "Granting Workloads Access to
OCI Resources"; repo_name and subnet: statements of Oracle's pages. Lower case, as the parser folds names."""

SERVICES: Mapping[str, frozenset[str]] = MappingProxyType(table().variables)
"""Page -> the variables its service supplies beside the general ones."""

FUNCTIONS = SERVICES["Details for Functions"]
"""``target.app.id`` and ``target.function.id``: "Controlling Access to Invoke and Manage Functions"."""
