"""Object Storage. Here: the names of its resource types."""

from __future__ import annotations

BUCKET = "oci:ObjectStorage/bucket:Bucket"
