"""What the program asks the provider at once."""

from __future__ import annotations

import pulumi
import pytest

from components.lookup import ask


def test_an_answer_is_given_back() -> None:
    """What the provider answers is the answer."""
    assert ask("the answer", lambda: 42) == 42


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (Exception("invoke of x failed: invocation returned an error: 404, gone\nmore"), "404, gone"),
        (Exception(), "Exception"),
    ],
)
def test_a_refusal_is_one_line(error: Exception, line: str) -> None:
    """What was asked, and the provider's reason without the layers around it."""

    def question() -> None:
        raise error

    with pytest.raises(pulumi.RunError) as refused:
        ask("the thing", question)

    assert str(refused.value) == f"cannot look up the thing: {line}"
