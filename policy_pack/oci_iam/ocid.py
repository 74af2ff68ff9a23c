"""Reads an Oracle Cloud identifier (OCID): ``ocid1.<type>.<realm>.[region][.future use].<unique id>``.

Tells real-looking identifiers from placeholders. Does not know whether anything with that identifier exists.
"""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["ocid_type"]

_OCID = re.compile(
    r"ocid1\.([a-z0-9_-]+)\.oc[0-9]+\.[a-z0-9-]*(?:\.[a-z0-9-]*)?\.([a-z0-9][a-z0-9-]*)"
).fullmatch
_FILLER = re.compile(
    r"(?:[a-z0-9]*x{3,}|unique-?id|(?:.*-)?id|.*ocid|.*(?:your|placeholder|replace|change-?me|todo).*)"
).fullmatch
_LONGEST_FILLER = 40  # a real unique id has 60 characters, in which such a word may stand by chance


@lru_cache(maxsize=4096)
def ocid_type(text: str) -> str | None:
    """The type part of a well-formed OCID in lower case (``fnfunc``, ``compartment``), None for anything
    else.

    A unique part that is plainly a stand-in (``xxxx``, ``your-function-id``) makes it none.
    """
    match = _OCID(text.lower())
    if match is None:
        return None
    unique = match[2]
    if len(unique) <= _LONGEST_FILLER and _FILLER(unique):
        return None
    return match[1]
