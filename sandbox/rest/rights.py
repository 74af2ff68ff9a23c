"""The permissions an operation needs: the one place that asks the catalogue.

Sources: Oracle's pages "Details for Object Storage", "Details for Functions", "Details for IAM".
"""

from __future__ import annotations

from collections.abc import Mapping

_PERMISSIONS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "objectstorage": {
        "GetNamespace": ("OBJECTSTORAGE_NAMESPACE_READ",),
        "GetNamespaceMetadata": ("OBJECTSTORAGE_NAMESPACE_READ",),
        "ListBuckets": ("BUCKET_INSPECT",),
        "HeadBucket": ("BUCKET_INSPECT",),
        "GetBucket": ("BUCKET_READ",),
        "CreateBucket": ("BUCKET_CREATE",),
        "UpdateBucket": ("BUCKET_UPDATE",),
        "DeleteBucket": ("BUCKET_DELETE",),
        "GetObject": ("OBJECT_READ",),
        "ListObjects": ("OBJECT_INSPECT",),
        "DeleteObject": ("OBJECT_DELETE",),
        "RenameObject": ("OBJECT_CREATE", "OBJECT_OVERWRITE"),
        "CreateMultipartUpload": ("OBJECT_CREATE", "OBJECT_OVERWRITE"),
        "UploadPart": ("OBJECT_CREATE", "OBJECT_OVERWRITE"),
        "CommitMultipartUpload": ("BUCKET_READ", "OBJECT_CREATE", "OBJECT_READ", "OBJECT_OVERWRITE"),
        "ListMultipartUploadParts": ("OBJECT_INSPECT",),
        "ListMultipartUploads": ("BUCKET_READ",),
        "AbortMultipartUpload": ("OBJECT_DELETE",),
        "CreatePreauthenticatedRequest": ("PAR_MANAGE",),
        "DeletePreauthenticatedRequest": ("PAR_MANAGE",),
    },
    "functions": {
        "ListApplications": ("FN_APP_LIST",),
        "GetApplication": ("FN_APP_READ",),
        "ListFunctions": ("FN_FUNCTION_LIST",),
        "GetFunction": ("FN_FUNCTION_READ",),
        "InvokeFunction": ("FN_INVOCATION",),
    },
    "identity": {
        "GetTenancy": ("TENANCY_INSPECT",),
        "ListRegionSubscriptions": ("TENANCY_INSPECT",),
        "ListCompartments": ("COMPARTMENT_INSPECT",),
        "GetCompartment": ("COMPARTMENT_INSPECT",),
        "ListAvailabilityDomains": ("COMPARTMENT_INSPECT",),
        "ListFaultDomains": ("COMPARTMENT_INSPECT",),
        "ListUsers": ("USER_INSPECT",),
        "GetUser": ("USER_INSPECT",),
        "ListApiKeys": ("USER_READ",),
        "ListGroups": ("GROUP_INSPECT",),
        "GetGroup": ("GROUP_INSPECT",),
        "ListUserGroupMemberships": ("GROUP_INSPECT", "USER_INSPECT"),
        "GetUserGroupMembership": ("GROUP_INSPECT", "USER_INSPECT"),
        "ListPolicies": ("POLICY_READ",),
        "GetPolicy": ("POLICY_READ",),
        "ListDynamicGroups": ("DYNAMIC_GROUP_INSPECT",),
        "GetDynamicGroup": ("DYNAMIC_GROUP_INSPECT",),
    },
}


def permissions_for(service: str, operation: str) -> tuple[str, ...] | None:
    """All permissions an operation needs; None for one that the catalogue does not know."""
    return _PERMISSIONS.get(service, {}).get(operation)
