"""Faults of operations over REST, by the real SDK."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import oci
import pytest

from sandbox.cloud import faults
from tests.sandbox.rest.conftest import Door

Client = oci.ons.NotificationControlPlaneClient


@pytest.fixture
def file(door: Door) -> Iterator[Path]:
    """The sandbox's file of faults, gone afterwards."""
    path = faults.file_in(door.place.sandbox_dir)
    yield path
    path.unlink(missing_ok=True)


def test_an_operation_fails_as_often_as_was_asked(
    door: Door, clients: Callable[..., Any], refused: Callable[..., tuple[int, str]], file: Path
) -> None:
    """By its name; other operations go on."""
    client, compartment = clients(Client), door.compartment()
    file.write_text(json.dumps([{"call": "ListTop*", "error": "429", "times": 1}]))

    assert refused(client.list_topics, compartment) == (429, "TooManyRequests")
    assert client.list_topics(compartment).data == []
    file.write_text(json.dumps([{"call": "GetTopic", "error": "429"}, {"type": "*", "error": "500"}]))
    assert client.list_topics(compartment).data == []


def test_a_wrong_file_is_told_in_the_log_only(
    door: Door, clients: Callable[..., Any], refused: Callable[..., tuple[int, str]], file: Path
) -> None:
    """As every mistake of the sandbox's own; a client never learns a path."""
    client, compartment = clients(Client), door.compartment()
    file.write_text("{")

    assert refused(client.list_topics, compartment) == (500, "InternalServerError")
    log = (door.place.sandbox_dir / "logs" / "requests.jsonl").read_text().splitlines()
    assert "faults.json: cannot be read as JSON" in json.loads(log[-1])["reason"]
