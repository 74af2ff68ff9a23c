"""The variables that services supply to conditions, by service, as data.

A condition may name any word; one that no service supplies is never true of a request. Names end in ``.*``
where a tag's namespace and key follow. Sources: the page named beside each service in Oracle's policy
reference; [public] where only public statements show the variable.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

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

FUNCTIONS = frozenset({"target.app.id", "target.function.id"})
""""Controlling Access to Invoke and Manage Functions"."""

SERVICES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "Details for Functions": FUNCTIONS,
        "Details for Object Storage, Archive Storage, and Data Transfer": frozenset(
            {"target.bucket.name", "target.bucket.tag.*", "target.object.name"}
        ),
        "Details for the Vault Service": frozenset(
            {"target.key.id", "target.secret.id", "target.secret.name", "target.vault.id"}
        ),
        "Details for Queue": frozenset({"target.queue.id"}),
        "Details for the Streaming Service": frozenset(
            {"target.connectharness.id", "target.stream.id", "target.streampool.id"}
        ),
        "Details for Logging": frozenset({"target.loggroup.id"}),
        "Details for Logging Analytics": frozenset({"target.loganalytics-log-group.id"}),  # [public]
        "Details for Monitoring": frozenset({"target.metrics.namespace"}),
        "Details for NoSQL Database Cloud": frozenset({"target.nosql-table.id", "target.nosql-table.name"}),
        "Details for Autonomous Database": frozenset(
            {"target.autonomous-database.clonetype", "target.workloadtype"}
        ),
        "Details for Registry": frozenset({"target.repo.name"}),
        "Details for Connector Hub": frozenset({"target.serviceconnector.id"}),
        "Details for the Email Service": frozenset(
            {
                "target.approved-sender.email-domain",
                "target.approved-sender.emailaddress",
                "target.approved-sender.id",
                "target.email-domain.id",
                "target.email-domain.name",
            }
        ),
        "Details for the DNS Service": frozenset(
            {
                "target.dns-domain.name",
                "target.dns-record.type",
                "target.dns-zone.apex-label",
                "target.dns-zone.id",
                "target.dns-zone.name",
                "target.dns-zone.parent-domain",
                "target.dns.scope",
            }
        ),
        "Details for Certificates": frozenset(
            {
                "target.association.id",
                "target.certificate-authority.id",
                "target.certificate-authority.name",
                "target.leaf-certificate.bundle-type",
                "target.leaf-certificate.id",
                "target.leaf-certificate.name",
            }
        ),
        "Data Flow Policies": frozenset(
            {
                "target.application.id",
                "target.cluster.id",
                "target.dataflow-sqlendpoint.id",
                "target.pool.id",
                "target.run.id",
                "target.user.id",
            }
        ),
        "Data Integration Policies": frozenset({"target.workspace.id"}),  # [public]
        "Data Catalog Policies": frozenset({"target.metastore.id"}),  # [public]
        "Details for Bastion": frozenset(
            {
                "target.bastion-session.ip",
                "target.bastion-session.port",
                "target.bastion-session.type",
                "target.bastion-session.username",
                "target.bastion.name",
                "target.bastion.ocid",
            }
        ),
        "Details for Kubernetes Engine": frozenset(
            {
                "target.cluster.id",
                "target.clusterworkloadmapping.id",
                "target.nodepool.id",
                "target.virtualnodepool.id",
            }
        ),
        "Details for Resource Manager": frozenset({"target.job.operation", "target.stack.id"}),
        "Details for IAM": frozenset(
            {
                "target.domain.id",
                "target.domain.name",
                "target.group.id",
                "target.group.name",
                "target.policy.id",
                "target.policy.name",
                "target.policy.type",
                "target.tag-namespace.id",
                "target.tag-namespace.name",
                "target.user.id",
                "target.user.name",
            }
        ),
        "Details for the Core Services": frozenset({"target.instance.id"}),  # [public]
        "OS Management Hub Policies": frozenset({"target.managed-instance.id"}),  # [public]
        "Cloud Guard Policies": frozenset({"target.agent.id"}),  # [public]
    }
)
"""Page -> the variables its service supplies beside the general ones."""
