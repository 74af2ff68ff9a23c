"""What Streaming refuses and fills in."""

from __future__ import annotations

import pytest

from sandbox.cloud.call import Cloud
from sandbox.cloud.errors import InvalidParameter
from sandbox.services import resources
from sandbox.services.streaming import STREAM, STREAM_POOL
from sandbox.services.streaming.log import Log, Stream
from tests.sandbox.conftest import COMPARTMENT, TENANCY, Client, refused
from tests.sandbox.services.streaming.conftest import entry

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
    assert stream.outputs["compartmentId"] == COMPARTMENT
    assert oci.refresh(stream) == stream
    assert oci.changed(pool, inputs) == {}
    assert oci.changed(pool, {key: inputs[key] for key in ("compartmentId", "name")}) == {}
    assert oci.refresh(pool) == pool


def test_a_pool_takes_its_streams_along(oci: Client) -> None:
    """And they their messages, whichever door deletes them."""
    pool = oci.create(STREAM_POOL, "p", {"compartmentId": COMPARTMENT, "name": "pool"})
    streams = [
        oci.create(STREAM, name, {"name": name, "partitions": 1, "streamPoolId": pool.id}) for name in "ab"
    ]
    log = Log(oci.provider.store)
    for stream in streams:
        log.put(Stream(stream.id, "s", 1, 3600.0), [entry(b"x")], 1_800_000_000.0)
    oci.delete(streams[0])
    assert [log.end(stream.id, 0) for stream in streams] == [0, 1]

    oci.delete(pool)
    assert [log.end(stream.id, 0) for stream in streams] == [0, 0]
    assert oci.provider.store.get(streams[1].id) is None


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"retentionInHours": 23}, "retentionInHours must be between 24 and 168"),
        ({"partitions": 0}, "partitions must be between 1 and 1000"),
    ],
)
def test_a_stream_has_limits(oci: Client, more: dict[str, int], text: str) -> None:
    """Of retention and partitions."""
    refused(oci, STREAM, {"name": "s", "partitions": 1, "compartmentId": COMPARTMENT, **more}, text)


def test_a_stream_is_in_a_pool_or_in_a_compartment(oci: Client) -> None:
    """In the default pool of that compartment then; never in both, whichever door is asked, never nowhere."""
    pool = oci.create(STREAM_POOL, "p", {"compartmentId": COMPARTMENT, "name": "pool"})
    stream = {"name": "s", "partitions": 1}
    both = {**stream, "streamPoolId": pool.id, "compartmentId": COMPARTMENT}

    refused(oci, STREAM, stream, "400-MissingParameter, compartmentId or streamPoolId is required")
    refused(oci, STREAM, both, '"compartmentId": conflicts with "streamPoolId"')
    with pytest.raises(InvalidParameter, match="compartmentId and streamPoolId cannot be given at the same"):
        resources.create(Cloud(oci.provider.store, "us-ashburn-1", TENANCY), STREAM, both, {})


def test_a_name_is_unique_in_its_pool(oci: Client) -> None:
    """Another pool, and the default one, may have a stream of that name."""
    pools = [oci.create(STREAM_POOL, name, {"compartmentId": COMPARTMENT, "name": name}).id for name in "ab"]
    stream = {"name": "s", "partitions": 1}
    for place in ({"streamPoolId": pools[0]}, {"streamPoolId": pools[1]}, {"compartmentId": COMPARTMENT}):
        made = oci.create(STREAM, "s", {**stream, **place})
        refused(oci, STREAM, {**stream, **place}, "409-Conflict, 's' already exists")
        assert oci.update(made, {**stream, **place, "freeformTags": {"a": "b"}}).id == made.id
        assert oci.changed(oci.refresh(made), {**stream, **place, "freeformTags": {"a": "b"}}) == {}
