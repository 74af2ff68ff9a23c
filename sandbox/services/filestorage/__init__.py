"""File Storage. Here: the names of its resource types."""

from __future__ import annotations

FILE_SYSTEM = "oci:FileStorage/fileSystem:FileSystem"
EXPORT = "oci:FileStorage/export:Export"
MOUNT_TARGET = "oci:FileStorage/mountTarget:MountTarget"
