"""The function as OCI runs it: as a process of its image, in a cloud that is empty at the start of each test.

The fixtures are those of the sandbox's pytest plugin.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parents[1]


@pytest.fixture
def function(oci_sandbox: Any) -> Any:
    """The function, connected to nothing."""
    return oci_sandbox.function(FOLDER)


BODIES: tuple[Any, ...] = (
    b"",
    b"no JSON",
    [],
    {},
    {"question": 7},
    {"question": " "},
    {"question": "?" * 1001},
)


def test_what_is_no_question_is_refused(function: Any) -> None:
    """With the reason, before anything is called; a gateway hands on the status 400."""
    answers = [function.invoke(body).json() for body in BODIES]

    assert ["expected" in one.get("error", "") for one in answers] == [True] * len(BODIES)
