"""Property values as Pulumi sends them, to and from plain Python values.

A secret is a `Secret`, a value not known before the deploy is `UNKNOWN`; everything else is str, float,
int, bool, None, list and dict. Whole numbers come out as int, because protobuf has only doubles. Assets
stay the marked dicts they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from google.protobuf.struct_pb2 import Struct, Value

from sandbox.services.bridge_base import UNKNOWN

_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 a marker, not a secret
_OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"

# One sentinel a kind of value (string, bool, number, array, asset, archive, object); all mean the same here.
_UNKNOWN_STRING = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_UNKNOWNS = frozenset(
    {
        _UNKNOWN_STRING,
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)


@dataclass(frozen=True)
class Secret:
    """A value the engine keeps encrypted. `repr` does not show it."""

    value: Any

    def __repr__(self) -> str:
        return "Secret(...)"


def decode(struct: Struct) -> dict[str, Any]:
    """The properties of a message."""
    return {key: _decode(value) for key, value in struct.fields.items()}


def _decode(value: Value) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        text = value.string_value
        return UNKNOWN if len(text) == 36 and text in _UNKNOWNS else text
    if kind == "number_value":
        number = value.number_value
        return int(number) if number.is_integer() else number
    if kind == "bool_value":
        return value.bool_value
    if kind == "list_value":
        return [_decode(item) for item in value.list_value.values]
    if kind == "struct_value":
        return _decode_object(value.struct_value)
    return None


def _decode_object(struct: Struct) -> Any:
    fields = struct.fields
    if _SIGNATURE not in fields:
        return {key: _decode(item) for key, item in fields.items()}
    mark = fields[_SIGNATURE].string_value
    if mark == _SECRET:
        inner = _decode(fields["value"])
        return inner if isinstance(inner, Secret) else Secret(inner)
    if mark == _OUTPUT:
        known = _decode(fields["value"]) if "value" in fields else UNKNOWN
        return Secret(known) if "secret" in fields and fields["secret"].bool_value else known
    return {key: _decode(item) for key, item in fields.items()}


def encode(values: Mapping[str, Any]) -> Struct:
    """A message with these properties."""
    struct = Struct()
    fields = struct.fields
    for key, value in values.items():
        _encode(fields[key], value)
    return struct


def _encode(into: Value, value: Any) -> None:
    if isinstance(value, str):
        into.string_value = value
    elif isinstance(value, bool):
        into.bool_value = value
    elif isinstance(value, (int, float)):
        into.number_value = value
    elif value is None:
        into.null_value = 0  # type: ignore[assignment]
    elif value is UNKNOWN:
        into.string_value = _UNKNOWN_STRING
    elif isinstance(value, Secret):
        fields = into.struct_value.fields
        fields[_SIGNATURE].string_value = _SECRET
        _encode(fields["value"], value.value)
    elif isinstance(value, Mapping):
        into.struct_value.SetInParent()
        fields = into.struct_value.fields
        for key, item in value.items():
            _encode(fields[key], item)
    elif isinstance(value, (list, tuple)):
        into.list_value.SetInParent()
        add = into.list_value.values.add
        for item in value:
            _encode(add(), item)
    else:
        raise TypeError(f"a {type(value).__name__} is not a property value")


def plain(value: Any) -> Any:
    """The value with every `Secret` opened."""
    if isinstance(value, Secret):
        return plain(value.value)
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def has_secret(value: Any) -> bool:
    """Whether a `Secret` is anywhere in it."""
    if isinstance(value, Secret):
        return True
    if isinstance(value, dict):
        return any(has_secret(item) for item in value.values())
    return isinstance(value, list) and any(has_secret(item) for item in value)


def has_unknown(value: Any) -> bool:
    """Whether `UNKNOWN` is anywhere in it."""
    if value is UNKNOWN:
        return True
    if isinstance(value, Secret):
        return has_unknown(value.value)
    if isinstance(value, dict):
        return any(has_unknown(item) for item in value.values())
    return isinstance(value, list) and any(has_unknown(item) for item in value)


def keep_secret(value: Any, model: Any) -> Any:
    """`value` with the secrets of `model` closed again, at the same places.

    A list of another length is closed as a whole: which element was the secret one cannot be told.
    """
    if isinstance(model, Secret):
        return value if isinstance(value, Secret) else Secret(plain(value))
    if isinstance(model, dict) and isinstance(value, dict):
        return {key: keep_secret(item, model[key]) if key in model else item for key, item in value.items()}
    if isinstance(model, list) and isinstance(value, list):
        if len(model) == len(value):
            return [keep_secret(item, old) for item, old in zip(value, model, strict=True)]
        return Secret(plain(value)) if has_secret(model) else value
    return value
