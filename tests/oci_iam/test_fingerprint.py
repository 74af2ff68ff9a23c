"""`fingerprint` names exactly one text."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from oci_iam.fingerprint import fingerprint

STATEMENT = "Allow group A to use functions-family in tenancy"


def test_it_is_the_sha256_of_the_text() -> None:
    """Anybody can compute it: `printf %s STATEMENT | sha256sum`."""
    assert fingerprint(STATEMENT) == "sha256:" + hashlib.sha256(STATEMENT.encode()).hexdigest()


@given(st.text(max_size=20), st.text(max_size=20))
def test_another_text_has_another_one(one: str, other: str) -> None:
    """Another spelling, another case and another blank are other texts."""
    assert (fingerprint(one) == fingerprint(other)) == (one == other)


def test_what_utf_8_cannot_hold_has_one_too() -> None:
    """A lone surrogate, as a command line may hold, is no reason to fail."""
    assert fingerprint("\ud800") != fingerprint("\udc00")
