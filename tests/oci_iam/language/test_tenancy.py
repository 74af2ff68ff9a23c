"""Words for the root compartment."""

from __future__ import annotations

import pytest

from oci_iam.language.tenancy import is_root


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("root",), True),
        ((" Root ",), True),
        (("acme (root)",), True),
        (("acme (Root)",), True),
        (("root", "apps"), False),
        (("rooted",), False),
        (("(root) apps",), False),
        ((), False),
    ],
)
def test_words_for_the_root(path: tuple[str, ...], expected: bool) -> None:
    """`root` and what the console shows for it, alone, are the tenancy."""
    assert expected is is_root(path)
