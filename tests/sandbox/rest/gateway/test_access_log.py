"""The access log of gateways."""

from __future__ import annotations

import json

from tests.sandbox.rest.conftest import Door
from tests.sandbox.rest.gateway.conftest import GOOD, Send, minted


def test_the_access_log(door: Door, protected: str, send: Send) -> None:
    """One line a request, without the query and without a token."""
    token = minted(door, *GOOD)
    answer = send(f"{protected}/any?secret=s3cr3t", headers=token)
    path = door.place.sandbox_dir / "logs" / "apigateway.jsonl"
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    (line,) = [one for one in lines if one["request_id"] == answer.headers["opc-request-id"]]

    assert (line["method"], line["path"], line["route"], line["status"]) == (
        "GET",
        "/v1/any",
        "GET /v1/any",
        200,
    )
    assert (line["bytes"], line["client"]) == (15, "127.0.0.1")
    for log in (door.place.sandbox_dir / "logs").iterdir():
        assert "s3cr3t" not in log.read_text()
        assert token["Authorization"][-40:] not in log.read_text()
