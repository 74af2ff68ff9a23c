"""Bastion. Here: the names of its resource types."""

from __future__ import annotations

BASTION = "oci:Bastion/bastion:Bastion"
SESSION = "oci:Bastion/session:Session"
