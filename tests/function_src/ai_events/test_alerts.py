"""At least one notification, and one only unless somebody died between publishing and marking."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from ai_events import alerts
from ai_events.alerts import CLAIM_SECONDS, Alerts, Topic
from ai_events.failures import Unprocessed
from ai_events.incidents import Bucket
from ai_events.settings import Place
from tests.function_src.ai_events.conftest import TOPIC, FakeCloud, Opener


def alert(opened: Opener, seconds: float = 20.0, *, is_new: bool = False) -> str:
    """One invocation's alert for the event `1`."""
    with opened(seconds) as service:
        bucket = Bucket(service, Place("ns", "b"))
        return Alerts(service, bucket, Topic(service, TOPIC)).send("1", "title", "body", is_new=is_new)


def test_an_alert_goes_out_once(cloud: FakeCloud, opened: Opener) -> None:
    """The second delivery finds that it did."""
    assert alert(opened, is_new=True) == "published"
    assert alert(opened) == "already-published"
    assert alert(opened, is_new=True) == "already-published"
    assert cloud.published == [{"title": "title", "body": "body"}]
    assert set(cloud.objects) == {"alerts/1/claim-1", "alerts/1/published"}


def test_many_at_once(cloud: FakeCloud, opened: Opener) -> None:
    """All but one wait for the one that was first."""
    cloud.wrong["POST"] = [0.2]
    said: list[str] = []
    threads = [threading.Thread(target=lambda: said.append(alert(opened, is_new=True))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(said) == ["already-published"] * 7 + ["published"]
    assert len(cloud.published) == 1


def test_somebody_elses_claim_is_not_taken_for_done(cloud: FakeCloud, opened: Opener) -> None:
    """Whoever cannot wait any longer fails, so that the event comes again."""
    cloud.objects["alerts/1/claim-1"], cloud.written_at["alerts/1/claim-1"] = b"other", time.time()

    with pytest.raises(Unprocessed) as caught:
        alert(opened, 0.3)
    assert caught.value.code == "alert-pending"
    assert cloud.published == []


def test_a_claim_whose_holder_died(cloud: FakeCloud, opened: Opener) -> None:
    """It is over after its time; the next one publishes, as often as that happens."""
    for number in (1, 2):
        name = f"alerts/1/claim-{number}"
        cloud.objects[name], cloud.written_at[name] = b"other", time.time() - CLAIM_SECONDS - 1

    assert alert(opened) == "published"
    assert alert(opened) == "already-published"
    assert len(cloud.published) == 1
    assert "alerts/1/claim-3" in cloud.objects


def test_one_that_is_waited_for_and_dies(
    cloud: FakeCloud, opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Within the same invocation: no second delivery is needed."""
    monkeypatch.setattr(alerts, "CLAIM_SECONDS", 5.0)
    cloud.objects["alerts/1/claim-1"], cloud.written_at["alerts/1/claim-1"] = b"other", time.time() - 3.5

    assert alert(opened) == "published"


def test_what_its_holder_did_at_the_last_moment_counts(
    cloud: FakeCloud, opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A claim that is over is taken, and then looked whether it is needed."""
    alert(opened, is_new=True)
    cloud.grow_old(CLAIM_SECONDS + 1)
    # Not there yet at the first two looks.
    cloud.wrong["GET alerts/1/published"] = [(404, "ObjectNotFound")] * 2

    assert alert(opened) == "already-published"
    assert len(cloud.published) == 1


@pytest.mark.parametrize("late", ["PUT alerts/1/claim-1", "PUT alerts/1/published"])
def test_an_answer_that_was_lost(cloud: FakeCloud, opened: Opener, late: str) -> None:
    """What the first attempt wrote is one's own."""
    cloud.wrong[late] = ["lost"]

    assert alert(opened, is_new=True) == "published"
    assert len(cloud.published) == 1
    assert "alerts/1/claim-2" not in cloud.objects


def test_a_publication_that_was_lost_is_repeated(cloud: FakeCloud, opened: Opener) -> None:
    """Nobody can know; at least one is the promise."""
    cloud.wrong["POST"] = ["lost"]

    assert alert(opened, is_new=True) == "published"
    assert len(cloud.published) == 2


def test_an_alert_that_cannot_be_marked(cloud: FakeCloud, opened: Opener) -> None:
    """It is out: failing would only bring a second one."""
    cloud.wrong["PUT alerts/1/published"] = [(503, "Busy")] * 4

    assert alert(opened, is_new=True) == "published-unmarked"


@pytest.mark.parametrize(
    ("answer", "code", "calls"),
    [
        ((404, "NotAuthorizedOrNotFound"), "not-permitted", 1),
        ((401, "NotAuthenticated"), "not-authenticated", 1),
        ((400, "InvalidParameter"), "alerts-unavailable", 1),
        ((429, "TooManyRequests"), "alerts-unavailable", 4),
        ((503, "ServiceUnavailable"), "alerts-unavailable", 4),
        ("hangup", "alerts-unavailable", 4),
    ],
)
def test_what_can_go_wrong(cloud: FakeCloud, opened: Opener, answer: Any, code: str, calls: int) -> None:
    """Only what a retry can mend is tried again; a later delivery publishes."""
    cloud.wrong["POST"] = [answer] * calls

    with pytest.raises(Unprocessed) as caught:
        alert(opened, is_new=True)
    assert (caught.value.code, cloud.count("POST")) == (code, calls)
    assert "s3cr3t" not in repr(caught.value)
    cloud.grow_old(CLAIM_SECONDS + 1)
    assert alert(opened) == "published"


def test_a_holder_stops_before_its_claim_is_over(
    cloud: FakeCloud, opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the next one would publish beside it."""
    monkeypatch.setattr(alerts, "CLAIM_SECONDS", 4.5)  # half a second of it to publish in
    cloud.wrong["POST"] = [1.2]
    began = time.monotonic()

    with pytest.raises(Unprocessed) as caught:
        alert(opened, is_new=True)
    assert caught.value.code == "alerts-unavailable"
    assert time.monotonic() - began < 1.1
