"""Object Storage. Here: the names of its resource types."""

from __future__ import annotations

PREAUTHENTICATED = "oci:ObjectStorage/preauthrequest:Preauthrequest"
STORAGE_OBJECT = "oci:ObjectStorage/storageObject:StorageObject"
BUCKET = "oci:ObjectStorage/bucket:Bucket"
