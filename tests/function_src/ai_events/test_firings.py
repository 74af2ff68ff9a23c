"""Invocations with nothing to grade."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ai_events.processing import Answer, process


def invoke(body: Any) -> Answer:
    """One invocation."""
    return process(json.dumps(body).encode(), {}, lambda _: pytest.fail("an object was read"))


def test_the_firing_of_a_schedule_is_acknowledged() -> None:
    """What a schedule sends unless its config says another body; a result beside it is one."""
    assert invoke({"schedule": "ai-functions-dev-f-nightly"}).body["status"] == "ignored"
    assert invoke({"schedule": "nightly", "score": 0.95}).body["status"] == "processed"
    assert invoke({"schedule": 7}).body["status"] == "refused"


@pytest.mark.parametrize("step", ["VERIFY_CONNECTION", "CREATE_PENDING_VERSION", "PROMOTE_PENDING_VERSION"])
def test_a_rotation_is_refused_in_vault_s_own_words(step: str) -> None:
    """Anything but responseCode 200 ends the rotation, and the secret keeps its version."""
    answer = invoke({"secretId": "ocid1.vaultsecret.oc1..a", "step": step, "versionNo": 2})

    message = "this handler rotates no secret; put code of your own in its place"
    assert (answer.http_status, answer.body["responseCode"]) == (422, 422)
    assert answer.body["reason"] == {"code": "rotation-not-served", "message": message}
    assert answer.body["returnMessage"] == message
