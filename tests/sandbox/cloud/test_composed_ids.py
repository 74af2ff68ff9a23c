"""Ids of new resources."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.cloud.call import Call
from sandbox.cloud.composed_ids import new_id, own_ocids, template_of

NAMED = "oci:Core/thing:Thing"


@pytest.mark.parametrize(
    ("pattern", "inputs", "expected"),
    [
        ("id", {}, "ocid1.thing.oc1.iad."),
        ("n/{namespaceName}/b/{bucketName}", {"namespace": "ns", "name": "b"}, "n/ns/b/b"),
        ("things/{thingId}/parts/{partName}", {"thingId": "t", "partName": "p"}, "things/t/parts/p"),
        ("things/{thing_id}/parts/{partId}", {"thingId": "t"}, "things/t/parts/ocid1.thing.oc1.iad."),
    ],
)
def test_an_id_follows_the_pattern(
    asked: Callable[..., Call], pattern: str, inputs: dict[str, str], expected: str
) -> None:
    """A field is the input it means; the last one no input gives stands for the resource itself."""
    assert new_id(pattern, asked(NAMED, **inputs)).startswith(expected)


def test_what_is_only_imported_by_a_path_has_a_plain_ocid(asked: Callable[..., Call]) -> None:
    """As the provider keeps it."""
    log = "oci:Logging/log:Log"
    template = template_of(log, "logGroupId/{logGroupId}/logId/{logId}")

    assert new_id(template, asked(log)).startswith("ocid1.log.")


@pytest.mark.parametrize(
    ("template", "inputs", "expected"),
    [
        ("nil", {}, "nil"),
        ("{tenancy}/{userId}", {"userId": "u"}, "ocid1.tenancy.oc1..aaaaaaaatenancy/u"),
        (
            "n/{namespace}/b/{bucket}/o/{object}",
            {"namespace": "n", "bucket": "b", "object": "a/b c:d.txt"},
            "n/n/b/b/o/a%2Fb%20c:d.txt",
        ),
        ("p/{name}|p/{ipAddress}:{port}", {"ipAddress": "10.0.0.1", "port": 80}, "p/10.0.0.1:80"),
        ("p/{name}|p/{ipAddress}:{port}", {"name": "x", "ipAddress": "10.0.0.1", "port": 80}, "p/x"),
        ("config/{compartmentId}|global", {}, "global"),
        (
            "{#fingerprint}",
            {"keyValue": "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"},
            "69:3e:9a:f8:4d:3d:fc:c7:1e:64:0e:00:5b:dc:5e:2e",
        ),
    ],
)
def test_an_id_follows_the_template(
    asked: Callable[..., Call], template: str, inputs: dict[str, Any], expected: str
) -> None:
    """Inputs are percent-encoded; the first alternative counts whose inputs are there."""
    assert new_id(template, asked(NAMED, **inputs)) == expected


@pytest.mark.parametrize(
    ("kind", "form"),
    [
        ("hex6", r"[0-9A-F]{6}"),
        ("hex32", r"[0-9a-f]{32}"),
        ("hex40", r"[0-9a-f]{40}"),
        ("number", r"\d{10}"),
        ("ocid", r"ocid1\.thing\.oc1\.iad\.\w{60}"),
        ("par", r"[\w-]{43}"),
        ("request", r"[0-9A-F]{32}/[0-9A-F]{32}/[0-9A-F]{32}"),
        ("rfc3339", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"),
        ("timestamp", r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6} \+0000 UTC"),
        ("workrequest", r"ocid1\.workrequest\.oc1\.iad\.\w{60}"),
    ],
)
def test_what_is_made_up_has_its_form(asked: Callable[..., Call], kind: str, form: str) -> None:
    """And is another one every time."""
    made = [new_id(f"{{#{kind}}}", asked(NAMED)) for _ in range(2)]

    assert re.fullmatch(form, made[0])
    assert made[0] != made[1] or kind in ("rfc3339", "timestamp")


def test_two_of_one_path_get_two_ids(asked: Callable[..., Call]) -> None:
    """The store knows each by its id."""
    call = asked(NAMED, name="x")
    first = new_id("things/{name}", call)
    call.store.create(NAMED, "urn", {}, {}, first)

    assert first == "things/x"
    assert new_id("things/{name}", call).startswith("things/x-")


def test_parts_that_were_minted_with_a_resource_are_its_own(asked: Callable[..., Call]) -> None:
    """Not what the program gave, nor what others are, nor what is foreign."""
    call = asked(NAMED, givenId="ocid1.x.oc1.iad.a")
    part = call.cloud.mint("routetable")
    outputs = {"givenId": "ocid1.x.oc1.iad.a", "defaultRouteTableId": part, "otherId": "ocid1.y.oc1.iad.a"}

    assert list(own_ocids(call, outputs)) == [f"ocid|{part}"]
