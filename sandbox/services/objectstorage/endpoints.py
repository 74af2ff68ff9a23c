"""REST operations of Object Storage, and who may call them."""

from __future__ import annotations

from sandbox.api.operation import Operation, RestService
from sandbox.services.objectstorage import bucket_operations as buckets
from sandbox.services.objectstorage import multipart_operations as multipart
from sandbox.services.objectstorage import object_operations as objects
from sandbox.services.objectstorage import preauthenticated_operations as preauthenticated
from sandbox.services.objectstorage import work_requests

_BUCKET = "/n/{namespaceName}/b/{bucketName}"
_OBJECT = f"{_BUCKET}/o/{{objectName+}}"
_UPLOAD = f"{_BUCKET}/u/{{objectName+}}"
_ADDRESS = "/p/{secret}/n/{namespaceName}/b/{bucketName}/o"

OPERATIONS = (
    *(
        Operation(
            "GetNamespace",
            "GET",
            path,
            buckets.get_namespace,
            target=buckets.namespace_target,
            permissions=("OBJECTSTORAGE_NAMESPACE_READ",),
        )
        for path in ("/n", "/n/")
    ),
    Operation(
        "GetNamespaceMetadata",
        "GET",
        "/n/{namespaceName}",
        buckets.get_namespace_metadata,
        target=buckets.metadata_target,
    ),
    Operation("ListBuckets", "GET", "/n/{namespaceName}/b", buckets.list_buckets, target=buckets.list_target),
    Operation(
        "ListBuckets", "GET", "/n/{namespaceName}/b/", buckets.list_buckets, target=buckets.list_target
    ),
    *(
        Operation(
            "CreateBucket", "POST", path, buckets.create_bucket, target=buckets.create_target, creates=True
        )
        for path in ("/n/{namespaceName}/b", "/n/{namespaceName}/b/")
    ),
    Operation("HeadBucket", "HEAD", _BUCKET, buckets.head_bucket, target=buckets.own_target),
    Operation("GetBucket", "GET", _BUCKET, buckets.get_bucket, target=buckets.own_target),
    Operation("UpdateBucket", "POST", _BUCKET, buckets.update_bucket, target=buckets.own_target),
    Operation("DeleteBucket", "DELETE", _BUCKET, buckets.delete_bucket, target=buckets.own_target),
    Operation("ListObjects", "GET", f"{_BUCKET}/o", objects.list_objects, target=buckets.own_target),
    Operation(
        "ListObjectVersions",
        "GET",
        f"{_BUCKET}/objectversions",
        objects.list_object_versions,
        target=buckets.own_target,
    ),
    Operation(
        "PutObject",
        "PUT",
        _OBJECT,
        objects.put_object,
        target=objects.object_target,
        when=objects.put_case,
        signs_body=False,
        largest=None,
    ),
    Operation("GetObject", "GET", _OBJECT, objects.get_object, target=objects.object_target),
    Operation("HeadObject", "HEAD", _OBJECT, objects.head_object, target=objects.object_target),
    Operation(
        "DeleteObjectVersion",
        "DELETE",
        _OBJECT,
        objects.delete_object_version,
        target=objects.object_target,
        when=lambda _: "a version is named",
        argument="versionId",
    ),
    Operation("DeleteObject", "DELETE", _OBJECT, objects.delete_object, target=objects.object_target),
    Operation(
        "RenameObject",
        "POST",
        f"{_BUCKET}/actions/renameObject",
        objects.rename_object,
        asks=objects.rename_asks,
    ),
    Operation(
        "CopyObject", "POST", f"{_BUCKET}/actions/copyObject", objects.copy_object, asks=objects.copy_asks
    ),
    Operation(
        "GetWorkRequest",
        "GET",
        "/workRequests/{workRequestId}",
        work_requests.get_work_request,
        target=work_requests.work_request_target,
        permissions=("BUCKET_READ",),
    ),
    Operation(
        "CreateMultipartUpload",
        "POST",
        f"{_BUCKET}/u",
        multipart.create_upload,
        target=multipart.create_target,
    ),
    Operation(
        "ListMultipartUploads", "GET", f"{_BUCKET}/u", multipart.list_uploads, target=buckets.own_target
    ),
    Operation(
        "UploadPart",
        "PUT",
        _UPLOAD,
        multipart.put_part,
        target=objects.object_target,
        signs_body=False,
        largest=None,
    ),
    Operation("ListMultipartUploadParts", "GET", _UPLOAD, multipart.list_parts, target=objects.object_target),
    Operation(
        "CommitMultipartUpload", "POST", _UPLOAD, multipart.commit_upload, target=objects.object_target
    ),
    Operation(
        "AbortMultipartUpload", "DELETE", _UPLOAD, multipart.abort_upload, target=objects.object_target
    ),
    *(
        Operation(f"{word}PreauthenticatedRequest{s}", method, path, handler, target=buckets.own_target)
        for word, s, method, path, handler in (
            ("Create", "", "POST", f"{_BUCKET}/p", preauthenticated.create_request),
            ("Create", "", "POST", f"{_BUCKET}/p/", preauthenticated.create_request),
            ("List", "s", "GET", f"{_BUCKET}/p", preauthenticated.list_requests),
            ("List", "s", "GET", f"{_BUCKET}/p/", preauthenticated.list_requests),
            ("Get", "", "GET", f"{_BUCKET}/p/{{parId}}", preauthenticated.get_request),
            ("Delete", "", "DELETE", f"{_BUCKET}/p/{{parId}}", preauthenticated.delete_request),
        )
    ),
    Operation("GetObject", "GET", f"{_ADDRESS}/{{objectName+}}", preauthenticated.read, anonymous=True),
    Operation("HeadObject", "HEAD", f"{_ADDRESS}/{{objectName+}}", preauthenticated.look, anonymous=True),
    Operation(
        "PutObject",
        "PUT",
        f"{_ADDRESS}/{{objectName+}}",
        preauthenticated.write,
        anonymous=True,
        largest=None,
    ),
    *(
        Operation("ListObjects", "GET", path, preauthenticated.list_by_address, anonymous=True)
        for path in (_ADDRESS, f"{_ADDRESS}/")
    ),
)
ENDPOINTS = (
    RestService(
        "Object Storage",
        # With realm-specific endpoints the namespace is a label of its own.
        hosts=("objectstorage", "*.objectstorage"),
        operations=OPERATIONS,
        refusal=buckets.not_found,
    ),
)
