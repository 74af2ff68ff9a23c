"""Image references and whose registry they are of."""

from __future__ import annotations

import pytest

from sandbox.cloud.image_reference import read

DIGEST = f"sha256:{'ab' * 32}"


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("iad.ocir.io/ns/ai/fn:1", "us-ashburn-1"),
        ("eu-frankfurt-1.ocir.io/ns/ai/fn:1", "eu-frankfurt-1"),
        ("ocir.eu-frankfurt-1.oci.oraclecloud.com/ns/ai/fn:1", "eu-frankfurt-1"),
        ("xyz.ocir.io/ns/ai/fn:1", ""),
    ],
)
def test_oracles_registry_has_one_host_a_region(text: str, region: str) -> None:
    """By key and by name; the path is namespace and repository."""
    found = read(text)

    assert found is not None
    assert found.is_ocir
    assert (found.region, found.namespace, found.repository) == (region, "ns", "ai/fn")


@pytest.mark.parametrize("text", ["docker.io/library/python:3.11", "python", "localhost/x", "a/b@" + DIGEST])
def test_other_registries_are_not_oracles(text: str) -> None:
    """Docker Hub's short names neither."""
    found = read(text)

    assert found is not None
    assert not found.is_ocir


def test_a_tag_is_latest_where_there_is_none() -> None:
    """A digest stands beside it."""
    found = read(f"iad.ocir.io/ns/fn@{DIGEST}")

    assert found is not None
    assert (found.tag, found.digest, found.name) == ("latest", DIGEST, "iad.ocir.io/ns/fn:latest")


@pytest.mark.parametrize("text", ["", "UPPER/x", "a b", "x@sha256:12", "host/:tag", "x:" + "t" * 129])
def test_what_is_no_reference(text: str) -> None:
    """Nothing is guessed."""
    assert read(text) is None
