"""What a component registered of a statement whose text is not known before it is deployed.

A component may register beside its policy, as its input `grants`, what each statement will say (`evidence`):
the text with a placeholder for each id, and the resource that has the id. A preview contains it. It is
the program's own word: what the statement says in the end is judged again when it is deployed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from oci_iam.unknowns import Parts, Unknown

__all__ = ["registered_parts"]

_PLACEHOLDER = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def registered_parts(
    resources: Mapping[str, Mapping[str, Any]], urn: str, index: int, length: int
) -> Parts | None:
    """The pieces of the statement at an index of a policy of so many, by the resources of the same document.

    An id that a resource has already stands in the text; any other is an unknown. None where nothing
    usable is registered.
    """
    parent = resources.get(str(resources.get(urn, {}).get("parent")), {})
    inputs = parent.get("inputs")
    grants = inputs.get("grants") if isinstance(inputs, Mapping) else None
    listed = grants.get(urn.rpartition("::")[2]) if isinstance(grants, Mapping) else None
    if not isinstance(listed, list) or len(listed) != length or not isinstance(listed[index], Mapping):
        return None
    text, refs = listed[index].get("text"), listed[index].get("refs", {})
    if not isinstance(text, str) or not isinstance(refs, Mapping):
        return None
    pieces = _PLACEHOLDER.split(text)
    if set(pieces[1::2]) != set(refs) or any("$" in piece for piece in pieces[::2]):
        return None
    return tuple(
        piece if number % 2 == 0 else _id_of(resources, str(refs[piece]))
        for number, piece in enumerate(pieces)
    )


def _id_of(resources: Mapping[str, Mapping[str, Any]], urn: str) -> str | Unknown:
    known = resources.get(urn, {}).get("id")
    if isinstance(known, str) and known.startswith("ocid1."):
        return known
    return Unknown(f"id of {urn.rpartition('::')[2]}", urn)
