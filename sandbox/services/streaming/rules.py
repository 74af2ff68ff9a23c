"""What Streaming refuses and fills in. Sources: Oracle's pages on streams, on stream pools and on Streaming
with Apache Kafka."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.cloud import validation
from sandbox.cloud.call import Call
from sandbox.cloud.errors import InvalidParameter, MissingParameter
from sandbox.cloud.service_rules import Rules
from sandbox.cloud.store import Store
from sandbox.services.streaming import STREAM, STREAM_POOL
from sandbox.services.streaming.groups import Groups
from sandbox.services.streaming.log import Log

_KAFKA_PORT = 9092
_MOST_PARTITIONS = 1000  # of the sandbox: OCI's number is a limit of the tenancy


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

    def delete(self, call: Call) -> None:
        """Its streams go with it."""
        for stream in call.store.users(call.id, STREAM):
            if stream.outputs.get("streamPoolId") == call.id:
                _forget(call.store, stream.id)
                call.store.delete(stream.id)


class StreamRules(Rules):
    """A stream is written and read at its pool's address; its name is unique in the pool."""

    def claims(self, call: Call) -> Iterable[str]:
        # Without a pool it is in the default one of its compartment.
        pool = call.inputs.get("streamPoolId") or call.inputs.get("compartmentId")
        yield f"stream|{call.cloud.region}|{pool}|{call.inputs.get('name')}"

    def create(self, call: Call) -> None:
        given = [name for name in ("compartmentId", "streamPoolId") if call.inputs.get(name)]
        if not given:
            raise MissingParameter("compartmentId or streamPoolId is required")
        if len(given) > 1:
            raise InvalidParameter("compartmentId and streamPoolId cannot be given at the same time")
        self.write(call)

    def write(self, call: Call) -> None:
        validation.filled(call.inputs, "name")
        validation.between(call.inputs, "retentionInHours", 24, 168)
        validation.between(call.inputs, "partitions", 1, _MOST_PARTITIONS)

    def computed(self, call: Call) -> Mapping[str, Any]:
        pool = call.store.get(str(call.inputs.get("streamPoolId") or ""))
        # A stream lies where its pool does; a program names one of the two.
        place = {"compartmentId": pool.outputs.get("compartmentId")} if pool is not None else {}
        return {
            **place,
            "messagesEndpoint": f"https://{_host(call)}",
            "retentionInHours": call.inputs.get("retentionInHours") or 24,
        }

    def delete(self, call: Call) -> None:
        _forget(call.store, call.id)


def _forget(store: Store, stream: str) -> None:
    Log(store).forget(stream)
    Groups(store).forget(stream)


def _host(call: Call) -> str:
    return f"cell-1.streaming.{call.cloud.region}.oci.oraclecloud.com"


RULES = {STREAM: StreamRules(), STREAM_POOL: StreamPoolRules()}
