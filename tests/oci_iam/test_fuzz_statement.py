"""The fuzz target's own checks, on every seed, on mutations of seeds, and on texts that must make it fail."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import oci_iam
from tests.oci_iam import fuzz_statement
from tests.oci_iam.fuzz_statement import ContradictionError, check, seeds, spliced

SEEDS = seeds()
WORDS = sorted({word for seed in SEEDS for word in seed.split()})


def test_seeds_hold() -> None:
    """No statement of the conformance corpus makes two answers contradict each other."""
    for seed in SEEDS:
        check(seed)


def test_mutated_seeds_hold() -> None:
    """Seeds with a piece cut out, doubled or replaced are answered without contradiction."""
    chance = random.Random(20260922)  # noqa: S311 - repeatable, not secret
    for _ in range(4000):
        text = chance.choice(SEEDS)
        at, size = chance.randrange(len(text) + 1), chance.randrange(6)
        foreign = chance.choice(SEEDS)[:size]
        piece = chance.choice(("", text[at : at + size] * 2, foreign, "'", "/", "\x00", "\u2019"))
        check(text[:at] + piece + text[at + size :])


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.integers(0, len(WORDS) - 1), max_size=fuzz_statement.MOST_PARTS).map(
        lambda n: spliced(n, WORDS)
    )
)
def test_spliced_words_hold(text: str) -> None:
    """Words of statements in any order are answered without contradiction."""
    check(text)


@settings(max_examples=300, deadline=None)
@given(st.text())
def test_any_text_holds(text: str) -> None:
    """Any text at all is answered without contradiction."""
    check(text)


@pytest.mark.parametrize(
    "text",
    ["Allow group A to use fn-invocation in tenancy", "Allow any-user to use fn-invocation in compartment P"],
)
def test_a_lenient_judge_is_noticed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """A judge that lets a broad grant pass contradicts the target's second opinion."""
    lenient = oci_iam.Verdict("ok", (), frozenset({"FN_INVOCATION"}))
    monkeypatch.setattr(oci_iam, "judge", lambda statement: lenient)

    with pytest.raises(ContradictionError, match="yet not refused"):
        check(text)
