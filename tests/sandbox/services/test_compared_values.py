"""Values that are the same to the provider though they are written differently."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.services import compared_values


@pytest.mark.parametrize(
    ("way", "old", "new"),
    [
        ("case", "FAAS", "faas"),
        ("case", ["A", "b"], ["a", "B"]),
        ("case", {"k": "A"}, {"k": "a"}),
        ("dot", "example.com.", "example.com"),
        ("ipv6", "2001:db8::1", "2001:0DB8:0::0001"),
        ("ipv6", ["2001:db8::/56"], ["2001:DB8:0::/56"]),
        ("json", '{"a": 1, "b": 2}', '{"b":2,"a":1}'),
        ("json", {"k": "[1, 2]"}, {"k": "[1,2]"}),
        ("keys", {"Ops.Cost": "1"}, {"ops.cost": "1"}),
        ("md5", "d41d8cd98f00b204e9800998ecf8427e", "1B2M2Y8AsgTpgAmY7PhCfg=="),
        ("never", "a", "b"),
        ("number", "7", 7),
        ("order", ["a", "b"], ["b", "a"]),
        ("spaces", "-----BEGIN KEY-----\nAA\n", "-----BEGIN KEY----- AA"),
        ("time", "2031-01-01T00:00:00Z", "2031-01-01T01:00:00+01:00"),
        ("time", "2031-01-01T00:00:00Z", "2031-01-01 00:00:00 +0000 UTC"),
        ("time", "2031-01-01T00:00:00.5Z", "2031-01-01 00:00:00.5 +0000 UTC"),
        ("unset", None, "b"),
    ],
)
def test_the_same_value(way: str, old: Any, new: Any) -> None:
    """Whatever its spelling."""
    assert compared_values.same(way, old, new)


@pytest.mark.parametrize(
    ("way", "old", "new"),
    [
        ("case", "a", "b"),
        ("case", ["a"], ["a", "b"]),
        ("case", {"k": "a"}, {"l": "a"}),
        ("case", None, "a"),
        ("ipv6", "2001:db8::1", "2001:db8::2"),
        ("ipv6", "no address", "another"),
        ("json", "{", "["),
        ("json", "[1, 2]", "[2, 1]"),
        ("keys", {"ops.cost": "1"}, {"ops.cost": "2"}),
        ("md5", "d41d8cd98f00b204e9800998ecf8427e", "x"),
        ("number", "7", "seven"),
        ("order", ["a", "b"], ["a", "a"]),
        ("time", "2031-01-01T00:00:00Z", "2031-01-01T00:00:01Z"),
        ("time", "2031-01-01T00:00:00", "2031-01-01 00:00:00"),
        ("unset", "a", "b"),
    ],
)
def test_another_value(way: str, old: Any, new: Any) -> None:
    """What cannot be read is compared as it is written."""
    assert not compared_values.same(way, old, new)
