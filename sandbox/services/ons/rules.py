"""What Notifications refuses and fills in. Source: Oracle's pages on managing topics and subscriptions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.cloud import identities, validation
from sandbox.cloud.call import Call
from sandbox.cloud.errors import InvalidParameter
from sandbox.cloud.service_rules import Rules
from sandbox.services.functions import FUNCTION
from sandbox.services.ons import SUBSCRIPTION, TOPIC, subscriptions

_NAME = re.compile(r"[A-Za-z0-9_-]{1,256}", re.ASCII)
_PROTOCOLS = ("CUSTOM_HTTPS", "EMAIL", "HTTPS", "ORACLE_FUNCTIONS", "PAGERDUTY", "SLACK", "SMS")
# Protocols whose owner has to confirm.
_CONFIRMED = ("CUSTOM_HTTPS", "EMAIL", "HTTPS", "PAGERDUTY", "SLACK", "SMS")


class TopicRules(Rules):
    """A topic's name is unique in the tenancy."""

    def claims(self, call: Call) -> Iterable[str]:
        yield f"topic|{call.cloud.region}|{call.cloud.tenancy}|{call.inputs['name']}"

    def write(self, call: Call) -> None:
        name = call.inputs.get("name")
        if not isinstance(name, str) or _NAME.fullmatch(name) is None:
            raise InvalidParameter(
                f"name {name!r} must have 1 to 256 letters, digits, hyphens or underscores"
            )

    def computed(self, call: Call) -> Mapping[str, Any]:
        return {
            "topicId": call.id,
            "apiEndpoint": f"https://notification.{call.cloud.region}.oci.oraclecloud.com",
            "shortTopicId": call.id[-16:],
        }


class SubscriptionRules(Rules):
    """A subscription of a topic."""

    def write(self, call: Call) -> None:
        validation.one_of(call.inputs, "protocol", _PROTOCOLS)
        endpoint = validation.filled(call.inputs, "endpoint", 512)
        call.cloud.existing(call.inputs["topicId"], TOPIC, "topic")
        protocol = call.inputs["protocol"]
        if protocol == "ORACLE_FUNCTIONS":
            ocid = identities.read(endpoint)
            if ocid is None or ocid.type != "fnfunc":
                raise InvalidParameter(f"endpoint must be the OCID of a function (fnfunc), not {endpoint!r}")
            call.cloud.existing(endpoint, FUNCTION, "function")
        elif protocol == "EMAIL" and "@" not in endpoint:
            raise InvalidParameter(f"endpoint must be an e-mail address, not {endpoint!r}")
        elif protocol in ("CUSTOM_HTTPS", "HTTPS", "PAGERDUTY", "SLACK") and not endpoint.startswith(
            "https://"
        ):
            raise InvalidParameter(f"endpoint must be an https address, not {endpoint!r}")

    def computed(self, call: Call) -> Mapping[str, Any]:
        return {"state": "PENDING" if call.inputs["protocol"] in _CONFIRMED else "ACTIVE"}

    def created(self, call: Call) -> None:
        subscription = call.store.get(call.id)
        if subscription is not None and subscription.outputs["state"] == "PENDING":
            subscriptions.ask_to_confirm(call.store, subscription)


RULES = {SUBSCRIPTION: SubscriptionRules(), TOPIC: TopicRules()}
