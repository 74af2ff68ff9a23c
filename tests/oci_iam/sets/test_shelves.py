"""Filed by place is found by place: what shelves give is what the scopes themselves say."""

from __future__ import annotations

from itertools import product

import pytest

from oci_iam import Compartment, Directory
from oci_iam.sets.scope import Scope, contains, enclosing, overlap
from oci_iam.sets.shelves import Places, Shelf

TENANCY = "ocid1.tenancy.oc1..root"
P, D, Q = (f"ocid1.compartment.oc1..{name}" for name in ("p", "d", "q"))
DIRECTORY = Directory(TENANCY, {P: Compartment("P"), D: Compartment("D", P), Q: Compartment("Q")})
SCOPES = [
    Scope(id, attached, path, tenancy)
    for tenancy in (None, "other", "third")
    for id, attached, path in (
        (None, "", ()),
        *((ocid, "", ()) for ocid in (P, D, Q)),
        *(
            (None, attached, path)
            for attached in ("", P, TENANCY)
            for path in (("p",), ("p", "d"), ("d",), ("q",))
        ),
    )
]
SCOPES.append(Scope(tenancy="any-tenancy"))


def filled(directory: Directory | None, kept: list[Scope]) -> Shelf[int]:
    """A shelf with a thing at each scope, numbered in order."""
    shelf: Shelf[int] = Shelf(Places(directory))
    for number, scope in enumerate(kept):
        shelf.put(number, scope, number)
    return shelf


@pytest.mark.parametrize("directory", [None, DIRECTORY], ids=["alone", "directory"])
def test_what_is_near_or_over_a_place_is_found(directory: Directory | None) -> None:
    """Near is all that overlaps, over is all that contains or may; both in the order in which it came."""
    shelf = filled(directory, SCOPES)

    for scope in SCOPES:
        near = [number for number, other in enumerate(SCOPES) if overlap(other, scope, directory)]
        over = [
            number for number, other in enumerate(SCOPES) if contains(other, scope, directory) is not False
        ]
        assert near == [entry.thing for entry in shelf.near(scope)], scope
        assert over == [entry.thing for entry in shelf.over(scope)], scope


@pytest.mark.parametrize("directory", [None, DIRECTORY], ids=["alone", "directory"])
def test_the_first_is_found(directory: Directory | None) -> None:
    """The first near a place, and the first anywhere, of those that fit."""
    shelf = filled(directory, SCOPES)

    for scope, step in product(SCOPES, (1, 3)):
        near = [entry for entry in shelf.near(scope) if entry.thing % step == 0]
        first = shelf.first_near(scope, lambda thing: thing % step == 0)  # noqa: B023 - asked at once
        assert first == next(iter(near), None)
    found = shelf.first(lambda thing: thing > 4)
    assert found is not None
    assert found.thing == 5


def test_of_what_is_alike_the_first_is_kept() -> None:
    """Things of one key in one place are one; another place or another key is another."""
    shelf: Shelf[str] = Shelf(Places(None), lambda entry: (entry.scope, entry.thing[0]))
    for number, (scope, thing) in enumerate(
        [(Scope(P), "a1"), (Scope(P), "a2"), (Scope(Q), "a3"), (Scope(P), "b4")]
    ):
        shelf.put(number, scope, thing)

    assert [entry.thing for entry in shelf.near(Scope())] == ["a1", "a3", "b4"]


@pytest.mark.parametrize("directory", [None, DIRECTORY], ids=["alone", "directory"])
def test_what_encloses_a_scope_certainly_contains_it(directory: Directory | None) -> None:
    """The scopes around one are those of which it is certain that they contain it."""
    for scope in SCOPES:
        around = set(enclosing(scope, directory))
        assert {one for one in SCOPES if contains(one, scope, directory) is True} == around & set(SCOPES), (
            scope
        )
