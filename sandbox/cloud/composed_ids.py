"""Ids of new resources: a plain OCID, or for some types a path such as `n/<namespace>/b/<bucket>`.

The patterns are those the SDK documents for `pulumi import`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.cloud import identities
from sandbox.cloud.call import Call

# Imported by a path, yet known by the plain OCID at its end ever after.
_PLAIN = frozenset(
    {
        "oci:Artifacts/containerImageSignature:ContainerImageSignature",
        "oci:Artifacts/genericArtifact:GenericArtifact",
        "oci:Identity/authToken:AuthToken",
        "oci:Identity/idpGroupMapping:IdpGroupMapping",
        "oci:Identity/smtpCredential:SmtpCredential",
        "oci:Identity/tag:Tag",
        "oci:Kms/key:Key",
        "oci:Logging/log:Log",
    }
)

_FIELD = re.compile(r"\{(\w+)\}")


def new_id(pattern: str, call: Call) -> str:
    """The id of a resource that is being created; `pattern` is `id`, or a path with fields in braces."""
    if call.type in _PLAIN or "{" not in pattern or "{id}" in pattern:
        return call.cloud.mint(identities.type_of(call.type))
    own = _own_field(pattern, call)
    path = _FIELD.sub(lambda field: _part(field[1], own, call), pattern)
    return path if call.store.get(path) is None else f"{path}-{call.cloud.mint('x')[-8:]}"


def _own_field(pattern: str, call: Call) -> str:
    """The field of the pattern that stands for the resource itself: the last one no input gives."""
    fields = _FIELD.findall(pattern)
    return next((field for field in reversed(fields) if _given(field, call) is None), "")


def _part(field: str, own: str, call: Call) -> str:
    given = _given(field, call)
    if given is not None:
        return given
    return call.cloud.mint(identities.type_of(call.type)) if field == own else call.cloud.region


def _given(field: str, call: Call) -> str | None:
    """The input a field of the pattern means: `bucketName` is also `bucket` or, for a bucket, `name`."""
    camel = re.sub(r"_(\w)", lambda letter: letter[1].upper(), field)
    for name in (camel, re.sub(r"(Name|Id|Key)$", "", camel), "name" if camel.endswith("Name") else ""):
        value = call.inputs.get(name)
        if isinstance(value, (str, int)) and not isinstance(value, bool) and value != "":
            return str(value)
    return None


def own_ocids(call: Call, outputs: Mapping[str, Any]) -> Iterator[str]:
    """Claims for the OCIDs that were minted for parts of the resource, such as a network's route table."""
    for name, value in outputs.items():
        if name not in call.inputs and isinstance(value, str):
            ocid = identities.read(value)
            if (
                ocid is not None
                and value != call.id
                and identities.is_minted(ocid, call.store.mark)
                and call.store.get(value) is None
                and value != call.cloud.tenancy
                and call.store.holder(f"ocid|{value}") in (None, call.id)
            ):
                yield f"ocid|{value}"
