"""The objects that the function writes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_events.failures import Unprocessed
from ai_events.incidents import Bucket, is_own, name_of, name_of_body
from ai_events.settings import Place
from tests.function_src.ai_events.conftest import FakeCloud, Opener

PLACE = Place("ns", "b", "ai/")


@given(st.text(max_size=200), st.text(max_size=200))
def test_two_events_never_share_a_name(first: str, second: str) -> None:
    """Whatever their ids are, the name holds no path and fits into Object Storage's limit."""
    assert (name_of(first) == name_of(second)) is (first == second)
    assert "/" not in name_of(first)
    assert len(f"{PLACE.prefix}alerts/{name_of(first)}/claim-1000") <= 1024


def test_an_id_that_looks_like_a_digest_is_no_digest() -> None:
    """A long id's name, or a body's, cannot be had by choosing an id."""
    for name in (name_of("x" * 1000), name_of_body(b"x")):
        assert name_of(name) != name


@pytest.mark.parametrize(
    ("bucket", "name", "expected"),
    [
        ("b", "ai/incidents/1.json", True),
        ("b", "ai/alerts/1/published", True),
        ("b", "ai/quarantine/1", True),
        ("b", "incidents/1.json", False),
        ("b", "ai/results/1.json", False),
        ("other", "ai/incidents/1.json", False),
        ("b", None, False),
        (None, "ai/incidents/1.json", False),
    ],
)
def test_what_is_ones_own(bucket: Any, name: Any, expected: bool) -> None:
    """By bucket and beginning of the name."""
    assert expected is is_own(PLACE, bucket, name)


def test_an_object_is_created_once(cloud: FakeCloud, opened: Opener) -> None:
    """The second is told that there is one, which stays as it was."""
    bucket = Bucket(opened(), PLACE)

    assert bucket.create("incidents/1", b"first", "text/plain", {"reason": "no-score"})
    assert not bucket.create("incidents/1", b"second", "text/plain")
    assert cloud.objects == {"ai/incidents/1": b"first"}
    assert cloud.headers["ai/incidents/1"]["opc-meta-reason"] == "no-score"
    found = bucket.read("incidents/1")
    assert found is not None
    assert found.body == b"first"
    assert bucket.read("incidents/2") is None


@pytest.mark.parametrize(
    ("answer", "code", "calls"),
    [
        ((403, "NotAllowed"), "not-permitted", 1),
        ((401, "NotAuthenticated"), "not-authenticated", 1),
        ((400, "InvalidParameter"), "storage-unavailable", 1),
        ((503, "ServiceUnavailable"), "storage-unavailable", 4),
        ((429, "TooManyRequests"), "storage-unavailable", 4),
        ("hangup", "storage-unavailable", 4),
    ],
)
@pytest.mark.parametrize("method", ["PUT", "GET"])
def test_what_can_go_wrong(
    cloud: FakeCloud, opened: Opener, method: str, answer: Any, code: str, calls: int
) -> None:
    """Only what a retry can mend is tried again; nothing of the service's text is passed on."""
    cloud.wrong[method] = [answer] * 9
    bucket = Bucket(opened(), PLACE)

    with pytest.raises(Unprocessed) as caught:
        bucket.create("x", b"", "text/plain") if method == "PUT" else bucket.read("x")
    assert (caught.value.code, len(cloud.calls)) == (code, calls)
    assert "s3cr3t" not in repr(caught.value)


def test_a_right_that_is_missing(cloud: FakeCloud, opened: Opener) -> None:
    """Asked for once each; without the right to overwrite, 404 is also what an object that is there gets."""
    bucket = Bucket(opened(), PLACE)
    for calls, wrong in ((1, {"GET": 1}), (2, {"PUT": 1, "GET": 1}), (2, {"PUT": 1})):
        cloud.calls.clear()
        cloud.wrong = {method: [(404, "BucketNotFound")] * count for method, count in wrong.items()}
        with pytest.raises(Unprocessed) as caught:
            bucket.create("x", b"", "text/plain") if "PUT" in wrong else bucket.read("x")
        assert (caught.value.code, len(cloud.calls)) == ("not-permitted", calls)

    assert bucket.create("x", b"", "text/plain")
    cloud.wrong = {"PUT": [(404, "BucketNotFound")]}
    assert not bucket.create("x", b"", "text/plain")
