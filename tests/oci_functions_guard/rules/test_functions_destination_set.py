"""What `functions-destination-set` refuses, lets pass, and leaves for later."""

from __future__ import annotations

from typing import Any

import pytest

NAME = "functions-destination-set"
FUNCTION = "oci:Functions/function:Function"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
TOLD = {"kind": "NOTIFICATION", "topicId": "ocid1.onstopic.oc1..a"}


def ask(pack: Any, detached: Any, destination: Any = None, timeout: Any = 30) -> list[str]:
    """What the rule says of a function with these timeouts, of which None is left out."""
    given = {
        "detachedModeTimeoutInSeconds": detached,
        "failureDestination": destination,
        "timeoutInSeconds": timeout,
    }
    props = {key: value for key, value in given.items() if value is not None}
    found: list[str] = pack.analyze(FUNCTION, props).of(NAME)
    return found


@pytest.mark.parametrize("destination", [None, {"kind": "NONE"}, {"kind": "none"}, {"kind": ""}, {}, 7, []])
def test_a_longer_detached_timeout_needs_a_destination(pack: Any, destination: Any) -> None:
    """Left out, said to be none, or no destination at all."""
    assert ask(pack, 900, destination) == [
        "failureDestination is not set, so nobody is told of a detached invocation that fails, though one "
        "may take 900 seconds"
    ]


@pytest.mark.parametrize(
    ("detached", "destination", "timeout"),
    [
        (900, TOLD, 30),
        (900, {"kind": "QUEUE"}, None),
        (None, None, 300),
        (30, None, 30),
        (30, None, None),
        (5, None, 1),
        (60, None, 120),
    ],
)
def test_what_passes(pack: Any, detached: Any, destination: Any, timeout: Any) -> None:
    """One with a destination, and one whose detached timeout is none of its own."""
    assert ask(pack, detached, destination, timeout) == []


def test_the_default_timeout_counts_where_none_is_set(pack: Any) -> None:
    """A program may leave it out; OCI takes 30 seconds then."""
    assert len(ask(pack, 31, None, None)) == 1


@pytest.mark.parametrize(
    "given", [(UNKNOWN, None), (900, UNKNOWN), (900, {"kind": UNKNOWN}), (9, None, UNKNOWN)]
)
def test_unknown_is_judged_later(pack: Any, given: Any) -> None:
    """At deploy an unknown value is a violation."""
    assert ask(pack, *given) == []

    pack.deploy()
    (found,) = ask(pack, *given)
    assert "must be known at deploy" in found


def test_a_timeout_of_another_type_is_said(pack: Any) -> None:
    """Programs in YAML and Go are not checked before."""
    assert ask(pack, "900") == ["detachedModeTimeoutInSeconds: expected a number, found a string"]


def test_other_resources_are_not_asked_about(pack: Any) -> None:
    """An application has no detached invocations."""
    answer = pack.analyze("oci:Functions/application:Application", {"detachedModeTimeoutInSeconds": 900})

    assert answer.of(NAME) == []
