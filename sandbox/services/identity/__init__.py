"""IAM. Here: the names of its resource types."""

from __future__ import annotations

COMPARTMENT = "oci:Identity/compartment:Compartment"
DYNAMIC_GROUP = "oci:Identity/dynamicGroup:DynamicGroup"
GROUP = "oci:Identity/group:Group"
MEMBERSHIP = "oci:Identity/userGroupMembership:UserGroupMembership"
POLICY = "oci:Identity/policy:Policy"
USER = "oci:Identity/user:User"
