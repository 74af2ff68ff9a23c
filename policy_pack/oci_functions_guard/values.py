"""Property values as the engine sends them, with what is unknown and what is secret kept apart from what is
known.

The SDK's own reading raises at the first unknown value, which hides everything after it, and hands secrets
over in plaintext. Here an unknown value is the object UNKNOWN in its place, and a secret one is wrapped in
`Secret`, so that a rule can go on to the next value and knows what it must not show.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, TypeAlias

__all__ = [
    "UNKNOWN",
    "Opaque",
    "Secret",
    "Unknown",
    "Value",
    "is_secret",
    "kind_of",
    "read_sdk",
    "read_wire",
    "reveal",
]


class Unknown(Enum):
    """The type of UNKNOWN, a value that will be known at deploy."""

    UNKNOWN = "unknown"


UNKNOWN: Final = Unknown.UNKNOWN


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """A value marked as secret. Has no repr that could show it."""

    value: Value

    def __repr__(self) -> str:
        return "Secret(…)"


@dataclass(frozen=True, slots=True)
class Opaque:
    """A value no rule looks into: an asset, an archive, or a kind this version of the pack does not know."""

    kind: str


Value: TypeAlias = (
    "bool | int | float | str | list[Value] | dict[str, Value] | Unknown | Secret | Opaque | None"
)

# What pulumi_policy.proxy and the engine's Go code call the sentinels of unknown values. A program could
# write one of them as a literal string: it is then treated as unknown, which is refused at deploy.
_SENTINELS: Final = frozenset(
    {
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # boolean
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # number
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",  # string
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # array
        "030794c1-ac77-496b-92df-f27374a8bd58",  # asset
        "e48ece36-62e2-4504-bad9-02848725956a",  # archive
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # object
    }
)

_SIGNATURE: Final = "4dabf18193072939515e22adb298388d"  # the key that says "this object is a special value"
_SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - the mark of a secret, not a secret
_OUTPUT: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
_OPAQUE: Final = {
    "c44067f5952c0a294b673a41bacd8c17": "asset",
    "0def7320c3a5731c473e5ecbe6d01bc7": "archive",
    "5cf8f73096256a8f31e491e813e4eb8e": "resource reference",
}

_KINDS: Final = {
    bool: "a boolean",
    int: "a number",
    float: "a number",
    str: "a string",
    list: "a list",
    dict: "an object",
}


def read_wire(struct: Any) -> dict[str, Value]:
    """The fields of a protobuf Struct, as the engine sends a resource's properties."""
    return {key: _wire_value(value) for key, value in struct.fields.items()}


def _wire_value(value: Any) -> Value:
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        text: str = value.string_value
        return UNKNOWN if text in _SENTINELS else text
    if kind == "struct_value":
        return _special(read_wire(value.struct_value))
    if kind == "list_value":
        return [_wire_value(item) for item in value.list_value.values]
    if kind == "number_value":
        return _number(value.number_value)
    if kind == "bool_value":
        return bool(value.bool_value)
    return None


def _number(number: float) -> int | float:
    """Whole numbers as int: the wire knows only floating point, and findings should say 200 and not 200.0."""
    return int(number) if number.is_integer() else number


def _special(fields: dict[str, Value]) -> Value:
    """What an object stands for when it carries the mark of a special value, else the object."""
    signature = fields.get(_SIGNATURE)
    if signature is None:
        return fields
    if signature == _SECRET:
        return Secret(fields.get("value"))
    if signature == _OUTPUT:
        inner = fields.get("value", UNKNOWN)
        return Secret(inner) if fields.get("secret") is True else inner
    return Opaque(_OPAQUE.get(signature, "special value") if isinstance(signature, str) else "special value")


def read_sdk(value: Any) -> Value:
    """A value as the SDK hands it to a rule (its proxies included). Which of them were secret is lost by
    then.
    """
    if isinstance(value, str):
        return UNKNOWN if value in _SENTINELS else value
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, Mapping):
        # Both proxies answer "__target" with what they wrap; a plain dict has no such key and is read as it
        # is.
        inner = value if isinstance(value, dict) else value["__target"]
        return {str(key): read_sdk(item) for key, item in inner.items()}
    if isinstance(value, Sequence):
        items = value if isinstance(value, list | tuple) else value["__target"]  # type: ignore[call-overload]
        return [read_sdk(item) for item in items]
    return Opaque(type(value).__name__)


def reveal(value: Value) -> Value:
    """The value without its mark of secrecy. Whoever shows it must ask `is_secret` first."""
    while isinstance(value, Secret):
        value = value.value
    return value


def is_secret(value: Value) -> bool:
    """Whether the value, or any value inside it, is marked as secret."""
    if isinstance(value, Secret):
        return True
    if isinstance(value, dict):
        return any(is_secret(item) for item in value.values())
    if isinstance(value, list):
        return any(is_secret(item) for item in value)
    return False


def kind_of(value: Value) -> str:
    """What sort of value this is, in words for a finding, without showing it."""
    value = reveal(value)
    if value is None:
        return "nothing"
    if value is UNKNOWN:
        return "an unknown value"
    if isinstance(value, Opaque):
        return f"an opaque value ({value.kind})"
    return _KINDS[type(value)]
