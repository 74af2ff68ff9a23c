"""What a stack keeps, by the real engine with the pack as in prod: options changed and taken out, data that
is replaced, and data that stays when the stack lets go of it."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from sandbox.cloud.store import Store
from sandbox.services.objectstorage.objects import Objects, bucket_id
from tests.end_to_end.test_edits import BARE, PREFIX, Settings, Stack, converges, fresh
from tests.end_to_end.test_stack import _copy

__all__ = ["fresh"]  # a fixture

KEY = "ocid1.key.oc1.eu-frankfurt-1.aaaaaaaakey"
BUCKET = "oci:ObjectStorage/bucket:Bucket"
RULES = "oci:ObjectStorage/objectLifecyclePolicy:ObjectLifecyclePolicy"
STREAM = "oci:Streaming/stream:Stream"
QUEUE = "oci:Queue/queue:Queue"


def stored() -> Settings:
    """A stack with one of each, and every option of it."""
    settings = deepcopy(BARE)
    del settings[f"{PREFIX}edge"]
    settings[f"{PREFIX}functions"]["responder"]["connections"] = {
        "jobs": {"push": {"queue": {"name": "jobs"}}},
        "feed": {"push": {"stream": {"name": "feed"}}},
        "alerts": {"publish": {"topic": {"name": "alerts"}}},
        "archive": {"write": {"bucket": {"name": "ai-archive"}}},
    }
    settings[f"{PREFIX}buckets"] = {
        "ai-results": {"kms_key_id": KEY, "delete_after_days": 90, "delete_versions_after_days": 7},
        "ai-archive": {"versioning": False, "retention_days": 30, "retain": True},
    }
    settings[f"{PREFIX}queues"] = {"jobs": {"dead_letter_after": 3, "visibility_seconds": 60}}
    settings[f"{PREFIX}streams"] = {"feed": {"partitions": 2, "retention_hours": 48}}
    settings[f"{PREFIX}topics"] = {"alerts": {"retain": True}}
    return settings


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Stack:
    """The stack, deployed as prod."""
    folder = tmp_path_factory.mktemp("stored") / ".sandbox"
    made = Stack(_copy(tmp_path_factory.mktemp("checkout")), folder, "prod")
    ran = made.up(stored())
    assert ran.status == 0, ran.output
    assert "warning" not in ran.output.casefold(), ran.output
    return made


def test_a_second_deploy_changes_nothing(stack: Stack) -> None:
    """With every option, as the service holds it."""
    again = stack.up(stored(), "--expect-no-changes")
    held = stack.held()

    assert again.status == 0, again.output
    assert held[f"{QUEUE} jobs-prod"]["deadLetterQueueDeliveryCount"] == 3
    assert held[f"{STREAM} feed-prod"]["retentionInHours"] == 48
    assert held[f"{BUCKET} ai-results-prod"]["kmsKeyId"] == KEY
    ages = {rule["target"]: int(rule["timeAmount"]) for rule in held[f"{RULES} ai-results-prod"]["rules"]}
    assert ages == {"objects": 90, "previous-object-versions": 7}
    (rule,) = held[f"{BUCKET} ai-archive-prod"]["retentionRules"]
    assert int(rule["duration"]["timeAmount"]) == 30


def test_options_that_are_no_longer_said_are_off(stack: Stack, fresh: Callable[..., Any]) -> None:
    """Versions are suspended where they were kept, the key and the retention go; what replaces a queue or a
    stream is announced."""
    settings = stored()
    settings[f"{PREFIX}buckets"] = {"ai-results": {"versioning": False}, "ai-archive": {"versioning": False}}
    suspended = stack.up(settings)
    held = stack.held()
    for key in ("buckets", "queues", "streams", "topics"):
        del settings[f"{PREFIX}{key}"]
    changed = stack.up(settings)

    assert suspended.status == changed.status == 0, suspended.output + changed.output
    assert held[f"{BUCKET} ai-results-prod"]["versioning"] == "Suspended"
    assert not [name for name in held if name.startswith(RULES)]
    assert "kmsKeyId" not in held[f"{BUCKET} ai-results-prod"]
    assert "retentionRules" not in held[f"{BUCKET} ai-archive-prod"]
    assert "streams.feed.partitions: 2 cannot become 1 in place" in changed.output
    converges(stack, settings, fresh)


def test_a_bucket_that_is_replaced_gets_its_rules_again(stack: Stack) -> None:
    """A bucket of another tier is another one, which has none: those of the first went with it."""
    settings = stored()
    before = stack.up(settings)
    settings[f"{PREFIX}buckets"]["ai-results"]["storage_tier"] = "Archive"
    ran = stack.up(settings)

    assert before.status == ran.status == 0, before.output + ran.output
    assert "ai-results-lifecycle-rules deleted" in ran.output
    assert "ai-results-lifecycle-rules created" in ran.output


def test_what_is_retained_stays(stack: Stack) -> None:
    """Taken out of the file, with its objects; then the stack goes, and it is still there."""
    settings = stored()
    del settings[f"{PREFIX}buckets"]["ai-archive"]["retention_days"]
    up = stack.up(settings)
    path = bucket_id("sandboxns", "ai-archive-prod")
    with Store(stack.folder / "store.db") as store:
        Objects(store).put_bytes(path, "one.json", b"{}")
    del settings[f"{PREFIX}functions"]["responder"]["connections"]["archive"]
    del settings[f"{PREFIX}buckets"]["ai-archive"]
    let_go = stack.up(settings)
    again = stack.up(settings, "--expect-no-changes")
    down = stack.run("down", "--stack", "prod")

    for ran in (up, let_go, again, down):
        assert ran.status == 0, ran.output
    assert "ai-archive-prod: stays in OCI with its objects, and is no longer this stack's" in let_go.output
    assert sorted(stack.held()) == [
        f"{BUCKET} ai-archive-prod",
        "oci:Ons/notificationTopic:NotificationTopic alerts-prod",
    ]
    with Store(stack.folder / "store.db") as store:
        assert Objects(store).count(path) == 1


def test_what_stayed_holds_its_name(stack: Stack) -> None:
    """It is somebody's until it is named as one that exists."""
    settings = stored()
    settings[f"{PREFIX}keep_buckets"] = []
    refused = stack.up(settings)

    assert refused.status != 0
    assert "ai-archive-prod" in refused.output
    assert "409" in refused.output
