"""The OCID type of a Pulumi resource type, and which of them carry IAM texts."""

from __future__ import annotations

import pytest

from oci_iam import resource_tokens
from oci_iam.resource_tokens import GLOBAL_OCID_TYPES, OCID_TYPES, POLICY


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        ("oci:DataIntegration/workspace:Workspace", "disworkspace"),
        ("oci:DataScience/jobRun:JobRun", "datasciencejobrun"),
        ("oci:DevOps/buildPipeline:BuildPipeline", "devopsbuildpipeline"),
        ("oci:Functions/function:Function", "fnfunc"),
        ("oci:Nosql/table:Table", "nosqltable"),
        ("oci:ResourceScheduler/schedule:Schedule", "resourceschedule"),
        ("oci:Sch/connector:Connector", "serviceconnector"),
        ("oci:Identity/unheardOf:UnheardOf", None),
    ],
)
def test_the_type_is_the_one_oci_writes(token: str, expected: str | None) -> None:
    """The type is OCI's own, not the class name of the SDK; an unknown token has none."""
    assert expected == resource_tokens.ocid_type_of(token)


def test_the_tables_are_in_order() -> None:
    """Rows are sorted, so that two hands add one in the same place, and types are as an OCID spells them."""
    assert sorted(OCID_TYPES) == list(OCID_TYPES)
    assert all(
        kind == kind.lower() and "." not in kind for kind in {*OCID_TYPES.values(), *GLOBAL_OCID_TYPES}
    )


@pytest.mark.parametrize(
    ("token", "properties", "expected"),
    [
        (POLICY, set(), True),
        ("oci:Identity/newPolicy:NewPolicy", {"statements"}, True),
        ("oci:Identity/domainsPolicy:DomainsPolicy", {"statements"}, True),
        ("oci:Identity/domainsPolicy:DomainsPolicy", {"rules"}, False),
        ("oci:index/identityPolicy:IdentityPolicy", {"statements"}, True),
        ("OCI:identity:Policy", {"statements"}, True),
        ("oci:Limits/quota:Quota", {"statements"}, False),
        ("oci:Zpr/zprPolicy:ZprPolicy", {"statements"}, False),
        ("aws:iam/policy:Policy", {"statements"}, False),
        ("", {"statements"}, False),
    ],
)
def test_what_holds_statements(token: str, properties: set[str], expected: bool) -> None:
    """A policy always does, any other type of the identity service where it has a property `statements`."""
    assert expected == resource_tokens.holds_statements(token, properties)


def test_what_holds_a_matching_rule() -> None:
    """Both forms of a dynamic group, and nothing else."""
    assert resource_tokens.holds_matching_rule("oci:Identity/dynamicGroup:DynamicGroup")
    assert resource_tokens.holds_matching_rule(
        "oci:Identity/domainsDynamicResourceGroup:DomainsDynamicResourceGroup"
    )
    assert not resource_tokens.holds_matching_rule("oci:Identity/group:Group")
