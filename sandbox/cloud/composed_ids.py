"""Ids of new resources: a plain OCID, or for some types a path such as `n/<namespace>/b/<bucket>`.

A template is text with fields in braces. `{name}` is an input, percent-encoded; `{tenancy}` the tenancy;
`{#kind}` is made up. `|` separates templates of which the first counts whose inputs are given. For a type
without facts the template is what the SDK documents for `pulumi import`.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from sandbox import facts
from sandbox.cloud import identities
from sandbox.cloud.call import Call
from sandbox.cloud.percent import encoded

_FIELD = re.compile(r"\{(#?\w+)\}")

_MADE_UP: Mapping[str, Callable[[Call], str]] = {
    "fingerprint": lambda call: fingerprint(str(call.inputs.get("keyValue", ""))),
    "hex32": lambda _: secrets.token_hex(16),
    "hex40": lambda _: secrets.token_hex(20),
    "hex6": lambda _: secrets.token_hex(3).upper(),
    "number": lambda _: str(secrets.randbelow(9 * 10**9) + 10**9),
    "ocid": lambda call: call.cloud.mint(identities.type_of(call.type)),
    "par": lambda _: secrets.token_urlsafe(32),
    "request": lambda _: "/".join(secrets.token_hex(16).upper() for _ in range(3)),
    "rfc3339": lambda _: datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
    "timestamp": lambda _: datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f +0000 UTC"),
    "workrequest": lambda call: call.cloud.mint("workrequest"),
}


def template_of(token: str, documented: str) -> str:
    """What the ids of a type are made of; `documented` is what the SDK says of importing one."""
    known = facts.of_type(token)
    return documented if known is None else known.id or "id"


def new_id(template: str, call: Call) -> str:
    """The id of a resource that is being created."""
    if template == "id" or "{id}" in template:
        return call.cloud.mint(identities.type_of(call.type))
    chosen = _chosen(template, call)
    own = _own_field(chosen, call)
    path = _FIELD.sub(lambda field: _part(field[1], own, call), chosen)
    return path if call.store.get(path) is None else f"{path}-{call.cloud.mint('x')[-8:]}"


def _chosen(template: str, call: Call) -> str:
    """The first of the alternatives whose inputs are all given, else the last one."""
    alternatives = template.split("|")
    for alternative in alternatives:
        if all(_given(field, call) is not None for field in _FIELD.findall(alternative) if field[0] != "#"):
            return alternative
    return alternatives[-1]


def _own_field(template: str, call: Call) -> str:
    """The field of a path that stands for the resource itself: the last one no input gives."""
    fields = _FIELD.findall(template)
    return next((field for field in reversed(fields) if _given(field, call) is None), "")


def _part(field: str, own: str, call: Call) -> str:
    if field.startswith("#"):
        return _MADE_UP[field[1:]](call)
    given = _given(field, call)
    if given is not None:
        return encoded(given)
    return call.cloud.mint(identities.type_of(call.type)) if field == own else call.cloud.region


def _given(field: str, call: Call) -> str | None:
    """The input a field of the pattern means: `bucketName` is also `bucket` or, for a bucket, `name`."""
    if field == "tenancy":
        return call.cloud.tenancy
    camel = re.sub(r"_(\w)", lambda letter: letter[1].upper(), field)
    for name in (camel, re.sub(r"(Name|Id|Key)$", "", camel), "name" if camel.endswith("Name") else ""):
        value = call.inputs.get(name)
        if isinstance(value, (str, int)) and not isinstance(value, bool) and value != "":
            return str(value)
    return None


def fingerprint(pem: str) -> str:
    """The fingerprint of a public key, as IAM names it: MD5 of its DER form, in pairs."""
    body = "".join(re.sub(r"-----.*?-----", "", pem).split())
    try:
        der = base64.b64decode(body, validate=True)
    except ValueError:
        der = pem.encode()
    digest = hashlib.md5(der, usedforsecurity=False).hexdigest()
    return ":".join(digest[at : at + 2] for at in range(0, 32, 2))


def own_ocids(call: Call, outputs: Mapping[str, Any]) -> Iterator[str]:
    """Claims for the OCIDs that were minted for parts of the resource, such as a network's route table."""
    for name, value in outputs.items():
        if name not in call.inputs and name != "createdBy" and isinstance(value, str):
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
