"""The outbox."""

from __future__ import annotations

import pytest

from sandbox.cloud.call import Cloud
from sandbox.cloud.deliveries import Outbox
from sandbox.cloud.store import Store

NOW = 1_800_000_000.0


def _record(outbox: Outbox, at: float = NOW, payload: bytes = b"hello") -> int:
    return outbox.record(source=("topic", "t"), destination=("EMAIL", "a@b.c"), payload=payload, now=at)


def test_what_is_recorded_is_due_at_once(cloud: Cloud) -> None:
    """With everything that was said of it; the longest overdue comes first."""
    outbox = Outbox(cloud.store)
    late = _record(outbox, NOW + 5)
    early = outbox.record(
        source=("rule", "r"),
        destination=("function", "f"),
        principal="r",
        payload=b"\x00{}",
        content_type="application/json",
        headers={"a": "b"},
        now=NOW,
        until=NOW + 7200,
    )
    first, second = outbox.due(NOW + 10)

    assert (first.number, second.number) == (early, late)
    assert (first.source_kind, first.source, first.destination_kind, first.destination) == (
        "rule",
        "r",
        "function",
        "f",
    )
    assert (first.principal, first.payload, first.content_type) == ("r", b"\x00{}", "application/json")
    assert (first.headers, first.created, first.until, first.attempts) == ({"a": "b"}, NOW, NOW + 7200, 0)
    assert outbox.due(NOW - 1) == []
    assert outbox.next_due() == NOW


def test_the_deliveries_of_an_event(cloud: Cloud) -> None:
    """By the id in the envelope or its beginning; whatever else is owed is passed over, unreadable too."""
    outbox = Outbox(cloud.store)
    envelope = b'{"eventID": "ab%1-2", "eventType": "e"}'
    numbers = [_record(outbox, payload=envelope), _record(outbox, payload=envelope)]
    for other in (b"\x00{", b"\xff\xfe", b'{"eventID": 5}', b'["ab%1-2"]', b'{"eventID": "abx1-2"}', b""):
        _record(outbox, payload=other)

    assert [one.number for one in outbox.of_event("ab%1-2")] == numbers
    assert [one.number for one in outbox.of_event("ab%")] == numbers
    assert outbox.of_event("ab%1-2x") == []


def test_one_dispatcher_gets_it(cloud: Cloud) -> None:
    """Of two that saw it; another process's counts as well."""
    number = _record(Outbox(cloud.store))
    with Store(cloud.store.path) as store:
        one, other = Outbox(cloud.store), Outbox(store)
        (seen,) = one.due(NOW)

        assert [one.claim(seen, 60), other.claim(seen, 60)] == [True, False]
        assert other.due(NOW) == []
        one.delivered(number)
        found = other.get(number)
    assert found is not None
    assert (found.state, found.attempts) == ("delivered", 1)


def test_what_a_killed_dispatcher_claimed_comes_back(cloud: Cloud) -> None:
    """Once its lease is over."""
    outbox = Outbox(cloud.store)
    _record(outbox)
    (seen,) = outbox.due(NOW)
    assert outbox.claim(seen, -1)
    (again,) = outbox.due(NOW)

    assert again.attempts == 1
    assert not outbox.claim(seen, 60)
    assert outbox.claim(again, 60)


def test_a_failure_is_tried_again_or_dropped(cloud: Cloud) -> None:
    """As whoever delivers decides; a dropped one keeps its reason."""
    outbox = Outbox(cloud.store)
    number = _record(outbox)
    outbox.failed(number, "503", NOW + 60)

    assert outbox.due(NOW + 59) == []
    assert [one.number for one in outbox.due(NOW + 60)] == [number]
    outbox.failed(number, "gone", None)
    (dropped,) = outbox.listed("dropped")
    assert (dropped.reason, outbox.next_due(), outbox.listed("waiting")) == ("gone", None, [])
    assert [one.number for one in outbox.listed()] == [number]


def test_nothing_is_owed_for_what_did_not_happen(cloud: Cloud) -> None:
    """A delivery is part of the transaction around it."""
    outbox = Outbox(cloud.store)

    def half() -> None:
        with cloud.store.transaction():
            _record(outbox)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    assert outbox.listed() == []
