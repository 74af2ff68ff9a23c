"""The engine's order of a deployment."""

from __future__ import annotations

from typing import Any

from sandbox.recovery.order import ordered


def entry(urn: str, *dependencies: str, **more: Any) -> dict[str, Any]:
    """A resource as far as order goes."""
    return {"urn": urn, "dependencies": list(dependencies), **more}


def urns(entries: list[dict[str, Any]]) -> list[str]:
    """The URNs, with a mark at what waits for deletion."""
    return [each["urn"] + ("-" if each.get("delete") else "") for each in entries]


def test_right_order_stays() -> None:
    """What is in order is left as it is."""
    given = [entry("a"), entry("b", "a"), entry("c"), entry("d", "c", "b")]

    assert ordered(given) == given


def test_dependency_comes_first() -> None:
    """A resource moves behind the last thing it depends on, parent and provider included."""
    given = [entry("a", "b", parent="c", provider="d::1"), entry("b"), entry("c"), entry("d")]

    assert sorted(urns(ordered(given))[:3]) == ["b", "c", "d"]


def test_property_dependency_counts() -> None:
    """So does what only a property depends on."""
    given = [entry("a", propertyDependencies={"x": ["b"], "y": None}), entry("b")]

    assert urns(ordered(given)) == ["b", "a"]


def test_the_living_one_comes_first() -> None:
    """The engine takes the first of several under one URN for the living one."""
    given = [entry("a", delete=True), entry("b", "a"), entry("a")]

    assert urns(ordered(given)) == ["a", "a-", "b"]


def test_what_waits_for_deletion_comes_after_all_it_used() -> None:
    """So that it is deleted before them, those that wait for deletion included."""
    given = [entry("b", "a", delete=True), entry("b", "a"), entry("a", delete=True), entry("a")]

    assert urns(ordered(given)) == ["a", "b", "a-", "b-"]


def test_circle_ends() -> None:
    """Nothing is lost, and nothing hangs, where two depend on each other."""
    assert sorted(urns(ordered([entry("a", "b"), entry("b", "a")]))) == ["a", "b"]
