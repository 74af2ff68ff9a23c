"""The cloud's time."""

from __future__ import annotations

import time

import pytest

from sandbox.cloud import clock
from sandbox.cloud.call import Cloud
from sandbox.cloud.store import Store


def test_it_is_the_real_time_until_it_is_set(cloud: Cloud) -> None:
    """And again after a reset."""
    assert clock.now(cloud.store) == pytest.approx(time.time(), abs=5)
    clock.advance(cloud.store, 3600)
    assert clock.now(cloud.store) == pytest.approx(time.time() + 3600, abs=5)
    clock.reset(cloud.store)
    assert clock.now(cloud.store) == pytest.approx(time.time(), abs=5)


def test_it_stands_still_where_it_is_put(cloud: Cloud) -> None:
    """And can be put forward from there, by whichever process."""
    clock.stand_still(cloud.store, 1_900_000_000.25)
    with Store(cloud.store.path) as other:
        clock.advance(other, 0.5)

    assert clock.now(cloud.store) == clock.now(cloud.store) == 1_900_000_000.75
