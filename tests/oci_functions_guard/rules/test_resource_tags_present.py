"""What `resource-tags-present` refuses, lets pass, and leaves for later."""

from __future__ import annotations

from typing import Any

import pytest

NAME = "resource-tags-present"
BUCKET = "oci:ObjectStorage/bucket:Bucket"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
WANTED = {"freeform": ["team"], "defined": ["Operations.CostCenter"]}
TAGS = {"freeformTags": {"team": "a"}, "definedTags": {"Operations.CostCenter": "42"}}


def ask(pack: Any, props: dict[str, Any], type_: str = BUCKET) -> list[str]:
    """What the rule says of a resource with these inputs."""
    found: list[str] = pack.analyze(type_, {"name": "b", **props}).of(NAME)
    return found


def test_without_settings_no_tag_is_asked_for(pack: Any) -> None:
    """Which tags an organisation wants, it must say."""
    assert ask(pack, {}) == []


def test_each_missing_tag_is_one_finding(pack: Any) -> None:
    """A key of another namespace is another key; an empty value is none."""
    pack.configure({NAME: WANTED})

    assert ask(pack, TAGS) == []
    assert ask(pack, {}) == ["freeformTags.team is missing", "definedTags.Operations.CostCenter is missing"]
    assert ask(pack, {**TAGS, "freeformTags": {"team": ""}}) == ["freeformTags.team is missing"]
    assert ask(pack, {**TAGS, "definedTags": {"Other.CostCenter": "42"}}) == [
        "definedTags.Operations.CostCenter is missing"
    ]


def test_keys_compare_without_case(pack: Any) -> None:
    """As OCI compares them."""
    pack.configure({NAME: {"freeform": ["Team"]}})

    assert ask(pack, {"freeformTags": {"TEAM": "a"}}) == []


@pytest.mark.parametrize(
    ("type_", "count"),
    [
        ("oci:Functions/function:Function", 1),
        ("oci:Identity/policy:Policy", 1),
        ("oci:Identity/userGroupMembership:UserGroupMembership", 0),
        ("oci:Core/instance:Instance", 0),
        ("aws:s3/bucket:Bucket", 0),
    ],
)
def test_what_takes_tags_and_belongs_to_a_function_is_looked_at(pack: Any, type_: str, count: int) -> None:
    """A membership takes no tags; of other resources the settings decide."""
    pack.configure({NAME: {"freeform": ["team"]}})

    assert len(ask(pack, {}, type_)) == count


def test_the_settings_name_other_types(pack: Any) -> None:
    """They count instead of the default ones."""
    pack.configure({NAME: {"freeform": ["team"], "types": ["oci:Core/*"]}})

    assert len(ask(pack, {}, "oci:Core/instance:Instance")) == 1
    assert ask(pack, {}) == []


@pytest.mark.parametrize("tags", [UNKNOWN, {"team": UNKNOWN}])
def test_unknown_is_judged_later(pack: Any, tags: Any) -> None:
    """At deploy an unknown value is a violation."""
    pack.configure({NAME: {"freeform": ["team"]}})
    assert ask(pack, {"freeformTags": tags}) == []

    pack.deploy()
    (found,) = ask(pack, {"freeformTags": tags})
    assert "must be known at deploy" in found


@pytest.mark.parametrize("tags", [7, [], "team"])
def test_tags_of_another_shape_are_said(pack: Any, tags: Any) -> None:
    """Programs in YAML and Go are not checked before."""
    pack.configure({NAME: {"freeform": ["team"]}})

    (found,) = ask(pack, {"freeformTags": tags})
    assert found.startswith("freeformTags: expected an object, found ")


def test_a_secret_value_is_a_value(pack: Any, sample: Any) -> None:
    """And is not shown."""
    pack.configure({NAME: {"freeform": ["team"]}})

    assert ask(pack, {"freeformTags": {"team": sample.secret("a")}}) == []
    assert ask(pack, {"freeformTags": sample.secret({"team": "a"})}) == []


def test_an_exemption_covers_a_resource(pack_of: Any) -> None:
    """One bucket may go without for a while."""
    pack = pack_of()
    one = {"resource": "it", "owner": "team", "reason": "adopted next month", "expires": "2026-08-01"}
    pack.configure({NAME: {"enforcementLevel": "mandatory", "freeform": ["team"], "exemptions": [one]}})

    answer = pack.analyze(BUCKET, {"name": "b"})

    assert NAME not in answer.blocking
    assert "exempted until 2026-08-01" in answer.text
