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
    """The function, with a variable of its configuration."""
    return oci_sandbox.function(FOLDER, config={"GREETING": "good morning"})


def test_it_answers_an_event(oci_sandbox: Any, function: Any) -> None:
    """With what the event is about."""
    oci_sandbox.create_bucket("inbox")

    answer = function.invoke(oci_sandbox.object_event("inbox", "one.txt"))

    assert answer.status == 200, answer.logs
    assert answer.json() == {
        "status": "processed",
        "eventType": "com.oraclecloud.objectstorage.createobject",
        "resource": "one.txt",
        "greeting": "good morning",
    }


@pytest.mark.parametrize("body", [b"", b"no JSON", {"data": {}}, []])
def test_what_is_no_event_is_refused(function: Any, body: object) -> None:
    """Without failing: OCI would send it again, and nothing would be better then."""
    answer = function.invoke(body)

    assert answer.status == 200, answer.logs
    assert answer.json()["status"] == "refused"
