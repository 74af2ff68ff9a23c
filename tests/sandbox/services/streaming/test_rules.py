"""What Streaming fills in."""

from __future__ import annotations

from sandbox.services.streaming import STREAM, STREAM_POOL
from tests.sandbox.conftest import COMPARTMENT, Client

HOST = "cell-1.streaming.us-ashburn-1.oci.oraclecloud.com"


def test_a_pool_tells_where_its_streams_are(oci: Client) -> None:
    """For both kinds of clients; what a program says of Kafka's settings stays beside it."""
    inputs = {"compartmentId": COMPARTMENT, "name": "pool", "kafkaSettings": {"numPartitions": 3}}
    pool = oci.create(STREAM_POOL, "p", inputs)
    stream = oci.create(STREAM, "s", {"name": "s", "partitions": 1, "streamPoolId": pool.id})

    assert pool.outputs["endpointFqdn"] == HOST
    assert pool.outputs["kafkaSettings"] == {
        "autoCreateTopicsEnable": False,
        "bootstrapServers": f"{HOST}:9092",
        "logRetentionHours": 24,
        "numPartitions": 3,
    }
    assert stream.outputs["messagesEndpoint"] == f"https://{HOST}"
    assert oci.changed(pool, inputs) == {}
    assert oci.changed(pool, {key: inputs[key] for key in ("compartmentId", "name")}) == {}
    assert oci.refresh(pool) == pool
