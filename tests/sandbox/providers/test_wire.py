"""Property values to and from Pulumi's messages."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf.struct_pb2 import Struct
from hypothesis import given
from hypothesis import strategies as st

from sandbox.providers.wire import (
    Secret,
    decode,
    encode,
    has_secret,
    has_unknown,
    keep_secret,
    plain,
)
from sandbox.services.bridge_base import UNKNOWN

_TEXT = st.text(max_size=8)
_VALUES: Any = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | _TEXT | st.just(UNKNOWN),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(_TEXT, inner, max_size=3)
        | inner.filter(lambda value: not isinstance(value, Secret)).map(Secret)
    ),
    max_leaves=12,
)


@given(st.dictionaries(_TEXT, _VALUES, max_size=4))
def test_what_is_encoded_decodes_to_the_same(values: dict[str, Any]) -> None:
    """Every kind of value, at any depth, also after a trip over the wire."""
    message = Struct.FromString(encode(values).SerializeToString())

    assert decode(message) == values


def test_a_secret_and_an_unknown_look_as_the_engine_expects() -> None:
    """Signature and sentinel are Pulumi's."""
    fields = encode({"s": Secret("x"), "u": UNKNOWN}).fields

    assert fields["s"].struct_value.fields["4dabf18193072939515e22adb298388d"].string_value == (
        "1b47061264138c4ac30d75fd1eb44270"
    )
    assert fields["u"].string_value == "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


@pytest.mark.parametrize(
    "sentinel", ["1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", "dd056dcd-154b-4c76-9bd3-c8f88648b5ff"]
)
def test_unknown_values_of_other_types_are_unknown_too(sentinel: str) -> None:
    """The engine has one sentinel a type."""
    message = Struct()
    message.update({"a": sentinel})

    assert decode(message) == {"a": UNKNOWN}


def test_an_output_value_is_its_element() -> None:
    """With its secrecy; without a value it is unknown."""
    message = Struct()
    mark = {"4dabf18193072939515e22adb298388d": "d0e6a833031e9bbcd3f4e8bde6ca49a4"}
    message.update({"a": {**mark, "value": 1, "secret": True}, "b": mark, "c": {**mark, "value": "x"}})

    assert decode(message) == {"a": Secret(1), "b": UNKNOWN, "c": "x"}


def test_a_secret_does_not_show_in_messages() -> None:
    """Neither in repr nor in str."""
    assert "hunter2" not in f"{Secret('hunter2')} {Secret('hunter2')!r}"


def test_opening_and_looking_for_secrets() -> None:
    """At any depth."""
    value = {"a": [1, Secret({"b": Secret("x")})]}

    assert plain(value) == {"a": [1, {"b": "x"}]}
    assert (has_secret(value), has_secret({"a": [1]})) == (True, False)
    assert (has_unknown({"a": [Secret(UNKNOWN)]}), has_unknown({"a": 1})) == (True, False)


@pytest.mark.parametrize(
    ("value", "model", "kept"),
    [
        ({"a": 1, "b": 2}, {"a": Secret(0)}, {"a": Secret(1), "b": 2}),
        ({"a": {"x": 1, "y": 2}}, {"a": {"x": Secret(1)}}, {"a": {"x": Secret(1), "y": 2}}),
        ([1, 2], [Secret(1), 2], [Secret(1), 2]),
        ([1, 2, 3], [Secret(1), 2], Secret([1, 2, 3])),
        ([1, 2, 3], [1], [1, 2, 3]),
        ({"a": {"x": 1}}, {"a": Secret({})}, {"a": Secret({"x": 1})}),
    ],
)
def test_secrets_stay_where_they_were(value: Any, model: Any, kept: Any) -> None:
    """A list that changed its length is closed as a whole."""
    assert keep_secret(value, model) == kept
