"""`sandbox directory`: who and what exists in the store, and its policies, as a tenancy file of `oci-iam`."""

from __future__ import annotations

import json
from pathlib import Path

from oci_iam.readers.tenancy_file import as_document
from sandbox.console import show
from sandbox.events.snapshot import read_deployment

__all__ = ["print_directory"]


def print_directory(sandbox_dir: Path) -> int:
    """Prints the tenancy file; the exit status. Raises `SandboxFault` when nothing is deployed."""
    deployment = read_deployment(sandbox_dir)
    show(json.dumps(as_document(deployment.directory, tuple(deployment.policies)), indent=2))
    return 0
