"""Resource-types and families of OCI that have nothing to do with functions.

Their only use is to tell a known type from an unknown one in a note, and to keep a known type from being
taken for a misspelt functions type. A type missing here is harmless; a functions type here would be a hole,
and a test forbids it.
"""

from __future__ import annotations

from oci_iam.catalogue.permissions import FUNCTIONS_TYPES
from oci_iam.catalogue.rows import table

__all__ = ["UNRELATED"]


def _names() -> frozenset[str]:
    known = table()
    return known.known.union(known.rows, known.families, known.spellings) - FUNCTIONS_TYPES


UNRELATED: frozenset[str] = _names()
"""Every name in the catalogue's table, other spellings and families among them, but those of functions."""
