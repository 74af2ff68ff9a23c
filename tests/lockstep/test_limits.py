"""Limits of OCI that the components check before a deploy and the sandbox once more as the service.

The sandbox is a second opinion on purpose: a limit that drifts in one of the two shows here. What the two say
differently on purpose is listed, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any

import pytest

from components.config import statements
from components.values import addresses, limits
from sandbox.services.identity import compartments
from tests.sandbox.conftest import APPLICATION, COMPARTMENT, FUNCTION, Client, Failed, application, function

BUCKET = "oci:ObjectStorage/bucket:Bucket"
LOG_GROUP, LOG = "oci:Logging/logGroup:LogGroup", "oci:Logging/log:Log"

Ours = Callable[[Any], Any]
Theirs = Callable[[Client, Any], Any]


_NUMBERS = count()


def _fresh() -> str:
    """A name nothing has yet."""
    return f"n{next(_NUMBERS)}"


def _bucket(oci: Client, name: str) -> None:
    oci.create(BUCKET, "b", {"compartmentId": COMPARTMENT, "namespace": "ns", "name": name})


def _application(**inputs: Any) -> Callable[[Client], Any]:
    return lambda oci: oci.create(APPLICATION, "a", application(displayName=_fresh(), **inputs))


def _function(**inputs: Any) -> Callable[[Client], Any]:
    def create(oci: Client) -> Any:
        made = oci.create(APPLICATION, "a", application(displayName=_fresh()))
        return oci.create(FUNCTION, "f", function(made.id, **inputs))

    return create


def _log(oci: Client, days: int) -> None:
    made = oci.create(APPLICATION, "a", application(displayName=_fresh()))
    group = oci.create(LOG_GROUP, "g", {"compartmentId": COMPARTMENT, "displayName": _fresh()})
    source = {
        "sourceType": "OCISERVICE",
        "service": "functions",
        "category": "invoke",
        "resource": made.id,
    }
    configuration = {"compartmentId": COMPARTMENT, "source": source}
    inputs = {"logGroupId": group.id, "displayName": "l", "logType": "SERVICE", "retentionDuration": days}
    oci.create(LOG, "l", {**inputs, "configuration": configuration})


def _concurrency(oci: Client, wanted: tuple[int, int]) -> None:
    number, memory = wanted
    config = {"strategy": "CONSTANT", "count": number}
    _function(memoryInMbs=str(memory), provisionedConcurrencyConfig=config)(oci)


def _vcn(oci: Client, block: str) -> None:
    oci.create("oci:Core/vcn:Vcn", "v", {"compartmentId": COMPARTMENT, "cidrBlocks": [block]})


def _subnets(number: int) -> list[str]:
    return [f"ocid1.subnet.oc1.iad.{each}" for each in range(number)]


def _security_groups(number: int) -> list[str]:
    return [f"ocid1.networksecuritygroup.oc1.iad.{each}" for each in range(number)]


# A limit, how each of the two asks it, and values at and beyond its ends.
LIMITS: dict[str, tuple[Ours, Theirs, list[Any]]] = {
    "memory": (
        limits.memory,
        lambda oci, value: _function(memoryInMbs=str(value))(oci),
        [0, 64, 128, 256, 512, 1000, 1024, 2048, 3072, 4096, *limits.MEMORY_IN_MBS],
    ),
    "timeout": (
        limits.timeout,
        lambda oci, value: _function(timeoutInSeconds=value)(oci),
        [0, 1, 30, 300, 301],
    ),
    "detached timeout": (
        limits.detached_timeout,
        lambda oci, value: _function(detachedModeTimeoutInSeconds=value)(oci),
        [4, 5, 3600, 3601],
    ),
    "provisioned concurrency": (
        lambda wanted: limits.provisioned_concurrency(*wanted),
        _concurrency,
        [(40, 128), (20, 128), (20, 256), (10, 256), (10, 512), (15, 512), (10, 3072), (0, 256), (-20, 256)],
    ),
    "shape": (
        limits.shape,
        lambda oci, value: _application(shape=value)(oci),
        ["GENERIC_X86", "GENERIC_ARM", "GENERIC_X86_ARM", "GENERIC", "X86", *limits.SHAPES],
    ),
    "subnets": (
        lambda number: limits.subnets(_subnets(number)),
        lambda oci, number: _application(subnetIds=_subnets(number))(oci),
        [0, 1, 3, 4],
    ),
    "network security groups": (
        lambda number: limits.security_groups(_security_groups(number)),
        lambda oci, number: _application(networkSecurityGroupIds=_security_groups(number))(oci),
        [0, 5, 6],
    ),
    "network block": (
        addresses.network_cidr,
        _vcn,
        [
            *(f"10.0.0.0/{prefix}" for prefix in (8, 15, 16, 29, 30, 31)),
            "10.0.0.1/24",
            "10.0.0.0",
            "10.0.0/24",
            "10.0.0.0/255.255.0.0",
            "169.254.0.0/24",
            "224.0.0.0/16",
            "fd00::/64",
            "all",
        ],
    ),
    "config": (
        limits.function_config,
        lambda oci, value: _function(config=value)(oci),
        [
            {},
            {"A": "x" * 4095},
            {"A": "x" * 4096},
            {"A": "é" * 2048},
            {"_a1": "1"},
            {"1A": "x"},
            {"A-B": "x"},
            {"A": "x\n"},
            {"FN_X": "1"},
            {"OCI_X": "1"},
        ],
    ),
    "log retention": (
        limits.log_retention,
        _log,
        [0, 29, 30, 60, 90, 120, 150, 180, 181, 210, *limits.LOG_RETENTION_IN_DAYS],
    ),
    "bucket name": (
        limits.bucket,
        _bucket,
        ["a", "a" * 200, "a" * 201, "a" * 256, "a" * 257, "a/b", "a b", "A_b-c.d", ".", "..", "é", ""],
    ),
    "digest": (
        limits.digest,
        lambda oci, value: _function(
            sourceDetails={
                "sourceType": "CONTAINER_IMAGE",
                "image": "iad.ocir.io/tenancyns/app/fn:1.0",
                "imageDigest": value,
            }
        )(oci),
        ["sha256:" + "a" * 64, "sha256:" + "a" * 63, "sha256:" + "A" * 64, "latest"],
    ),
}

# What only one of the two refuses, on purpose.
INTENDED = {
    ("network block", "10.0.0.0/30"): "the stack's network holds two subnets, each a half",
    (
        "provisioned concurrency",
        "(0, 256)",
    ): "0 means none in the config; then CONSTANT is not sent",
    (
        "config",
        "{'FN_X': '1'}",
    ): "the platform sets them itself; that it refuses them is unconfirmed",
    ("config", "{'OCI_X': '1'}"): "as above",
}


def _passes(check: Callable[[], Any], refusal: type[Exception]) -> bool:
    try:
        check()
    except refusal:
        return False
    return True


@pytest.mark.parametrize("limit", LIMITS)
def test_both_say_the_same_of_a_limit(oci: Client, limit: str) -> None:
    """At the ends of each limit and beyond them; what they say differently is listed, and still differs."""
    ours, theirs, values = LIMITS[limit]
    differing = []

    for value in values:
        mine = _passes(partial(ours, value), ValueError)
        other = _passes(partial(theirs, oci, value), Failed)
        if mine != other:
            differing.append((limit, str(value)))

    assert differing == [each for each in INTENDED if each[0] == limit]


def test_a_path_of_compartments_holds_as_many_statements() -> None:
    """The stack changes the form of its own before the service would refuse them."""
    assert statements.LIMIT == compartments.MOST_STATEMENTS
