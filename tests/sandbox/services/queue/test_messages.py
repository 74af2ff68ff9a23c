"""The messages of queues: time, receipts, dead letters, and several processes at once."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from sandbox.cloud.errors import InvalidParameter, MissingParameter, NotFound, PayloadTooLarge
from sandbox.cloud.store import Store
from sandbox.services.queue.messages import Messages, Queue, Stats

NOW = 1_800_000_000.0
QUEUE = Queue("q", retention=3600, visibility=30, deliveries=0)


@pytest.fixture
def messages(tmp_path: Path) -> Iterator[Messages]:
    """Of a new store."""
    with Store(tmp_path / "store.db") as store:
        yield Messages(store)


def _entries(*contents: str, **metadata: Any) -> list[dict[str, Any]]:
    return [{"content": content, "metadata": metadata or None} for content in contents]


def test_a_message_is_hidden_while_somebody_has_it(messages: Messages) -> None:
    """And visible again once that is over, counted."""
    messages.put(QUEUE, _entries("a", "b"), NOW)
    first = messages.get(QUEUE, NOW)

    assert [(one.id, one.content, one.deliveries) for one in first] == [(1, "a", 1), (2, "b", 1)]
    assert messages.get(QUEUE, NOW + 29.9) == []
    again = messages.get(QUEUE, NOW + 30)
    assert [(one.id, one.deliveries) for one in again] == [(1, 2), (2, 2)]
    assert {one.receipt for one in first}.isdisjoint(one.receipt for one in again)


def test_a_receipt_is_good_for_as_long_as_the_message_is_hidden(messages: Messages) -> None:
    """Not after that, not after another delivery, not twice, not for another queue."""
    messages.put(QUEUE, _entries("a"), NOW)
    (first,) = messages.get(QUEUE, NOW)

    with pytest.raises(NotFound):
        messages.delete(QUEUE, first.receipt, NOW + 30)
    (second,) = messages.get(QUEUE, NOW + 30)
    with pytest.raises(NotFound):
        messages.delete(QUEUE, first.receipt, NOW + 31)
    with pytest.raises(NotFound):
        messages.delete(Queue("other", 3600, 30, 0), second.receipt, NOW + 31)
    assert messages.hide(QUEUE, second.receipt, 600, NOW + 31) == (1, NOW + 631)
    assert messages.get(QUEUE, NOW + 630) == []
    messages.delete(QUEUE, second.receipt, NOW + 630)
    with pytest.raises(NotFound):
        messages.delete(QUEUE, second.receipt, NOW + 630)
    assert messages.get(QUEUE, NOW + 700) == []


@pytest.mark.parametrize("receipt", ["", "x", "ä", "!!", "MTo", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk6YQ", "a/b"])
def test_what_is_no_receipt_is_refused(messages: Messages, receipt: str) -> None:
    """Whatever it is."""
    with pytest.raises(InvalidParameter):
        messages.delete(QUEUE, receipt, NOW)


def test_a_look_hides_nothing(messages: Messages) -> None:
    """But counts as a delivery."""
    messages.put(QUEUE, _entries("a"), NOW)

    counts = [messages.get(QUEUE, NOW, visibility=0)[0].deliveries for _ in range(3)]
    assert counts == [1, 2, 3]


def test_what_nobody_takes_expires(messages: Messages) -> None:
    """Hidden or not; ids are never given out again."""
    assert messages.put(QUEUE, _entries("a", "b"), NOW) == [(1, NOW + 3600), (2, NOW + 3600)]
    (held,) = messages.get(QUEUE, NOW, most=1, visibility=7200)

    assert messages.stats(QUEUE, NOW) == (Stats(1, 1, 2), Stats(0, 0, 0))
    assert messages.get(QUEUE, NOW + 3600) == []
    with pytest.raises(NotFound):
        messages.delete(QUEUE, held.receipt, NOW + 3600)
    assert messages.stats(QUEUE, NOW + 3600)[0] == Stats(0, 0, 0)
    assert messages.put(QUEUE, _entries("c"), NOW + 3600)[0][0] == 3


def test_what_is_delivered_too_often_is_a_dead_letter(messages: Messages) -> None:
    """After the last delivery's visibility; a queue without that limit has none."""
    limited = Queue("q", 3600, 30, deliveries=2)
    messages.put(limited, _entries("abc"), NOW)
    messages.get(limited, NOW)
    (last,) = messages.get(limited, NOW + 30)

    assert messages.stats(limited, NOW + 59) == (Stats(0, 1, 3), Stats(0, 0, 0))
    assert messages.get(limited, NOW + 60) == []
    assert messages.stats(limited, NOW + 60) == (Stats(0, 0, 0), Stats(1, 0, 3))
    with pytest.raises(NotFound):
        messages.delete(limited, last.receipt, NOW + 60)
    messages.purge("q", (False,))
    assert messages.stats(limited, NOW + 60)[1].visible == 1
    messages.purge("q", (True,))
    assert messages.stats(limited, NOW + 60)[1].visible == 0


def test_one_channel_is_got_at_a_time(messages: Messages) -> None:
    """The one that is asked for, else that of the oldest message."""
    messages.put(QUEUE, _entries("a1", "a2", channelId="a"), NOW)
    messages.put(QUEUE, _entries("b1", channelId="b", customProperties={"x": "y"}), NOW)
    messages.put(QUEUE, _entries("none"), NOW)

    assert messages.channels(QUEUE, NOW) == ["a", "b"]
    (b1,) = messages.get(QUEUE, NOW, channel="b")
    assert b1.metadata == {"channelId": "b", "customProperties": {"x": "y"}}
    assert [one.content for one in messages.get(QUEUE, NOW)] == ["a1", "a2"]
    assert [(one.content, one.metadata) for one in messages.get(QUEUE, NOW)] == [("none", None)]
    assert messages.stats(QUEUE, NOW, "a")[0] == Stats(0, 2, 4)
    messages.purge("q", (False, True), ["a"])
    assert messages.channels(QUEUE, NOW) == ["b"]


@pytest.mark.parametrize(
    ("entries", "error"),
    [
        ([], InvalidParameter),
        (_entries(*"a" * 21), InvalidParameter),
        ([{}], MissingParameter),
        (["a"], MissingParameter),
        (_entries(""), InvalidParameter),
        (_entries("\ud800"), InvalidParameter),
        (_entries("x" * 262_145), PayloadTooLarge),
        (_entries("x" * 262_144, "x" * 262_144, "x"), PayloadTooLarge),
        (_entries("a", channelId=1), InvalidParameter),
        (_entries("a", channelId="a", customProperties={"x": 1}), InvalidParameter),
        ([{"content": "a", "metadata": []}], InvalidParameter),
    ],
)
def test_a_request_is_taken_whole_or_not_at_all(
    messages: Messages, entries: list[Any], error: type[Exception]
) -> None:
    """20 messages, 256 KiB each, 512 KiB in all."""
    with pytest.raises(error):
        messages.put(QUEUE, [*_entries("good"), *entries] if len(entries) in (1, 3) else entries, NOW)
    assert messages.stats(QUEUE, NOW)[0] == Stats(0, 0, 0)


def test_the_largest_request_is_taken(messages: Messages) -> None:
    """Two of the largest messages."""
    assert len(messages.put(QUEUE, _entries("x" * 262_144, "x" * 262_144), NOW)) == 2


def test_consumers_at_once_never_get_one_message_twice(messages: Messages, tmp_path: Path) -> None:
    """Two producers and four consumers, each with a connection of its own."""

    def produce(name: str) -> None:
        with Store(tmp_path / "store.db") as store:
            for number in range(20):
                Messages(store).put(QUEUE, _entries(*(f"{name}{number}.{one}" for one in range(5))), NOW)

    def consume(_: int) -> list[str]:
        got: list[str] = []
        with Store(tmp_path / "store.db") as store:
            misses = 0
            while misses < 50:
                found = Messages(store).get(QUEUE, NOW, most=3)
                got += [one.content for one in found]
                misses = 0 if found else misses + 1
        return got

    with ThreadPoolExecutor(6) as pool:
        producing = [pool.submit(produce, name) for name in "ab"]
        consumed = list(pool.map(consume, range(4)))
    for one in producing:
        one.result()
    left = [one.content for _ in range(70) for one in messages.get(QUEUE, NOW, most=3)]

    counted = Counter([content for got in consumed for content in got] + left)
    assert len(counted) == 200
    assert set(counted.values()) == {1}


def test_a_kill_leaves_no_half_request(messages: Messages, tmp_path: Path) -> None:
    """Of 20 messages put at once all are there or none; those that were answered are there."""
    code = (
        "import sys\n"
        "from sandbox.cloud.store import Store\n"
        "from sandbox.services.queue.messages import Messages, Queue\n"
        "messages = Messages(Store(sys.argv[1]))\n"
        "while True:\n"
        f"    messages.put(Queue('q', 3600, 30, 0), [{{'content': 'x' * 1000}}] * 20, {NOW})\n"
        "    print('put', flush=True)\n"
    )
    answered = 0
    for wanted in (1, 4, 9):
        process = subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path / "store.db")], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        for _ in range(wanted):
            assert process.stdout.readline() == "put\n"
        process.send_signal(signal.SIGKILL)
        answered += wanted + len(process.stdout.readlines())
        process.wait()
        process.stdout.close()

    found = messages.stats(QUEUE, NOW)[0].visible
    assert found % 20 == 0
    assert 20 * answered <= found <= 20 * (answered + 3)
