"""OCI's tags as typed values: what a key and a value may be, and how many a resource takes.

Source: Oracle's page "Tagging Overview", section on limits. Keys are compared without regard to case there,
so two that differ in nothing else are one.

Not for: whether a tag namespace exists, or which values it allows. OCI says so when a resource is created.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from components.values.limits import shown

FREEFORM = 10  # tags of a resource
DEFINED = 64
KEY_LENGTH = 100
VALUE_LENGTH = 256
BYTES = 5 * 1024  # of all tags of a resource, as JSON
_KEY = re.compile(r"[!-\-/-~]+")  # printable ASCII but the space and the period
# Oracle's own namespaces: whoever creates a resource cannot set their tags.
_RESERVED = ("oracle-tags", "orcl-cloud")


def freeform(tags: Mapping[str, str]) -> Mapping[str, str]:
    """Free-form tags by key. Raises ValueError with the first reason why a resource could not carry them."""
    _count(tags, FREEFORM, "free-form")
    for key, value in tags.items():
        _key(key, key)
        _value(key, value)
    _fits(tags)
    return tags


def defined(tags: Mapping[str, str]) -> Mapping[str, str]:
    """Defined tags by `Namespace.key`. Raises ValueError with the first reason against them."""
    _count(tags, DEFINED, "defined")
    for name, value in tags.items():
        namespace, period, key = name.partition(".")
        if not period:
            raise ValueError(f"{shown(name)} is not a Namespace.key")
        _key(name, namespace)
        _key(name, key)
        if namespace.lower() in _RESERVED:
            raise ValueError(f"{shown(name)} is in a namespace that Oracle alone sets")
        _value(name, value)
    _fits(tags)
    return tags


def together(stack: Mapping[str, str], own: Mapping[str, str]) -> dict[str, str]:
    """The stack's tags and a resource's own, which win: also over a key that differs from theirs in case."""
    said = {key.lower() for key in own}
    return {**{key: value for key, value in stack.items() if key.lower() not in said}, **own}


def _count(tags: Mapping[str, str], most: int, kind: str) -> None:
    if len(tags) > most:
        raise ValueError(f"{len(tags)} tags are more than the {most} {kind} tags of a resource")
    if len({key.lower() for key in tags}) != len(tags):
        raise ValueError("two keys differ in nothing but case, which OCI does not regard")


def _key(name: str, part: str) -> None:
    if not _KEY.fullmatch(part) or len(part) > KEY_LENGTH:
        raise ValueError(
            f"{shown(name)}: a key is 1 to {KEY_LENGTH} printable ASCII characters without space or period"
        )


def _value(name: str, value: str) -> None:
    if len(value) > VALUE_LENGTH:
        raise ValueError(f"the value of {shown(name)} is longer than {VALUE_LENGTH} characters")


def _fits(tags: Mapping[str, str]) -> None:
    size = len(json.dumps(tags, ensure_ascii=False).encode())
    if size > BYTES:
        raise ValueError(f"{size} bytes are more than the {BYTES} bytes that a resource's tags may have")
