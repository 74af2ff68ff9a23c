"""What `dynamic-group-budget` refuses and lets pass."""

from __future__ import annotations

from typing import Any

import pytest

NAME = "dynamic-group-budget"
GROUP = "oci:Identity/dynamicGroup:DynamicGroup"
IN_A_DOMAIN = "oci:Identity/domainsDynamicResourceGroup:DomainsDynamicResourceGroup"
RULE = "ALL {resource.type = 'fnfunc', resource.id = 'ocid1.fnfunc.oc1.phx.aaaa'}"


def ask(pack: Any, number: int, type_: str = GROUP) -> list[str]:
    """What the rule says of one more dynamic group."""
    found: list[str] = pack.analyze(type_, {"matchingRule": RULE}, name=f"g{number}").of(NAME)
    return found


def test_fifty_fit(pack: Any) -> None:
    """The one too many is the finding, not those before it."""
    assert [ask(pack, number) for number in range(50)] == [[]] * 50
    assert ask(pack, 50) == ["51 dynamic groups in the tenancy, where the limit is 50"]


def test_a_group_asked_about_again_is_one_group(pack: Any) -> None:
    """Preview and deploy ask about the same resource."""
    pack.configure({NAME: {"limit": 1}})

    assert ask(pack, 0) == ask(pack, 0) == []


def test_config_gives_the_limit_and_what_is_there_already(pack: Any) -> None:
    """Both kinds of dynamic group count."""
    pack.configure({NAME: {"limit": 3, "alreadyUsed": 1}})

    assert ask(pack, 0) == ask(pack, 1, IN_A_DOMAIN) == []
    assert ask(pack, 2) == ["4 dynamic groups in the tenancy, where the limit is 3"]


def test_other_resources_do_not_count(pack: Any) -> None:
    """A group of people is none."""
    pack.configure({NAME: {"limit": 1}})
    pack.analyze("oci:Identity/group:Group", {"name": "g"}, name="people")

    assert ask(pack, 0) == []


@pytest.mark.parametrize("rule", [[], 7, None])
def test_a_rule_of_another_type_is_counted_all_the_same(pack: Any, rule: Any) -> None:
    """What it says is for another rule to judge."""
    pack.configure({NAME: {"alreadyUsed": 50}})

    assert pack.analyze(GROUP, {"matchingRule": rule}, name="g").of(NAME) == [
        "51 dynamic groups in the tenancy, where the limit is 50"
    ]
