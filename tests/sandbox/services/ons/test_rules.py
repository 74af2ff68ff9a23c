"""What Notifications refuses and fills in."""

from __future__ import annotations

import pytest

from sandbox.cloud.deliveries import Outbox
from sandbox.services.ons import SUBSCRIPTION, TOPIC
from tests.sandbox.conftest import COMPARTMENT, Client, refused

FN = "ocid1.fnfunc.oc1.iad.aaaaforeign"


class TestNotifications:
    def test_topic_names_are_unique(self, oci: Client) -> None:
        """And have no spaces."""
        made = oci.create(TOPIC, "t", {"compartmentId": COMPARTMENT, "name": "alerts"})

        assert made.outputs["topicId"] == made.id
        refused(oci, TOPIC, {"compartmentId": COMPARTMENT, "name": "alerts"}, "409-Conflict")
        refused(oci, TOPIC, {"compartmentId": COMPARTMENT, "name": "a b"}, "400-InvalidParameter, name")

    @pytest.mark.parametrize(
        ("protocol", "endpoint", "text"),
        [
            ("MAIL", "a@b.c", "protocol must be one of"),
            ("EMAIL", "nobody", "endpoint must be an e-mail address"),
            ("SLACK", "http://x", "endpoint must be an https address"),
            ("ORACLE_FUNCTIONS", "ocid1.fnapp.oc1.iad.a", "endpoint must be the OCID of a function"),
        ],
    )
    def test_an_endpoint_fits_its_protocol(
        self, oci: Client, protocol: str, endpoint: str, text: str
    ) -> None:
        """At create."""
        inputs = {
            "compartmentId": COMPARTMENT,
            "topicId": "ocid1.onstopic.oc1.iad.a",
            "protocol": protocol,
            "endpoint": endpoint,
        }
        refused(oci, SUBSCRIPTION, inputs, text)

    @pytest.mark.parametrize(
        ("protocol", "endpoint", "state"), [("EMAIL", "a@b.c", "PENDING"), ("ORACLE_FUNCTIONS", FN, "ACTIVE")]
    )
    def test_a_person_has_to_confirm(self, oci: Client, protocol: str, endpoint: str, state: str) -> None:
        """By a link that is sent there; a function hasn't."""
        topic = oci.create(TOPIC, "t", {"compartmentId": COMPARTMENT})
        inputs = {
            "compartmentId": COMPARTMENT,
            "topicId": topic.id,
            "protocol": protocol,
            "endpoint": endpoint,
        }

        made = oci.create(SUBSCRIPTION, "s", inputs)

        assert made.outputs["state"] == state
        asked = [one.destination for one in Outbox(oci.provider.store).listed()]
        assert asked == ([endpoint] if state == "PENDING" else [])
