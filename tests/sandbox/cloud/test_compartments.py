"""What a resource contains follows it into another compartment."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.cloud.store import Store
from tests.sandbox.conftest import APPLICATION, COMPARTMENT, FUNCTION, Client, application, function

ELSEWHERE = f"{COMPARTMENT[:-1]}x"
GROUP, LOG = "oci:Logging/logGroup:LogGroup", "oci:Logging/log:Log"


def _group(_: Any = None, **more: Any) -> dict[str, Any]:
    return {"compartmentId": COMPARTMENT, "displayName": "group", **more}


def _log(group_id: str) -> dict[str, Any]:
    return {"logGroupId": group_id, "displayName": "log", "logType": "CUSTOM"}


@pytest.mark.parametrize(
    ("outer", "given", "inner", "inside"),
    [(APPLICATION, application, FUNCTION, function), (GROUP, _group, LOG, _log)],
)
def test_what_is_inside_moves_along(
    oci: Client, store: Store, outer: str, given: Any, inner: str, inside: Any
) -> None:
    """A function is where its application is, a log where its group is; nothing else of it changes."""
    made = oci.create(outer, "outer", given())
    held = oci.create(inner, "inner", inside(made.id))
    before = store.get(held.id)

    oci.update(made, given(compartmentId=ELSEWHERE))

    after = store.get(held.id)
    assert before is not None
    assert after is not None
    assert before.outputs["compartmentId"] == COMPARTMENT
    assert after.outputs == {**before.outputs, "compartmentId": ELSEWHERE}
    assert after.inputs == before.inputs
