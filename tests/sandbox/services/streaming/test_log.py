"""The messages of streams: partitions, offsets, retention, and several processes at once."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from sandbox.cloud.errors import InvalidParameter, MissingParameter, PayloadTooLarge
from sandbox.cloud.store import Store
from sandbox.services.streaming.log import Appended, Log, Stream, partition_of
from tests.sandbox.services.streaming.conftest import entry

NOW = 1_800_000_000.0
STREAM = Stream("s", "events", partitions=3, retention=3600.0)
ONE = Stream("one", "one", partitions=1, retention=3600.0)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    """Of a new store."""
    with Store(tmp_path / "store.db") as store:
        yield Log(store)


def test_messages_of_one_key_are_in_one_partition(log: Log) -> None:
    """In the order in which they were put; keys are spread over all partitions."""
    for number in range(3):
        log.put(STREAM, [entry(b"%d" % number, key) for key in (b"a", b"b", b"\xff\x00")], NOW + number)

    for key in (b"a", b"b", b"\xff\x00"):
        found = log.read(STREAM, partition_of(key, 3), 0, 100, NOW)
        assert [one.value for one in found if one.key == key] == [b"0", b"1", b"2"]
    assert {partition_of(b"%d" % number, 3) for number in range(50)} == {0, 1, 2}


def test_offsets_count_up_in_each_partition(log: Log) -> None:
    """From 0, and are what a reader goes by."""
    put = log.put(ONE, [entry(b"a"), entry(b"b"), entry(b"c")], NOW)

    assert [(one.partition, one.offset, one.timestamp) for one in put] == [(0, n, NOW) for n in range(3)]
    assert [(one.offset, one.value) for one in log.read(ONE, 0, 1, 1, NOW)] == [(1, b"b")]
    assert log.read(ONE, 0, 3, 10, NOW) == []
    assert log.end("one", 0) == 3
    assert log.read(ONE, 0, 0, 10, NOW)[0].key is None


def test_what_is_older_than_the_retention_is_gone(log: Log) -> None:
    """And its offset is not used again."""
    log.put(ONE, [entry(b"a")], NOW)
    log.put(ONE, [entry(b"b")], NOW + 1800)

    assert [one.value for one in log.read(ONE, 0, 0, 10, NOW + 3600)] == [b"b"]
    assert log.put(ONE, [entry(b"c")], NOW + 9000) == [Appended(0, 2, NOW + 9000)]
    assert [one.offset for one in log.read(ONE, 0, 0, 10, NOW + 9000)] == [2]


def test_a_time_is_a_place(log: Log) -> None:
    """The first message of that time or later; the end where there is none."""
    for number in range(3):
        log.put(ONE, [entry(b"x")], NOW + number)

    assert [log.since(ONE, 0, NOW + time) for time in (-5, 0, 0.5, 2, 3)] == [0, 0, 1, 2, 3]


def test_one_message_may_fail(log: Log) -> None:
    """A key that is too long is refused by itself."""
    good, bad = log.put(ONE, [entry(b"a", b"k" * 256), entry(b"b", b"k" * 257)], NOW)

    assert (good.error, bad.error) == ("", "InvalidParameter")
    assert "257 bytes" in bad.message
    assert [one.value for one in log.read(ONE, 0, 0, 10, NOW)] == [b"a"]


@pytest.mark.parametrize(
    ("entries", "error"),
    [
        ([], InvalidParameter),
        ([{}], MissingParameter),
        (["a"], MissingParameter),
        ([{"value": "not base64!"}], InvalidParameter),
        ([{"value": 1}], InvalidParameter),
        ([{"value": "YQ==", "key": "ä"}], InvalidParameter),
        ([entry(b"x" * 1024 * 1024, b"k")], PayloadTooLarge),
    ],
)
def test_what_streaming_refuses(log: Log, entries: list[Any], error: type[Exception]) -> None:
    """Then no message of the request is there."""
    with pytest.raises(error):
        log.put(ONE, [entry(b"good"), *entries] if len(entries) == 1 else entries, NOW)
    assert log.end("one", 0) == 0


def test_a_reader_gets_a_mebibyte_at_once(log: Log) -> None:
    """But at least one message."""
    for _ in range(3):
        log.put(ONE, [entry(b"x" * 600 * 1024)], NOW)

    assert len(log.read(ONE, 0, 0, 10, NOW)) == 1
    log.put(ONE, [entry(b"y"), entry(b"x" * (1024 * 1024 - 1))], NOW)
    assert [one.offset for one in log.read(ONE, 0, 3, 10, NOW)] == [3, 4]


def test_two_producers_lose_nothing(log: Log, tmp_path: Path) -> None:
    """Each with a connection of its own; each offset is one message's."""

    def produce(name: bytes) -> list[Appended]:
        with Store(tmp_path / "store.db") as store:
            return [one for _ in range(20) for one in Log(store).put(ONE, [entry(name)] * 50, NOW)]

    with ThreadPoolExecutor(2) as pool:
        put = [one for found in pool.map(produce, (b"a", b"b")) for one in found]
    values = [one.value for one in log.read(ONE, 0, 0, 10_000, NOW)]

    assert sorted(one.offset for one in put) == list(range(2000))
    assert (values.count(b"a"), values.count(b"b")) == (1000, 1000)


def test_a_kill_leaves_no_half_request(log: Log, tmp_path: Path) -> None:
    """Of 2000 messages put at once all are there or none, without a gap."""
    code = (
        "import sys\n"
        "from sandbox.cloud.store import Store\n"
        "from sandbox.services.streaming.log import Log, Stream\n"
        "log = Log(Store(sys.argv[1]))\n"
        "while True:\n"
        "    print('begin', flush=True)\n"
        f"    log.put(Stream('one', 'one', 1, 3600.0), [{{'value': 'YWJj'}}] * 2000, {NOW})\n"
    )
    answered = 0
    for _ in range(3):
        process = subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path / "store.db")], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        for _ in range(2):
            assert process.stdout.readline() == "begin\n"
        time.sleep(0.005)  # in the middle of the second request
        process.send_signal(signal.SIGKILL)
        answered += 1 + len(process.stdout.readlines())
        process.wait()
        process.stdout.close()
    end = log.end("one", 0)

    assert end % 2000 == 0
    assert 2000 * answered <= end <= 2000 * (answered + 3)
    assert [one.offset for one in log.read(ONE, 0, 0, 10_000, NOW)] == list(range(min(end, 10_000)))
