"""Renders a registered grant into a statement that can be judged before the ids it names exist.

At preview the id of a resource that is yet to be created is unknown, and so is every statement that contains
it. A component therefore registers beside its policy what each statement will say, with placeholders for the
ids:

    {"text": "Allow group id ${group} to use fn-invocation in compartment id ocid1.compartment.oc1..x
              where target.function.id = '${function}'",
     "refs": {"group": "<URN>", "function": "<URN>"}}

`render` puts a synthetic OCID of the right type in each place. It does not know which resources exist:
whoever calls it looks the URNs up and hands over the type token each of them was registered with.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from oci_iam.resource_tokens import GLOBAL_OCID_TYPES, ocid_type_of

__all__ = ["render"]

_PLACEHOLDER = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def render(text: str, refs: Mapping[str, str], identities: Mapping[str, str] | None = None) -> str:
    """The statement `text` stands for, with a synthetic OCID in place of every `${ref}`.

    `refs` gives the type token of the resource each ref names. `identities` gives what tells two resources of
    one type apart (their URNs); without it the ref's own name does, so that two texts that both say
    `${group}` would mean the same group.

    Raises ValueError for a type token without a known OCID type, a placeholder without a ref, a ref without a
    placeholder (a typing error in either), and a `$` that begins no placeholder.
    """
    named = set(_PLACEHOLDER.findall(text))
    if named != set(refs):
        raise ValueError(f"placeholders {sorted(named)} and refs {sorted(refs)} are not the same names")
    if "$" in _PLACEHOLDER.sub("", text):
        raise ValueError("a '$' that begins no placeholder")
    keys = identities if identities is not None else {}
    ocids = {ref: _synthetic_ocid(token, keys.get(ref, ref)) for ref, token in refs.items()}
    return _PLACEHOLDER.sub(lambda match: ocids[match[1]], text)


def _synthetic_ocid(token: str, identity: str) -> str:
    """An OCID of the type that fits `token`, the same one for the same identity and no other."""
    kind = ocid_type_of(token)
    if kind is None:
        raise ValueError(f"no OCID type is known for {token}")
    region = "" if kind in GLOBAL_OCID_TYPES else "phx"
    unique = hashlib.sha256(identity.encode()).hexdigest()[:60]
    return f"ocid1.{kind}.oc1.{region}.{unique}"
