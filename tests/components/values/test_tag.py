"""What a tag may be, and how many a resource takes."""

from __future__ import annotations

import re

import pytest

from components.values import tag


def test_tags_at_the_limits_pass() -> None:
    """The longest key and value, the most tags of either kind, and an empty value."""
    key = "k" * tag.KEY_LENGTH

    assert {key: ""} == tag.freeform({key: ""})
    assert tag.freeform({"key": "ü" * tag.VALUE_LENGTH})
    assert len(tag.freeform({str(each): "" for each in range(tag.FREEFORM)})) == tag.FREEFORM
    assert len(tag.defined({f"Team.{each}": "" for each in range(tag.DEFINED)})) == tag.DEFINED
    assert {f"{key}.{key}": "v"} == tag.defined({f"{key}.{key}": "v"})


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        ({str(each): "" for each in range(11)}, "11 tags are more than the 10 free-form tags of a resource"),
        ({"team": "a", "Team": "b"}, "two keys differ in nothing but case"),
        ({"": "a"}, "'': a key is 1 to 100 printable ASCII characters without space or period"),
        ({"a b": "a"}, "'a b': a key is"),
        ({"a.b": "a"}, "'a.b': a key is"),
        ({"größe": "a"}, "'größe': a key is"),
        ({"k" * 101: "a"}, "a key is 1 to 100"),
        ({"team": "a" * 257}, "the value of 'team' is longer than 256 characters"),
    ],
)
def test_free_form_tags_that_oci_refuses(tags: dict[str, str], reason: str) -> None:
    """Each limit has its own reason."""
    with pytest.raises(ValueError, match=re.escape(reason)):
        tag.freeform(tags)


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        ({"Team": "a"}, "'Team' is not a Namespace.key"),
        ({".key": "a"}, "'.key': a key is"),
        ({"Team.": "a"}, "'Team.': a key is"),
        ({"Team.a.b": "a"}, "'Team.a.b': a key is"),
        ({"Team.cost": "a", "team.Cost": "b"}, "two keys differ in nothing but case"),
        ({"oracle-tags.CreatedBy": "me"}, "is in a namespace that Oracle alone sets"),
        ({f"Team.{each}": "" for each in range(65)}, "65 tags are more than the 64 defined tags"),
        ({"Team.cost": "a" * 257}, "is longer than 256 characters"),
        ({f"Team.{each}": "a" * 250 for each in range(30)}, "bytes are more than the 5120 bytes"),
    ],
)
def test_defined_tags_that_oci_refuses(tags: dict[str, str], reason: str) -> None:
    """Each limit has its own reason, and so has a namespace that is Oracle's own."""
    with pytest.raises(ValueError, match=re.escape(reason)):
        tag.defined(tags)


def test_a_resources_own_tags_win() -> None:
    """Also over a key of the stack's that differs from theirs in case."""
    assert tag.together({"Team": "stack", "env": "dev"}, {"team": "own"}) == {"team": "own", "env": "dev"}
