"""Notifications by the real SDK, over TLS and with real signatures."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable
from typing import Any

import oci
import pytest

from sandbox.cloud.deliveries import Delivery, Outbox
from sandbox.services.functions import APPLICATION, FUNCTION
from sandbox.services.ons import SUBSCRIPTION, TOPIC
from tests.sandbox.rest.conftest import Door

Control = oci.ons.NotificationControlPlaneClient
Data = oci.ons.NotificationDataPlaneClient
models = oci.ons.models
Clients = Callable[..., Any]
Refused = Callable[..., tuple[int, str]]
NOT_FOUND = (404, "NotAuthorizedOrNotFound")
FOREIGN = "ocid1.fnfunc.oc1.iad.aaaaforeign"


@pytest.fixture
def topic(door: Door) -> str:
    """A topic that no other test uses."""
    compartment = door.compartment()
    return door.add(TOPIC, compartmentId=compartment, name=f"t-{compartment[-12:]}")


def _subscribe(door: Door, topic: str, protocol: str = "ORACLE_FUNCTIONS", endpoint: str = FOREIGN) -> str:
    compartment = door.store.get(topic).outputs["compartmentId"]  # type: ignore[union-attr]
    return door.add(
        SUBSCRIPTION, compartmentId=compartment, topicId=topic, protocol=protocol, endpoint=endpoint
    )


def _owed(door: Door, subscription: str) -> list[Delivery]:
    return [one for one in Outbox(door.store).listed() if one.source == subscription]


def _message(body: str = "hello", title: str | None = None) -> Any:
    return models.MessageDetails(title=title, body=body)


class TestTopics:
    def test_a_topic_from_first_to_last(self, door: Door, clients: Clients, refused: Refused) -> None:
        """Created, shown, listed, changed and deleted; the store has it by the provider's names."""
        client, compartment = clients(Control), door.compartment()
        details = models.CreateTopicDetails(
            name=f"n-{compartment[-12:]}",
            compartment_id=compartment,
            description="first",
            defined_tags={"Ops": {"Team": "a"}},
        )
        made = client.create_topic(details).data
        record = door.store.get(made.topic_id)

        assert record is not None
        assert record.outputs["definedTags"] == {"Ops.Team": "a"}
        assert (made.lifecycle_state, made.description, made.compartment_id) == (
            "ACTIVE",
            "first",
            compartment,
        )
        assert made.api_endpoint.startswith("https://")
        assert [one.topic_id for one in client.list_topics(compartment).data] == [made.topic_id]
        assert client.list_topics(compartment, name="other").data == []
        assert refused(client.create_topic, details) == (409, "Conflict")
        changed = client.update_topic(
            made.topic_id, models.TopicAttributesDetails(description="second"), if_match=made.etag
        ).data
        assert changed.description == "second"
        assert refused(client.delete_topic, made.topic_id, if_match=made.etag) == (412, "NoEtagMatch")
        assert client.delete_topic(made.topic_id, if_match=changed.etag).status == 204
        assert refused(client.get_topic, made.topic_id) == NOT_FOUND

    def test_a_deleted_topic_takes_its_subscriptions_along(
        self, door: Door, clients: Clients, topic: str
    ) -> None:
        """Nobody is left who subscribes to nothing."""
        subscription = _subscribe(door, topic)
        clients(Control).delete_topic(topic)

        assert door.store.get(subscription) is None

    def test_lists_come_in_pages(self, door: Door, clients: Clients) -> None:
        """The SDK's own pagination finds all of them."""
        client, compartment = clients(Control), door.compartment()
        for number in range(3):
            door.add(TOPIC, compartmentId=compartment, name=f"p{number}-{compartment[-12:]}")
        found = oci.pagination.list_call_get_all_results(client.list_topics, compartment, limit=2).data

        assert len(found) == 3


class TestPublishing:
    def test_a_message_is_owed_to_whoever_subscribed(self, door: Door, clients: Clients, topic: str) -> None:
        """As it is, with its metadata, and for two hours; nothing to who has not confirmed."""
        function = _subscribe(door, topic)
        waiting = _subscribe(door, topic, "EMAIL", "a@b.c")
        answer = clients(Data).publish_message(topic, _message('{"a": 1}', "Alarm"))
        (delivery,) = _owed(door, function)

        assert answer.status == 202
        assert (delivery.payload, delivery.destination_kind, delivery.destination) == (
            b'{"a": 1}',
            "function",
            FOREIGN,
        )
        assert delivery.headers["X-OCI-NS-MessageId"] == answer.data.message_id
        assert delivery.headers["X-OCI-NS-TopicOcid"] == topic
        assert delivery.headers["title"] == "Alarm"
        assert delivery.until == delivery.created + 7200
        assert [one.headers["X-OCI-NS-MessageType"] for one in _owed(door, waiting)] == [
            "SubscriptionConfirmation"
        ]

    def test_how_long_it_is_tried_is_the_subscriptions(
        self, door: Door, clients: Clients, topic: str
    ) -> None:
        """As its delivery policy says."""
        subscription, client = _subscribe(door, topic), clients(Data)
        policy = models.DeliveryPolicy(
            backoff_retry_policy=models.BackoffRetryPolicy(
                max_retry_duration=60_000, policy_type="EXPONENTIAL"
            )
        )
        changed = client.update_subscription(
            subscription, models.UpdateSubscriptionDetails(delivery_policy=policy)
        ).data
        client.publish_message(topic, _message())
        (delivery,) = _owed(door, subscription)

        assert changed.delivery_policy.backoff_retry_policy.max_retry_duration == 60_000
        assert delivery.until == delivery.created + 60
        assert json.loads(client.get_subscription(subscription).data.deliver_policy) == {
            "backoffRetryPolicy": {"maxRetryDuration": 60000, "policyType": "EXPONENTIAL"}
        }

    def test_one_text_for_each_protocol(self, door: Door, clients: Clients, topic: str) -> None:
        """With the deprecated message type JSON."""
        function, client = _subscribe(door, topic), clients(Data)
        client.publish_message(topic, _message('{"default": "d", "email": "e"}'), message_type="JSON")
        client.publish_message(
            topic, _message('{"default": "d", "ORACLE_FUNCTIONS": {"x": 1}}'), message_type="JSON"
        )

        assert [one.payload for one in _owed(door, function)] == [b"d", b'{"x": 1}']

    @pytest.mark.parametrize(
        ("message", "more", "error"),
        [
            (_message("x" * 65_536), {}, None),
            (_message("x" * 65_537), {}, (413, "PayloadTooLarge")),
            (_message("ä" * 32_769), {}, (413, "PayloadTooLarge")),
            (_message(""), {}, (400, "MissingParameter")),
            (_message("{}"), {"message_type": "JSON"}, (400, "InvalidParameter")),
            (_message("no"), {"message_type": "JSON"}, (400, "InvalidParameter")),
            (_message("[" * 60_000), {"message_type": "JSON"}, (400, "InvalidParameter")),
            (_message("\ud800"), {}, (400, "InvalidParameter")),
        ],
    )
    def test_what_a_message_may_be(
        self,
        clients: Clients,
        refused: Refused,
        topic: str,
        message: Any,
        more: dict[str, str],
        error: tuple[int, str] | None,
    ) -> None:
        """64 KB of UTF-8, and a default where there are texts by protocol."""
        client = clients(Data)
        if error is None:
            client.publish_message(topic, message, **more)
        else:
            assert refused(client.publish_message, topic, message, **more) == error

    def test_publishing_takes_its_own_right(self, door: Door, clients: Clients, refused: Refused) -> None:
        """`use ons-topics` in the compartment, or the one permission; not reading."""
        compartment, group = door.compartment(), door.group()
        topic = door.add(TOPIC, compartmentId=compartment, name=f"r-{compartment[-12:]}")
        client = clients(Data, f"group:{group}")

        door.allow(f"Allow group {group} to read ons-topics in compartment id {compartment}")
        assert refused(client.publish_message, topic, _message()) == NOT_FOUND
        door.allow(f"Allow group {group} to {{ONS_TOPIC_PUBLISH}} in compartment id {compartment}")
        assert client.publish_message(topic, _message()).status == 202
        assert refused(clients(Control, f"group:{group}").delete_topic, topic) == NOT_FOUND


class TestSubscriptions:
    def test_a_subscription_from_first_to_last(
        self, door: Door, clients: Clients, refused: Refused, topic: str
    ) -> None:
        """One of a function is active at once."""
        client, compartment = clients(Data), door.compartment()
        made = client.create_subscription(
            models.CreateSubscriptionDetails(
                topic_id=topic, compartment_id=compartment, protocol="ORACLE_FUNCTIONS", endpoint=FOREIGN
            )
        ).data
        listed = client.list_subscriptions(compartment, topic_id=topic).data

        assert (made.lifecycle_state, made.topic_id, made.endpoint) == ("ACTIVE", topic, FOREIGN)
        assert made.created_time > 1_600_000_000_000
        assert [one.id for one in listed] == [made.id]
        assert client.list_subscriptions(compartment, topic_id="other").data == []
        assert client.delete_subscription(made.id).status == 204
        assert refused(client.get_subscription, made.id) == NOT_FOUND

    def test_whoever_gets_the_link_confirms(
        self, door: Door, clients: Clients, refused: Refused, topic: str
    ) -> None:
        """Whichever door it came through; without a signature, as a browser asks; then messages come."""
        subscription, client = _subscribe(door, topic, "EMAIL", "a@b.c"), clients(Data)
        client.resend_subscription_confirmation(subscription)
        first, second = _owed(door, subscription)
        url = first.headers["X-OCI-NS-ConfirmationURL"]
        assert second.headers["X-OCI-NS-ConfirmationURL"] == url
        assert (first.destination_kind, first.destination) == ("EMAIL", "a@b.c")

        assert refused(client.get_confirm_subscription, subscription, "guess", "EMAIL") == NOT_FOUND
        assert client.get_subscription(subscription).data.lifecycle_state == "PENDING"
        # One of its own: that of `urlopen` is made once, with the proxies that there were then.
        browser = urllib.request.build_opener()
        with browser.open(url) as answer:
            confirmed = json.load(answer)
        assert confirmed["subscriptionId"] == subscription
        assert client.get_subscription(subscription).data.lifecycle_state == "ACTIVE"
        client.publish_message(topic, _message("news"))
        assert _owed(door, subscription)[-1].payload == b"news"
        with browser.open(confirmed["unsubscribeUrl"]):
            pass
        assert door.store.get(subscription) is None

    def test_a_function_is_subscribed_by_who_may_invoke_it(
        self, door: Door, clients: Clients, refused: Refused
    ) -> None:
        """Both rights are needed, each where its thing lies."""
        compartment, other, group = door.compartment(), door.compartment(), door.group()
        topic = door.add(TOPIC, compartmentId=compartment, name=f"f-{compartment[-12:]}")
        subnet = "ocid1.subnet.oc1.iad.aaaaforeign"
        application = door.add(APPLICATION, compartmentId=other, displayName="app", subnetIds=[subnet])
        function = door.store.create(
            FUNCTION,
            "",
            {"applicationId": application},
            {"applicationId": application},
            door.cloud().mint("fnfunc"),
            region="us-ashburn-1",
        ).id
        client = clients(Data, f"group:{group}")
        details = models.CreateSubscriptionDetails(
            topic_id=topic, compartment_id=compartment, protocol="ORACLE_FUNCTIONS", endpoint=function
        )

        assert refused(client.create_subscription, details) == NOT_FOUND
        door.allow(f"Allow group {group} to use ons-topics in compartment id {compartment}")
        assert refused(client.create_subscription, details) == NOT_FOUND
        door.allow(
            f"Allow group {group} to use fn-invocation in compartment id {other}"
            f" where target.function.id = '{function}'"
        )
        assert client.create_subscription(details).data.endpoint == function

    def test_a_retry_token_subscribes_once(self, door: Door, clients: Clients, topic: str) -> None:
        """The same token again gets the first answer."""
        client, compartment = clients(Data), door.compartment()
        details = models.CreateSubscriptionDetails(
            topic_id=topic, compartment_id=compartment, protocol="ORACLE_FUNCTIONS", endpoint=FOREIGN
        )
        ids = {
            client.create_subscription(details, opc_retry_token=f"once-{compartment[-12:]}").data.id
            for _ in range(2)
        }

        assert len(ids) == len(client.list_subscriptions(compartment).data) == 1
