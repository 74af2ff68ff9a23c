"""The serving process killed (SIGKILL) while it delivers: the next one does what was claimed."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.cloud.call import Cloud
from sandbox.cloud.deliveries import Outbox
from sandbox.cloud.store import Store
from sandbox.delivery.engine import LEASE_SECONDS
from sandbox.events import function_log
from sandbox.rest.place import Place
from sandbox.rest.serving import ensure
from sandbox.services.functions import APPLICATION, FUNCTION
from sandbox.services.resources import create
from tests.sandbox.delivery.conftest import TENANCY
from tests.sandbox.delivery.echo import keep_image


def _until(true: Callable[[], bool], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """The files of a sandbox of its own."""
    return Place(tmp_path / "sandbox")


# Those processes are meant to outlive whoever starts them.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_what_was_claimed_is_delivered_by_the_next(place: Place) -> None:
    """Between the claim and the mark, which is when the function runs; nothing is lost, and it runs again."""
    with place_store(place) as store, place.needed():
        cloud = Cloud(store, "us-ashburn-1", TENANCY, is_region_given=True)
        application = create(
            cloud,
            APPLICATION,
            {"compartmentId": TENANCY, "displayName": "a", "subnetIds": ["ocid1.subnet.oc1.iad.aaaaaaaax"]},
            {},
        )
        inputs = {
            "applicationId": application.id,
            "displayName": "echo",
            "memoryInMbs": "256",
            "sourceDetails": keep_image(store, place.sandbox_dir),
        }
        function = create(cloud, FUNCTION, inputs, {}).id
        outbox = Outbox(store)

        def owe(body: bytes) -> int:
            return outbox.record(
                source=("subscription", "s"),
                destination=("function", function),
                payload=body,
                now=time.time(),
            )

        first = ensure(place)
        try:
            warm = owe(b"begin")
            _until(lambda: outbox.get(warm).state == "delivered")  # type: ignore[union-attr]
            numbers = [owe(b"be slow") for _ in range(3)]
            _until(lambda: all(outbox.get(one).attempts == 1 for one in numbers))  # type: ignore[union-attr]
            killed = time.monotonic()
            os.kill(first.pid, signal.SIGKILL)
            _until(lambda: place.serving() is None)
            second = ensure(place)
            _until(lambda: all(outbox.get(one).state == "delivered" for one in numbers))  # type: ignore[union-attr]
            took = time.monotonic() - killed
        finally:
            found = place.serving()
            if found is not None:
                os.kill(found.pid, signal.SIGTERM)
                _until(lambda: place.serving() is None)
        attempts = {one.attempts for one in outbox.listed() if one.number in numbers}
        runs = list(function_log.read(place.sandbox_dir))

    assert second.pid != first.pid
    assert took < LEASE_SECONDS + 20
    assert attempts == {2}
    assert len([run for run in runs if any("be slow" in line for line in run.lines)]) == 3


def place_store(place: Place) -> Store:
    """The store of that sandbox."""
    place.make()
    return Store(place.sandbox_dir / "store.db")
