"""Consumer groups: who reads what, and from where."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sandbox.cloud.errors import NotFound
from sandbox.cloud.store import Store
from sandbox.services.streaming.cursors import GroupCursor
from sandbox.services.streaming.groups import Groups
from sandbox.services.streaming.log import Log, Stream
from tests.sandbox.services.streaming.conftest import entry

NOW = 1_800_000_000.0
STREAM = Stream("s", "events", partitions=4, retention=86_400.0)
ONE = Stream("s", "events", partitions=1, retention=86_400.0)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A new one."""
    with Store(tmp_path / "store.db") as store:
        yield store


def _join(
    groups: Groups, stream: Stream, instance: str, at: float = NOW, *, commits_on_get: bool = True
) -> GroupCursor:
    cursor = GroupCursor(
        stream=stream.id,
        issued=at,
        group="g",
        instance=instance,
        timeout=30.0,
        commits_on_get=commits_on_get,
        generation=0,
    )
    return groups.join(stream, cursor, lambda _: 0, at)


def _held(groups: Groups, at: float = NOW) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for one in groups.reservations("s", "g", at):
        found.setdefault(one.instance, []).append(one.partition)
    return found


def test_what_was_got_is_committed_by_the_next_get(store: Store) -> None:
    """So that what a dead consumer had is got again, from the last message it went on from."""
    log, groups = Log(store), Groups(store)
    log.put(ONE, [entry(b"a"), entry(b"b"), entry(b"c")], NOW)
    first, cursor = groups.get(ONE, _join(groups, ONE, "one"), 1, NOW)
    second, _ = groups.get(ONE, cursor, 1, NOW)
    later = NOW + 31
    again, _ = groups.get(ONE, _join(groups, ONE, "two", later), 10, later)

    assert [one.value for one in first + second] == [b"a", b"b"]
    assert [one.value for one in again] == [b"b", b"c"]


def test_who_commits_by_hand_goes_on_all_the_same(store: Store) -> None:
    """But the group stays where it was until then."""
    log, groups = Log(store), Groups(store)
    log.put(ONE, [entry(b"a"), entry(b"b")], NOW)
    _, cursor = groups.get(ONE, _join(groups, ONE, "one", commits_on_get=False), 1, NOW)
    second, cursor = groups.get(ONE, cursor, 1, NOW)

    assert [one.value for one in second] == [b"b"]
    assert groups.reservations("s", "g", NOW)[0].position == 0
    cursor = groups.commit(cursor, NOW)
    assert groups.reservations("s", "g", NOW)[0].position == 2
    assert groups.get(ONE, cursor, 10, NOW)[0] == []


def test_partitions_are_shared_out(store: Store) -> None:
    """Evenly between those that live, as soon as each has read; nobody has what another one has."""
    groups = Groups(store)
    one = _join(groups, STREAM, "one")
    assert _held(groups) == {"one": [0, 1, 2, 3]}

    two = _join(groups, STREAM, "two")
    assert _held(groups) == {"one": [0, 1, 2, 3]}
    groups.get(STREAM, one, 10, NOW)
    groups.get(STREAM, two, 10, NOW)
    assert _held(groups) == {"one": [0, 1], "two": [2, 3]}


def test_a_silent_instance_loses_its_partitions(store: Store) -> None:
    """After its timeout; a heartbeat or a commit keeps them."""
    groups = Groups(store)
    one = _join(groups, STREAM, "one")
    groups.keep(one, NOW + 29)
    assert _held(groups, NOW + 58) == {"one": [0, 1, 2, 3]}
    groups.commit(one, NOW + 58)
    assert _held(groups, NOW + 87) == {"one": [0, 1, 2, 3]}
    assert _held(groups, NOW + 88) == {"": [0, 1, 2, 3]}
    _join(groups, STREAM, "two", NOW + 88)
    assert _held(groups, NOW + 88) == {"two": [0, 1, 2, 3]}


def test_who_lost_a_partition_commits_nothing_there(store: Store) -> None:
    """Another instance is at work on it."""
    log, groups = Log(store), Groups(store)
    log.put(ONE, [entry(b"a")], NOW)
    _, cursor = groups.get(ONE, _join(groups, ONE, "one"), 10, NOW)
    _join(groups, ONE, "two", NOW + 31)
    groups.commit(cursor, NOW + 32)

    assert groups.reservations("s", "g", NOW + 32)[0].position == 0


@pytest.mark.parametrize("commits_on_get", [True, False])
def test_a_group_is_moved_as_a_whole(store: Store, commits_on_get: bool) -> None:
    """What instances had got before is committed no more, and nobody goes on from there."""
    log, groups = Log(store), Groups(store)
    log.put(ONE, [entry(b"a"), entry(b"b")], NOW)
    joined = _join(groups, ONE, "one", commits_on_get=commits_on_get)
    _, cursor = groups.get(ONE, joined, 10, NOW)
    groups.move(ONE, "g", lambda _: 1)
    again, _ = groups.get(ONE, cursor, 10, NOW)

    assert [one.value for one in again] == [b"b"]
    with pytest.raises(NotFound):
        groups.move(ONE, "other", lambda _: 0)


def test_a_busy_partition_keeps_nobody_waiting(store: Store) -> None:
    """The oldest message comes first, whatever its partition."""
    log, groups = Log(store), Groups(store)
    keys = [b"%d" % number for number in range(40)]
    for place, key in enumerate(keys):
        log.put(STREAM, [entry(key, key)], NOW + place)
    cursor = _join(groups, STREAM, "one", NOW + 50)
    got: list[bytes] = []
    while True:
        found, cursor = groups.get(STREAM, cursor, 1, NOW + 50)
        if not found:
            break
        got.append(found[0].value)

    assert got == keys


def test_instances_at_once_get_each_message_once(store: Store, tmp_path: Path) -> None:
    """With a connection each, all joining at once, as long as none of them falls silent."""
    many = Stream("s", "events", partitions=32, retention=86_400.0)
    log = Log(store)
    log.put(many, [entry(b"%d" % number, b"%d" % number) for number in range(1000)], NOW)

    def consume(instance: str) -> list[bytes]:
        got: list[bytes] = []
        with Store(tmp_path / "store.db") as own:
            groups = Groups(own)
            cursor = _join(groups, many, instance)
            for _ in range(40):
                found, cursor = groups.get(many, cursor, 7, NOW)
                got += [one.value for one in found]
        return got

    with ThreadPoolExecutor(4) as pool:
        got = [value for found in pool.map(consume, ("one", "two", "three", "four")) for value in found]
    assert len(got) == len(set(got)) > 200
