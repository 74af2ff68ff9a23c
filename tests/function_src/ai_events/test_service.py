"""Calls to services: what is asked again, and when it ends."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from ai_events.failures import Refusal, Unprocessed
from ai_events.service import NoAnswer, Reply, Service, segment
from tests.function_src.ai_events.conftest import FakeCloud, Opener


def get(service: Service, **more: Any) -> Reply:
    """One operation."""
    with service:
        return service.call("GET", "objectstorage", "/n/ns/b/b/o/x", **more)


@pytest.mark.parametrize("status", [409, 429, 500, 502, 503, 504])
def test_what_time_mends_is_asked_again(cloud: FakeCloud, opened: Opener, status: int) -> None:
    """Twice busy, then not."""
    cloud.objects["x"], cloud.written_at["x"] = b"body", 0
    cloud.wrong["GET"] = [(status, "Busy"), (status, "Busy")]

    assert get(opened()).body == b"body"
    assert len(cloud.calls) == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 412, 413, 501])
def test_what_no_time_mends_is_asked_once(cloud: FakeCloud, opened: Opener, status: int) -> None:
    """A missing right stays missing: the answer is the caller's."""
    cloud.wrong["GET"] = [(status, "Code")] * 9
    reply = get(opened())

    assert (reply.status, reply.code, len(cloud.calls)) == (status, "Code", 1)


def test_a_service_that_stays_busy(cloud: FakeCloud, opened: Opener) -> None:
    """Four times, then its last answer."""
    cloud.wrong["GET"] = [(503, "Busy")] * 9

    assert get(opened()).status == 503
    assert len(cloud.calls) == 4


def test_a_connection_that_breaks(cloud: FakeCloud, opened: Opener) -> None:
    """Asked again; in the end there is no answer, and only the kind of it is told."""
    cloud.wrong["GET"] = ["hangup"] * 9

    with pytest.raises(NoAnswer, match=r"^[A-Za-z]+$"):
        get(opened(), attempts=2)
    assert len(cloud.calls) == 2


def test_no_service_at_all(cloud: FakeCloud, opened: Opener) -> None:
    """Nobody listens."""
    service = opened()
    cloud.url = "http://127.0.0.1:9"
    service._endpoints = {"objectstorage": cloud.url}

    with pytest.raises(NoAnswer):
        get(service, attempts=2)


def test_an_expired_token_that_was_replaced(cloud: FakeCloud, opened: Opener, tmp_path: Path) -> None:
    """At once and once more, with the new one."""
    service = opened()
    (tmp_path / "rpst").write_text("new.new.new")
    cloud.wrong["GET"] = [(401, "NotAuthenticated")] * 9

    assert get(service).status == 401
    assert cloud.tokens == ["head.claims.signature", "new.new.new"]


def test_a_slow_answer_is_not_waited_for(cloud: FakeCloud, opened: Opener) -> None:
    """The deadline ends the waiting, and nothing is asked after it."""
    cloud.wrong["GET"] = [3.0] * 9
    began = time.monotonic()
    service = opened(0.4)

    with pytest.raises(NoAnswer):
        get(service)
    with pytest.raises(Unprocessed) as caught:
        get(service)
    assert caught.value.code == "out-of-time"
    assert time.monotonic() - began < 1.5
    assert len(cloud.calls) == 1


def test_a_body_over_the_limit(cloud: FakeCloud, opened: Opener) -> None:
    """Not read."""
    cloud.objects["x"], cloud.written_at["x"] = b"12345", 0

    assert get(opened(), max_bytes=5).body == b"12345"
    with pytest.raises(Refusal) as caught:
        get(opened(), max_bytes=4)
    assert caught.value.code == "too-large"


@pytest.mark.parametrize(
    ("text", "expected"), [("a/b c", "a%2Fb%20c"), (".", "%2E"), ("..", "%2E%2E"), ("é~", "%C3%A9~")]
)
def test_a_name_is_one_segment(text: str, expected: str) -> None:
    """Whatever is in it."""
    assert expected == segment(text)
