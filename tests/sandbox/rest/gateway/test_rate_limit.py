"""Requests a second, on a clock that stands still until it is set."""

from __future__ import annotations

from sandbox.rest.gateway.rate_limit import RateLimit


def test_as_many_at_once_as_the_rate() -> None:
    """They come back at the rate, never more than the rate; one key takes nothing from another."""
    now = [100.0]
    limit = RateLimit(lambda: now[0])

    assert [limit.takes("a", 2) for _ in range(3)] == [True, True, False]
    assert limit.takes("b", 2)
    now[0] += 0.5
    assert [limit.takes("a", 2) for _ in range(2)] == [True, False]
    now[0] += 60
    assert [limit.takes("a", 2) for _ in range(3)] == [True, True, False]


def test_a_rate_of_nothing_takes_nothing() -> None:
    """It is not read as no limit."""
    assert not RateLimit().takes("a", 0)
