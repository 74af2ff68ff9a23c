"""The example of the page on pytest, as a reader would try it: in a folder of its own."""

from __future__ import annotations

import pytest

from tests.pages import written_down


def test_the_example_of_the_pytest_page(inner: pytest.Pytester) -> None:
    """Its files, as they are, give tests that pass."""
    paths = written_down("how-to/test-a-function-with-pytest.md", inner.path)

    assert "test_copier.py" in paths
    inner.runpytest_subprocess().assert_outcomes(passed=3)
