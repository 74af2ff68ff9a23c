"""Object Storage: buckets and the objects that exist as files."""
