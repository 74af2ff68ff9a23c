"""Queue by the real SDK, over TLS and with real signatures."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import oci
import pytest

from sandbox.cloud import clock
from sandbox.services.queue import QUEUE
from tests.sandbox.rest.conftest import Door

Admin = oci.queue.QueueAdminClient
Client = oci.queue.QueueClient
models = oci.queue.models
Clients = Callable[..., Any]
Refused = Callable[..., tuple[int, str]]
NOT_FOUND = (404, "NotAuthorizedOrNotFound")
ENDPOINT = "https://cell-1.queue.messaging.us-ashburn-1.oci.oraclecloud.com"


@pytest.fixture
def queue(door: Door) -> str:
    """A queue that no other test uses."""
    return door.add(QUEUE, compartmentId=door.compartment(), displayName="jobs", timeoutInSeconds=0)


@pytest.fixture
def later(door: Door) -> Iterator[Callable[[float], None]]:
    """Puts the cloud's clock forward, for one test."""
    yield lambda seconds: clock.advance(door.store, seconds)
    clock.reset(door.store)


def _put(client: Any, queue: str, *contents: str, channel: str | None = None) -> Any:
    metadata = models.MessageMetadata(channel_id=channel) if channel else None
    entries = [models.PutMessagesDetailsEntry(content=one, metadata=metadata) for one in contents]
    return client.put_messages(queue, models.PutMessagesDetails(messages=entries)).data.messages


def _get(client: Any, queue: str, **arguments: Any) -> list[Any]:
    found: list[Any] = client.get_messages(queue, **arguments).data.messages
    return found


class TestQueues:
    def test_a_queue_from_first_to_last(self, door: Door, clients: Clients, refused: Refused) -> None:
        """Each change is a work request that is done, which is how its id is found."""
        client, compartment = clients(Admin), door.compartment()
        together = oci.queue.QueueAdminClientCompositeOperations(client)
        work = together.create_queue_and_wait_for_state(
            models.CreateQueueDetails(
                display_name="made",
                compartment_id=compartment,
                retention_in_seconds=600,
                dead_letter_queue_delivery_count=3,
                freeform_tags={"a": "b"},
            ),
            wait_for_states=["SUCCEEDED"],
        ).data
        id = work.resources[0].identifier
        made = client.get_queue(id)

        assert (work.operation_type, work.resources[0].action_type) == ("CREATE_QUEUE", "CREATED")
        assert made.data.messages_endpoint == ENDPOINT
        assert (made.data.lifecycle_state, made.data.retention_in_seconds) == ("ACTIVE", 600)
        assert (made.data.visibility_in_seconds, made.data.dead_letter_queue_delivery_count) == (30, 3)
        assert [one.id for one in client.list_queues(compartment_id=compartment).data.items] == [id]
        assert client.list_queues(compartment_id=compartment, display_name="other").data.items == []
        assert [one.id for one in client.list_queues(id=id).data.items] == [id]
        changes = models.UpdateQueueDetails(display_name="renamed", visibility_in_seconds=0)
        etag = made.headers["etag"]
        assert client.update_queue(id, changes, if_match=etag).headers["opc-work-request-id"]
        changed = client.get_queue(id).data
        assert (changed.display_name, changed.visibility_in_seconds, changed.freeform_tags) == (
            "renamed",
            0,
            {"a": "b"},
        )
        assert changed.time_updated > made.data.time_updated
        assert refused(client.delete_queue, id, if_match=etag) == (412, "NoEtagMatch")
        assert client.delete_queue(id).status == 202
        assert refused(client.get_queue, id) == NOT_FOUND

    def test_the_store_holds_it_by_the_providers_names(self, door: Door, clients: Clients) -> None:
        """So that the Pulumi door shows it as well; a retry token creates once."""
        client, compartment = clients(Admin), door.compartment()
        details = models.CreateQueueDetails(
            display_name="once", compartment_id=compartment, defined_tags={"Ops": {"Team": "a"}}
        )
        for _ in range(2):
            client.create_queue(details, opc_retry_token=f"q-{compartment[-12:]}")
        (record,) = [one for one in door.store.list(QUEUE) if one.outputs["compartmentId"] == compartment]

        assert record.outputs["definedTags"] == {"Ops.Team": "a"}
        assert record.inputs["displayName"] == "once"

    def test_one_of_several_writers_wins(self, clients: Clients, queue: str) -> None:
        """Those that saw the same state and name it."""
        admins = [clients(Admin) for _ in range(4)]
        etag = admins[0].get_queue(queue).headers["etag"]

        def write(admin: Any) -> int:
            details = models.UpdateQueueDetails(display_name=f"by {id(admin)}")
            try:
                return int(admin.update_queue(queue, details, if_match=etag).status)
            except oci.exceptions.ServiceError as error:
                return int(error.status)

        with ThreadPoolExecutor(4) as pool:
            assert sorted(pool.map(write, admins)) == [202, 412, 412, 412]

    def test_lists_are_sorted_as_asked(
        self, door: Door, clients: Clients, refused: Refused, later: Callable[[float], None]
    ) -> None:
        """Newest first, or by name; in pages, too."""
        client, compartment = clients(Admin), door.compartment()
        for name in ("b", "c", "a"):
            client.create_queue(models.CreateQueueDetails(display_name=name, compartment_id=compartment))
            later(1)

        def names(**arguments: Any) -> str:
            found = oci.pagination.list_call_get_all_results(
                client.list_queues, compartment_id=compartment, **arguments
            ).data
            return "".join(one.display_name for one in (found.items if hasattr(found, "items") else found))

        assert names() == names(limit=1) == "acb"
        assert names(sort_order="ASC") == "bca"
        assert names(sort_by="displayName") == names(sort_by="displayName", limit=2) == "abc"
        assert names(sort_by="displayName", sort_order="DESC", limit=1) == "cba"
        page = {"resource_path": "/queues", "method": "GET", "response_type": "QueueCollection"}
        asked = {"compartmentId": compartment, "sortBy": "size"}
        assert refused(client.base_client.call_api, **page, query_params=asked) == (400, "InvalidParameter")

    @pytest.mark.parametrize(
        "details",
        [
            {"retention_in_seconds": 1},
            {"timeout_in_seconds": 31},
            {"capabilities": [models.CapabilityDetails(type="MAGIC")]},
        ],
    )
    def test_what_queue_refuses(
        self, door: Door, clients: Clients, refused: Refused, details: dict[str, Any]
    ) -> None:
        """As to a Pulumi program."""
        asked = models.CreateQueueDetails(display_name="q", compartment_id=door.compartment(), **details)

        assert refused(clients(Admin).create_queue, asked) == (400, "InvalidParameter")

    def test_a_purge_empties(self, clients: Clients, queue: str) -> None:
        """The queue, or some of its channels."""
        client, admin = clients(Client), clients(Admin)
        _put(client, queue, "a", channel="a")
        _put(client, queue, "b", channel="b")
        admin.purge_queue(queue, models.PurgeQueueDetails(purge_type="NORMAL", channel_ids=["a"]))
        assert client.list_channels(queue).data.items == ["b"]
        admin.purge_queue(queue, models.PurgeQueueDetails(purge_type="BOTH"))
        assert client.get_stats(queue).data.queue.visible_messages == 0


class TestMessages:
    def test_a_message_from_first_to_last(self, clients: Clients, queue: str) -> None:
        """Put, got, hidden for longer, deleted; at the queue's own endpoint."""
        client = clients(Client, service_endpoint=ENDPOINT)
        (put,) = _put(client, queue, '{"ä": 1}', channel="c")
        (got,) = _get(client, queue, visibility_in_seconds=60)

        assert (got.id, got.content, got.delivery_count) == (put.id, '{"ä": 1}', 1)
        assert got.metadata.channel_id == "c"
        assert got.expire_after == put.expire_after
        assert got.visible_after - got.created_at >= timedelta(seconds=60)
        assert _get(client, queue) == []
        stats = client.get_stats(queue).data
        assert (stats.queue.visible_messages, stats.queue.in_flight_messages) == (0, 1)
        assert stats.queue.size_in_bytes == len('{"ä": 1}'.encode())
        updated = client.update_message(
            queue, got.receipt, models.UpdateMessageDetails(visibility_in_seconds=600)
        ).data
        assert updated.id == got.id
        assert updated.visible_after > got.visible_after
        assert client.delete_message(queue, got.receipt).status == 204
        assert client.get_stats(queue).data.queue.in_flight_messages == 0

    def test_time_brings_a_message_back(
        self, clients: Clients, refused: Refused, queue: str, later: Callable[[float], None]
    ) -> None:
        """By the cloud's clock, which can be put forward; the receipt has had its time."""
        client = clients(Client)
        _put(client, queue, "a")
        (first,) = _get(client, queue)
        later(31)
        (second,) = _get(client, queue)

        assert second.delivery_count == 2
        assert refused(client.delete_message, queue, first.receipt) == NOT_FOUND
        later(86_401)
        assert _get(client, queue) == []

    def test_dead_letters_are_counted(
        self, clients: Clients, queue: str, later: Callable[[float], None]
    ) -> None:
        """After as many deliveries as the queue allows."""
        client = clients(Client)
        clients(Admin).update_queue(queue, models.UpdateQueueDetails(dead_letter_queue_delivery_count=1))
        _put(client, queue, "a")
        _get(client, queue)
        later(31)

        assert _get(client, queue) == []
        stats = client.get_stats(queue).data
        assert (stats.queue.in_flight_messages, stats.dlq.visible_messages) == (0, 1)

    def test_several_receipts_at_once(self, clients: Clients, queue: str) -> None:
        """One that is not good leaves the others alone."""
        client = clients(Client)
        _put(client, queue, "a", "b")
        one, two = _get(client, queue)
        hidden = client.update_messages(
            queue,
            models.UpdateMessagesDetails(
                entries=[
                    models.UpdateMessagesDetailsEntry(receipt=one.receipt, visibility_in_seconds=600),
                    models.UpdateMessagesDetailsEntry(receipt="no", visibility_in_seconds=600),
                ]
            ),
        ).data
        entries = [
            models.DeleteMessagesDetailsEntry(receipt=receipt)
            for receipt in (one.receipt, two.receipt, one.receipt)
        ]
        deleted = client.delete_messages(queue, models.DeleteMessagesDetails(entries=entries)).data

        assert [one.error_code for one in hidden.entries] == [None, 400]
        assert hidden.entries[0].visible_after is not None
        assert (deleted.client_failures, deleted.server_failures) == (1, 0)
        assert [one.error_code for one in deleted.entries] == [None, None, 404]

    def test_a_consumer_waits_for_a_message(self, clients: Clients, queue: str) -> None:
        """As long as it says; what comes meanwhile is got at once."""
        consumer, producer = clients(Client), clients(Client)
        timer = threading.Timer(0.2, _put, (producer, queue, "late"))
        timer.start()
        began = time.monotonic()
        (got,) = _get(consumer, queue, timeout_in_seconds=20)
        timer.join()

        assert got.content == "late"
        assert time.monotonic() - began < 10
        began = time.monotonic()
        assert _get(consumer, queue, timeout_in_seconds=1) == []
        assert time.monotonic() - began >= 1

    def test_two_consumers_never_get_one_message(self, clients: Clients, queue: str) -> None:
        """While it is hidden, however many there are."""
        producer, consumers = clients(Client), [clients(Client) for _ in range(4)]
        for number in range(4):
            _put(producer, queue, *(f"{number}.{one}" for one in range(20)))

        def consume(client: Any) -> list[str]:
            got: list[str] = []
            while found := _get(client, queue, limit=3):
                got += [one.content for one in found]
            return got

        with ThreadPoolExecutor(4) as pool:
            got = [content for found in pool.map(consume, consumers) for content in found]
        assert len(got) == len(set(got)) == 80

    @pytest.mark.parametrize(
        ("arguments", "error"),
        [
            ({"limit": 21}, (400, "InvalidParameter")),
            ({"timeout_in_seconds": 31}, (400, "InvalidParameter")),
            ({"visibility_in_seconds": 43_201}, (400, "InvalidParameter")),
            ({"consumer_group_id": "ocid1.consumergroup.oc1.iad.a"}, (501, "NotImplemented")),
        ],
    )
    def test_what_a_consumer_may_ask(
        self,
        clients: Clients,
        refused: Refused,
        queue: str,
        arguments: dict[str, Any],
        error: tuple[int, str],
    ) -> None:
        """Limits, and what the sandbox says that it does not imitate."""
        assert refused(clients(Client).get_messages, queue, **arguments) == error

    def test_consumer_groups_are_not_imitated(self, door: Door, clients: Clients, refused: Refused) -> None:
        """A queue may have them, but not here."""
        capable = [{"type": "CONSUMER_GROUPS"}]
        id = door.add(QUEUE, compartmentId=door.compartment(), displayName="q", capabilities=capable)

        assert refused(clients(Client).get_messages, id) == (501, "NotImplemented")
        assert refused(clients(Admin).list_consumer_groups, queue_id=id) == (501, "NotImplemented")

    def test_producing_and_consuming_are_two_rights(
        self, door: Door, clients: Clients, refused: Refused
    ) -> None:
        """Each for the queue that is named, and for no other."""
        compartment, producers, consumers = door.compartment(), door.group(), door.group()
        queue, other = (
            door.add(QUEUE, compartmentId=compartment, displayName=name, timeoutInSeconds=0)
            for name in ("q", "other")
        )
        producer, consumer = clients(Client, f"group:{producers}"), clients(Client, f"group:{consumers}")
        assert refused(_put, producer, queue, "a") == NOT_FOUND
        for group, type in ((producers, "queue-push"), (consumers, "queue-pull")):
            door.allow(
                f"Allow group {group} to use {type} in compartment id {compartment}"
                f" where target.queue.id = '{queue}'"
            )

        _put(producer, queue, "a")
        assert refused(_put, producer, other, "a") == NOT_FOUND
        assert refused(producer.get_messages, queue) == NOT_FOUND
        assert refused(_put, consumer, queue, "a") == NOT_FOUND
        (got,) = _get(consumer, queue)
        assert refused(producer.delete_message, queue, got.receipt) == NOT_FOUND
        assert consumer.delete_message(queue, got.receipt).status == 204
        assert refused(consumer.get_stats, queue) == NOT_FOUND
        assert refused(clients(Admin, f"group:{consumers}").delete_queue, queue) == NOT_FOUND
