"""What IAM refuses of tags. Sources: Oracle's pages "Managing Tags and Tag Namespaces" and "Using Predefined
Values"."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sandbox.cloud.call import Call
from sandbox.cloud.errors import InvalidParameter

_NAME = re.compile(r"[!-~]{1,100}", re.ASCII)


def check_name(call: Call) -> None:
    """Names have neither spaces nor periods: a period stands between the two in `Namespace.Key`."""
    name = call.inputs.get("name")
    if name is not None and (_NAME.fullmatch(str(name)) is None or "." in str(name)):
        raise InvalidParameter(
            f"name: expected up to 100 characters without spaces and periods, found {name!r}"
        )


def namespace_claims(call: Call) -> Iterable[str]:
    """A namespace's name is its own in the tenancy, in any case."""
    yield f"tagnamespace|{call.cloud.tenancy}|{str(call.inputs.get('name')).lower()}"


def key_claims(call: Call) -> Iterable[str]:
    """A key's name is its own in the namespace."""
    yield f"tag|{call.inputs.get('tagNamespaceId')}|{str(call.inputs.get('name')).lower()}"
