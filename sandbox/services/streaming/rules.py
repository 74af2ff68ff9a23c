"""What Streaming fills in. Sources: Oracle's pages on stream pools and on Streaming with Apache Kafka."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.cloud.call import Call
from sandbox.cloud.service_rules import Rules
from sandbox.services.streaming import STREAM, STREAM_POOL

_KAFKA_PORT = 9092


class StreamPoolRules(Rules):
    """A pool has one address, for its own API and for Kafka's."""

    def computed(self, call: Call) -> Mapping[str, Any]:
        kafka = {"autoCreateTopicsEnable": False, "logRetentionHours": 24, "numPartitions": 1}
        return {
            "endpointFqdn": _host(call),
            "kafkaSettings": {
                **kafka,
                **(call.inputs.get("kafkaSettings") or {}),
                "bootstrapServers": f"{_host(call)}:{_KAFKA_PORT}",
            },
        }


class StreamRules(Rules):
    """A stream is written and read at its pool's address."""

    def computed(self, call: Call) -> Mapping[str, Any]:
        return {"messagesEndpoint": f"https://{_host(call)}"}


def _host(call: Call) -> str:
    return f"cell-1.streaming.{call.cloud.region}.oci.oraclecloud.com"


RULES = {STREAM: StreamRules(), STREAM_POOL: StreamPoolRules()}
