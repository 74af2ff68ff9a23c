"""Streaming by the real SDK, over TLS and with real signatures."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import oci
import pytest

from sandbox.cloud import clock
from sandbox.services.streaming import STREAM, STREAM_POOL
from tests.sandbox.rest.conftest import Door

Admin = oci.streaming.StreamAdminClient
Client = oci.streaming.StreamClient
models = oci.streaming.models
Clients = Callable[..., Any]
Refused = Callable[..., tuple[int, str]]
NOT_FOUND = (404, "NotAuthorizedOrNotFound")
INVALID = (400, "InvalidParameter")
ENDPOINT = "https://cell-1.streaming.us-ashburn-1.oci.oraclecloud.com"
NOW = datetime(2027, 1, 15, 8, tzinfo=UTC)


@pytest.fixture
def stream(door: Door) -> str:
    """A stream of two partitions that no other test uses."""
    return door.add(STREAM, compartmentId=door.compartment(), name="events", partitions=2)


@pytest.fixture
def client(clients: Clients) -> Any:
    """The administrator's, at the streams' endpoint."""
    return clients(Client, service_endpoint=ENDPOINT)


@pytest.fixture
def standing(door: Door) -> Iterator[Callable[[timedelta], None]]:
    """The cloud's clock stands still for one test, and is put forward by it."""
    clock.stand_still(door.store, NOW.timestamp())
    yield lambda time: clock.advance(door.store, time.total_seconds())
    clock.reset(door.store)


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _put(client: Any, stream: str, *values: bytes, key: bytes | None = b"k") -> Any:
    entries = [
        models.PutMessagesDetailsEntry(key=_text(key) if key else None, value=_text(one)) for one in values
    ]
    return client.put_messages(stream, models.PutMessagesDetails(messages=entries)).data


def _cursor(client: Any, stream: str, partition: str, type: str = "TRIM_HORIZON", **more: Any) -> str:
    details = models.CreateCursorDetails(partition=partition, type=type, **more)
    value: str = client.create_cursor(stream, details).data.value
    return value


def _values(answer: Any) -> list[bytes]:
    return [base64.b64decode(one.value) for one in answer.data]


class TestStreams:
    def test_a_stream_from_first_to_last(self, door: Door, clients: Clients, refused: Refused) -> None:
        """In the compartment's default pool; the work request that made it is done."""
        admin, compartment = clients(Admin), door.compartment()
        answer = admin.create_stream(
            models.CreateStreamDetails(
                name="made", partitions=3, compartment_id=compartment, defined_tags={"Ops": {"Team": "a"}}
            )
        )
        made = answer.data
        work = admin.get_work_request(answer.headers["opc-work-request-id"]).data
        (pool,) = admin.list_stream_pools(compartment).data
        record = door.store.get(made.id)

        assert (made.lifecycle_state, made.partitions, made.retention_in_hours) == ("ACTIVE", 3, 24)
        assert made.messages_endpoint == ENDPOINT
        assert (made.stream_pool_id, made.compartment_id) == (pool.id, compartment)
        assert (work.status, work.resources[0].identifier) == ("SUCCEEDED", made.id)
        assert record is not None
        assert record.outputs["definedTags"] == {"Ops.Team": "a"}
        assert [one.id for one in admin.list_streams(compartment_id=compartment).data] == [made.id]
        assert [one.id for one in admin.list_streams(stream_pool_id=pool.id).data] == [made.id]
        assert admin.list_streams(compartment_id=compartment, name="other").data == []
        changed = admin.update_stream(
            made.id, models.UpdateStreamDetails(freeform_tags={"a": "b"}), if_match=answer.headers["etag"]
        ).data
        assert changed.freeform_tags == {"a": "b"}
        assert refused(admin.delete_stream, made.id, if_match=answer.headers["etag"]) == (412, "NoEtagMatch")
        assert admin.delete_stream(made.id).status == 202
        assert refused(admin.get_stream, made.id) == NOT_FOUND
        assert refused(admin.delete_stream_pool, pool.id) == (409, "Conflict")

    def test_a_pool_from_first_to_last(self, door: Door, clients: Clients, refused: Refused) -> None:
        """Its streams lie where it does, and go with it."""
        admin, compartment = clients(Admin), door.compartment()
        pool = admin.create_stream_pool(
            models.CreateStreamPoolDetails(
                compartment_id=compartment,
                name="pool",
                kafka_settings=models.KafkaSettings(num_partitions=3),
            )
        ).data
        made = admin.create_stream(
            models.CreateStreamDetails(name="s", partitions=1, stream_pool_id=pool.id)
        ).data
        both = models.CreateStreamDetails(
            name="s", partitions=1, stream_pool_id=pool.id, compartment_id=compartment
        )

        assert (pool.kafka_settings.num_partitions, pool.kafka_settings.log_retention_hours) == (3, 24)
        assert (made.compartment_id, made.stream_pool_id) == (compartment, pool.id)
        assert refused(admin.create_stream, both) == INVALID
        changes = models.UpdateStreamPoolDetails(
            name="renamed", kafka_settings=models.KafkaSettings(log_retention_hours=48)
        )
        changed = admin.update_stream_pool(pool.id, changes).data
        assert (changed.name, changed.kafka_settings.num_partitions) == ("renamed", 3)
        assert changed.kafka_settings.log_retention_hours == 48
        assert admin.get_stream_pool(pool.id).data.name == "renamed"
        assert admin.delete_stream_pool(pool.id).status == 202
        assert door.store.get(made.id) is None

    @pytest.mark.parametrize(
        "more", [{"partitions": 0}, {"retention_in_hours": 23}, {"retention_in_hours": 169}]
    )
    def test_what_streaming_refuses(
        self, door: Door, clients: Clients, refused: Refused, more: dict[str, int]
    ) -> None:
        """As to a Pulumi program."""
        details = {"name": "s", "partitions": 1, "compartment_id": door.compartment(), **more}

        assert refused(clients(Admin).create_stream, models.CreateStreamDetails(**details)) == INVALID

    def test_what_is_not_imitated_says_so(self, door: Door, clients: Clients, refused: Refused) -> None:
        """501 instead of a pool that is not private."""
        compartment = door.compartment()
        private = models.CreateStreamPoolDetails(
            compartment_id=compartment,
            name="pool",
            private_endpoint_details=models.PrivateEndpointDetails(subnet_id="ocid1.subnet.oc1.iad.a"),
        )
        admin = clients(Admin)

        assert refused(admin.create_stream_pool, private) == (501, "NotImplemented")
        assert refused(admin.list_connect_harnesses, compartment) == (501, "NotImplemented")


class TestMessages:
    def test_messages_come_back_as_they_were_put(self, client: Any, stream: str) -> None:
        """By the cursor of each answer, until there is no more; a message names its stream by name."""
        put = _put(client, stream, b"one", b"\x00\xff", b"three")
        partition = put.entries[0].partition
        first = client.get_messages(stream, _cursor(client, stream, partition), limit=2)
        second = client.get_messages(stream, first.headers["opc-next-cursor"])
        third = client.get_messages(stream, second.headers["opc-next-cursor"])

        assert put.failures == 0
        assert [one.offset for one in put.entries] == [0, 1, 2]
        assert _values(first) + _values(second) == [b"one", b"\x00\xff", b"three"]
        assert third.data == []
        message = first.data[0]
        assert (message.stream, message.partition, message.key, message.offset) == (
            "events",
            partition,
            _text(b"k"),
            0,
        )
        _put(client, stream, b"four")
        assert _values(client.get_messages(stream, third.headers["opc-next-cursor"])) == [b"four"]

    def test_a_cursor_begins_where_it_says(
        self, client: Any, stream: str, standing: Callable[[timedelta], None]
    ) -> None:
        """At the oldest, at the newest, at or after an offset, at a time."""
        partition = _put(client, stream, b"0").entries[0].partition
        standing(timedelta(seconds=10))
        _put(client, stream, b"1")
        standing(timedelta(seconds=10))
        _put(client, stream, b"2")
        starts: dict[str, dict[str, Any]] = {
            "TRIM_HORIZON": {},
            "AT_OFFSET": {"offset": 1},
            "AFTER_OFFSET": {"offset": 1},
            "AT_TIME": {"time": NOW + timedelta(seconds=5)},
            "LATEST": {},
        }
        cursors = {type: _cursor(client, stream, partition, type, **more) for type, more in starts.items()}
        _put(client, stream, b"3")

        found = {type: b"".join(_values(client.get_messages(stream, one))) for type, one in cursors.items()}
        assert found == {
            "TRIM_HORIZON": b"0123",
            "AT_OFFSET": b"123",
            "AFTER_OFFSET": b"23",
            "AT_TIME": b"123",
            "LATEST": b"3",
        }

    def test_time_takes_messages_and_cursors(
        self, client: Any, refused: Refused, stream: str, standing: Callable[[timedelta], None]
    ) -> None:
        """A cursor after five minutes, a message after the stream's retention."""
        partition = _put(client, stream, b"old").entries[0].partition
        cursor = _cursor(client, stream, partition)
        standing(timedelta(minutes=5))
        assert refused(client.get_messages, stream, cursor) == INVALID
        standing(timedelta(hours=24))
        _put(client, stream, b"new")

        found = client.get_messages(stream, _cursor(client, stream, partition)).data
        assert [(one.offset, base64.b64decode(one.value)) for one in found] == [(1, b"new")]

    def test_one_message_may_fail(self, client: Any, stream: str) -> None:
        """In an answer that succeeds; a message without a key goes to any partition."""
        bad = _put(client, stream, b"x", key=b"k" * 257)
        good = _put(client, stream, b"x", key=None)

        assert (bad.failures, bad.entries[0].error, bad.entries[0].offset) == (1, "InvalidParameter", None)
        assert (good.failures, good.entries[0].partition in ("0", "1")) == (0, True)

    def test_what_a_consumer_may_ask(self, door: Door, client: Any, refused: Refused, stream: str) -> None:
        """Partitions, types, cursors of this stream, and limits."""
        other = door.add(STREAM, compartmentId=door.compartment(), name="other", partitions=1)
        cursor = _cursor(client, stream, "0")

        assert refused(_cursor, client, stream, "2") == INVALID
        assert refused(_cursor, client, stream, "0", "AT_OFFSET") == (400, "MissingParameter")
        assert refused(_cursor, client, stream, "0", "AT_TIME") == (400, "MissingParameter")
        assert refused(client.get_messages, other, cursor) == INVALID
        assert refused(client.get_messages, stream, cursor, limit=10_001) == INVALID
        assert refused(client.consumer_commit, stream, cursor) == INVALID
        forged = (
            '["Cursor",{"stream":"x"}]',
            '["x",1]',
            "7",
            '["Cursor",{"stream":"%s","issued":9e99,"partition":0,"offset":"0"}]',
        )
        for text in (*(_text(one.replace("%s", stream).encode()) for one in forged), "!", "ä"):
            assert refused(client.get_messages, stream, text) == INVALID

    def test_two_instances_share_a_stream(
        self, client: Any, refused: Refused, stream: str, standing: Callable[[timedelta], None]
    ) -> None:
        """Each message is got by one of them; the group shows who and how far."""
        for number in range(8):
            _put(client, stream, b"%d" % number, key=b"%d" % number)

        def join(instance: str) -> str:
            details = models.CreateGroupCursorDetails(
                type="TRIM_HORIZON", group_name="g", instance_name=instance, timeout_in_ms=60_000
            )
            value: str = client.create_group_cursor(stream, details).data.value
            return value

        one, two = join("one"), join("two")
        first = client.get_messages(stream, one, limit=1)
        second = client.get_messages(stream, two)
        third = client.get_messages(stream, first.headers["opc-next-cursor"])
        group = client.get_group(stream, "g").data

        assert sorted(_values(first) + _values(second) + _values(third)) == [b"%d" % n for n in range(8)]
        assert {one.reserved_instance for one in group.reservations} == {"one", "two"}
        assert refused(client.get_group, stream, "other") == NOT_FOUND
        beat = client.consumer_heartbeat(stream, third.headers["opc-next-cursor"]).data.value
        client.consumer_commit(stream, beat)
        committed = {
            place.reserved_instance: place.committed_offset
            for place in client.get_group(stream, "g").data.reservations
        }
        assert committed["one"] == third.data[-1].offset
        assert committed["two"] is None
        standing(timedelta(minutes=2))
        again = client.get_messages(stream, join("three"))
        assert sorted(_values(again)) == sorted(_values(second))

    def test_a_group_is_moved(self, client: Any, stream: str, standing: Callable[[timedelta], None]) -> None:
        """To a time, for all of its instances."""
        _put(client, stream, b"old")
        standing(timedelta(seconds=10))
        _put(client, stream, b"new")
        details = models.CreateGroupCursorDetails(type="LATEST", group_name="g", commit_on_get=False)
        cursor = client.create_group_cursor(stream, details).data.value
        assert client.get_messages(stream, cursor).data == []
        client.update_group(
            stream, "g", models.UpdateGroupDetails(type="AT_TIME", time=NOW + timedelta(seconds=5))
        )

        assert _values(client.get_messages(stream, cursor)) == [b"new"]

    def test_producing_and_consuming_are_two_rights(
        self, door: Door, clients: Clients, refused: Refused
    ) -> None:
        """Each for the stream that is named, consuming also for a pool."""
        compartment, producers, consumers = door.compartment(), door.group(), door.group()
        pool = door.add(STREAM_POOL, compartmentId=compartment, name="pool")
        stream, other = (
            door.add(STREAM, streamPoolId=pool, name=name, partitions=1) for name in ("s", "other")
        )
        producer, consumer = (
            clients(Client, f"group:{group}", service_endpoint=ENDPOINT) for group in (producers, consumers)
        )
        assert refused(_put, producer, stream, b"a") == NOT_FOUND
        door.allow(
            f"Allow group {producers} to use stream-push in compartment id {compartment}"
            f" where target.stream.id = '{stream}'",
            f"Allow group {consumers} to use stream-pull in compartment id {compartment}"
            f" where target.streampool.id = '{pool}'",
        )

        assert _put(producer, stream, b"a").failures == 0
        assert refused(_put, producer, other, b"a") == NOT_FOUND
        assert refused(_cursor, producer, stream, "0") == NOT_FOUND
        assert refused(_put, consumer, stream, b"a") == NOT_FOUND
        assert _values(consumer.get_messages(stream, _cursor(consumer, stream, "0"))) == [b"a"]
        assert refused(clients(Admin, f"group:{consumers}").delete_stream, stream) == NOT_FOUND
