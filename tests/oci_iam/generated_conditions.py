"""Conditions of the oracles' tiny language, generated. Says nothing of what they mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hypothesis import strategies as st

from tests.oci_iam.oracle import Absent, Block, Condition, Leaf

__all__ = ["conditions"]


@st.composite
def _leaf(draw: st.DrawFn, values: Mapping[str, Sequence[str]]) -> Condition:
    """Any comparison, or a check that a variable is absent."""
    variable = draw(st.sampled_from(sorted(values)))
    op = draw(st.sampled_from(("=", "=", "=", "in", "!=", "not in", "absent")))
    if op == "absent":
        return Absent(variable)
    many = 3 if op in ("in", "not in") else 1
    found = draw(st.lists(st.sampled_from(values[variable]), min_size=1, max_size=many))
    return Leaf(variable, op, tuple(found))


def _blocks(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    """A block of a few conditions."""
    return st.builds(
        lambda word, parts: Block(word, tuple(parts)),
        st.sampled_from(("all", "any")),
        st.lists(parts, min_size=1, max_size=3),
    )


def conditions(
    values: Mapping[str, Sequence[str]], narrow: Sequence[Condition]
) -> st.SearchStrategy[Condition | None]:
    """None, or blocks of comparisons of these variables with these values, and of conditions that confine."""
    return st.none() | st.recursive(_leaf(values) | st.sampled_from(narrow), _blocks, max_leaves=7)
