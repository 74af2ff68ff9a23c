"""The logs that a service keeps of one resource, in a log group of their own.

No component: the logs are children of the component whose resource they are of.
"""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
import pulumi_oci as oci


def service_logs(
    parent: pulumi.Resource,
    name: str,
    *,
    compartment_id: str,
    display_name: str,
    description: str,
    service: str,
    resource: pulumi.Input[str],
    categories: Sequence[str],
    retention_in_days: int,
) -> list[oci.logging.Log]:
    """A log for each of the service's `categories`; `name` and `display_name` begin all names."""
    group = oci.logging.LogGroup(
        f"{name}-log-group",
        compartment_id=compartment_id,
        display_name=display_name,
        description=description,
        opts=pulumi.ResourceOptions(parent=parent),
    )
    return [
        oci.logging.Log(
            f"{name}-{category}-log",
            log_group_id=group.id,
            display_name=f"{display_name}-{category}",
            log_type="SERVICE",
            is_enabled=True,
            retention_duration=retention_in_days,
            configuration=oci.logging.LogConfigurationArgs(
                compartment_id=compartment_id,
                source=oci.logging.LogConfigurationSourceArgs(
                    source_type="OCISERVICE", service=service, category=category, resource=resource
                ),
            ),
            # A log group holds one log of a name, and a service keeps one log of a category and resource.
            opts=pulumi.ResourceOptions(parent=parent, delete_before_replace=True),
        )
        for category in categories
    ]
