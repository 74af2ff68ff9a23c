"""Headers, query parameters and bodies that a route wants."""

from __future__ import annotations

import pytest

from tests.sandbox.rest.conftest import Door
from tests.sandbox.rest.gateway.conftest import Deployer, Send, reason_of, route


@pytest.mark.parametrize(
    ("mode", "statuses"),
    [(None, (400, 400, 400, 415, 200)), ("PERMISSIVE", (200,) * 5), ("DISABLED", (200,) * 5)],
)
def test_checks_of_a_request(
    door: Door, deployer: Deployer, send: Send, mode: str | None, statuses: tuple[int, ...]
) -> None:
    """A header, a query parameter and a body that a route wants; what is permissive is only noted."""
    with_mode = {"validationMode": mode} if mode else {}
    url = deployer.deploy(
        route(
            "/x",
            "POST",
            requestPolicies={
                "headerValidations": {"headers": [{"name": "X-Plant", "required": True}], **with_mode},
                "queryParameterValidations": {"parameters": [{"name": "q", "required": True}], **with_mode},
                "bodyValidation": {
                    "required": True,
                    "contents": [
                        {"mediaType": "application/json", "validationType": "NONE"},
                        {"mediaType": "text/*", "validationType": "NONE"},
                    ],
                    **with_mode,
                },
            },
        )
    )
    full = {"headers": {"X-Plant": "a", "Content-Type": "application/json; charset=utf-8"}, "data": b"{}"}
    asked = [
        {**full, "headers": {"Content-Type": "text/plain"}, "params": {"q": "1"}},
        {**full, "params": {"p": "1"}},
        {**full, "data": b"", "params": {"q": "1"}},
        {**full, "headers": {"X-Plant": "a", "Content-Type": "image/png"}, "params": {"q": "1"}},
        {**full, "params": {"q": ""}},
    ]
    answers = [send(f"{url}/x", "POST", **one) for one in asked]

    assert tuple(answer.status_code for answer in answers) == statuses
    if mode == "PERMISSIVE":
        assert reason_of(door, answers[0]) == "permissive: header X-Plant is required"
