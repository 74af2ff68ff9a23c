"""Each value of a JSON document has a line, as the decoder reads it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from oci_iam.json_lines import Path, line_of, lines

values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text('a"\\:,[]{} \n', max_size=4), inner, max_size=3)
    ),
    max_leaves=12,
)


def paths(value: Any, path: Path = ()) -> Iterator[Path]:
    """The path of every value inside."""
    yield path
    if isinstance(value, dict):
        for key, item in value.items():
            yield from paths(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from paths(item, (*path, index))


@given(values, st.sampled_from([None, 1]))
def test_every_value_is_found(value: Any, indent: int | None) -> None:
    """Whatever stands in keys and strings, the paths are those the decoder gives."""
    assert sorted(map(repr, paths(value))) == sorted(map(repr, lines(json.dumps(value, indent=indent))))


def test_a_value_is_on_the_line_of_its_key() -> None:
    """A key tells the reader where to look; an entry of a list stands where it begins."""
    found = lines('{\n "a": [\n  1,\n  {"b":\n 2}\n ],\n "c": {}, "c":\n 3}')

    assert dict(found) == {
        (): [1],
        ("a",): [2],
        ("a", 0): [3],
        ("a", 1): [4],
        ("a", 1, "b"): [4],
        ("c",): [7, 7],
    }


def test_what_is_missing_is_on_the_line_around_it() -> None:
    """A value that is not there has the line of the nearest one that is."""
    found = lines('{\n "a": {\n "b": 1}}')

    assert [line_of(found, path) for path in [("a", "x", 0), ("z",), ("a", "b", "c")]] == [2, 1, 3]
