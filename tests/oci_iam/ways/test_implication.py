"""Which part of a condition is new, compared with whether it holds request by request."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from oci_iam.conditions import holds
from oci_iam.statement import AllOf, AnyOf, Comparison, Condition, Presence, Text
from oci_iam.ways.implication import implies, normal, not_covered

NAMES = ("request.region", "target.app.id", "target.function.id")
POSITIVE = st.builds(
    lambda name, values: Comparison(name, "in", tuple(map(Text, values))),
    st.sampled_from(NAMES),
    st.lists(st.sampled_from("ab"), min_size=1, max_size=2),
)
OTHERS = st.one_of(
    st.builds(
        lambda name, value: Comparison(name, "!=", (Text(value),)),
        st.sampled_from(NAMES),
        st.sampled_from("ab"),
    ),
    st.builds(Presence, st.sampled_from(NAMES), st.booleans()),
)


def conditions(leaves: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    """Nested blocks of some leaves."""
    return st.recursive(
        leaves,
        lambda inner: st.builds(
            lambda kind, parts: kind(tuple(parts)),
            st.sampled_from((AllOf, AnyOf)),
            st.lists(inner, min_size=1, max_size=3),
        ),
        max_leaves=7,
    )


# `z` is a value that no condition names; None is a variable the request does not carry.
REQUESTS = [
    {name: value for name, value in zip(NAMES, values, strict=True) if value is not None}
    for values in itertools.product("abz", ("a", "b", "z", None), ("a", "b", "z", None))
]


@settings(max_examples=400)
@given(conditions(POSITIVE | OTHERS), conditions(POSITIVE | OTHERS))
def test_what_is_implied_holds(narrow: Condition, wide: Condition) -> None:
    """Where one condition implies another, every request that meets it meets the other."""
    if implies(normal(narrow), normal(wide)):
        assert all(holds(wide, request) for request in REQUESTS if holds(narrow, request))


@settings(max_examples=400)
@given(conditions(POSITIVE | OTHERS))
def test_the_normal_form_means_the_same(condition: Condition) -> None:
    """It holds for the same requests, and writing it again changes nothing."""
    written = normal(condition)

    assert [holds(condition, request) for request in REQUESTS] == [
        holds(written, request) for request in REQUESTS
    ]
    assert written == normal(written)


@settings(max_examples=400)
@given(conditions(POSITIVE | OTHERS), st.lists(conditions(POSITIVE | OTHERS), max_size=3))
def test_no_new_request_is_left_out(condition: Condition, known: list[Condition]) -> None:
    """A request that meets the condition and none of the known ones meets the part that is shown as new; and
    whatever meets that part meets the condition."""
    part = not_covered(normal(condition), [normal(one) for one in known])

    for request in REQUESTS:
        shown = any(holds(one, request) for one in part)
        if holds(condition, request) and not any(holds(one, request) for one in known):
            assert shown
        assert not shown or holds(condition, request)


@settings(max_examples=400)
@given(conditions(POSITIVE), st.lists(conditions(POSITIVE), max_size=3))
def test_of_equalities_nothing_is_shown_that_is_not_new(condition: Condition, known: list[Condition]) -> None:
    """Where all is equality with literals, a part is shown only if some request is new."""
    part = not_covered(normal(condition), [normal(one) for one in known])
    new = [
        request
        for request in REQUESTS
        if holds(condition, request) and not any(holds(one, request) for one in known)
    ]

    assert bool(part) == bool(new)
